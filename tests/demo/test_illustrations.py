"""The town's illustrations: small files, uploaded once, with the words that belong to them."""

from importlib.resources import files

import pytest

from stoppress import demo
from stoppress.demo.arc import arcs
from stoppress.demo.illustrations import ILLUSTRATIONS, picture
from stoppress.demo.live_arc import live_arcs
from stoppress.demo.live_script import live_backlog
from stoppress.demo.newsroom import SEED, open_paper
from stoppress.demo.playing import play
from stoppress.demo.script import backlog
from stoppress.demo.step import Step
from stoppress.newsroom.models import Article, Picture

FILES = sorted(files(demo.__name__).joinpath("pictures").iterdir(), key=lambda file: file.name)
named = {arc.picture for arc in (*arcs(), *live_arcs())}
named |= {step.picture for arc in live_arcs() for step in arc.happenings}


def test_every_file_is_described_and_used() -> None:
    assert [file.name for file in FILES] == [f"{name}.webp" for name in sorted(ILLUSTRATIONS)]
    assert named - {""} == set(ILLUSTRATIONS)
    assert all(each.alt and each.credit for each in ILLUSTRATIONS.values())
    assert sum(len(file.read_bytes()) for file in FILES) <= 250_000


def test_no_two_stories_of_the_start_show_the_same_picture() -> None:
    shown = [step.picture for step in (*backlog(SEED), *live_backlog(SEED)[:1]) if step.picture]
    assert len(shown) == len(set(shown)) >= 5


@pytest.mark.django_db(transaction=True)
def test_the_paper_opens_with_pictures_each_uploaded_once() -> None:
    open_paper(SEED)
    leads = Article.objects.public().filter(image__isnull=False)
    assert {each.image.alt for each in leads} <= {each.alt for each in ILLUSTRATIONS.values()}
    assert leads.filter(kind=Article.Kind.LIVE).count() == 1
    post = Article.objects.get(kind=Article.Kind.POST, picture_uses__isnull=False)
    assert post.body.endswith(f"![](picture:{post.pictures.get().pk})\n")
    before = Picture.objects.count()
    storm = picture("storm")
    assert storm is not None and storm.credit == "Illustration: The Lantern"
    assert Picture.objects.count() == before <= len(ILLUSTRATIONS)


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_one_of_the_newest_stories_shows_is_not_shown_again() -> None:
    fields = {"headline": "Storm", "body": "It came at noon.", "located": "Pennywrack"}
    for key in ("one", "two"):
        play(Step("publish", key, "Ann Ray", fields, picture="storm"))
    assert [each.image is not None for each in Article.objects.order_by("pk")] == [True, False]
