"""The address of a picture's file: who gets it, when, and with which headers."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from stoppress.newsroom.models import Article, Picture
from stoppress.newsroom.pictures import storing
from stoppress.newsroom.publishing import (
    correct_article,
    create_article,
    discard_draft,
    publish_article,
    restore_article,
    retract_article,
    update_article,
)
from tests.newsroom.desk import draft, live_story, post, public
from tests.newsroom.staff import browser_of, own, user_as, user_with

from .made import picture

pytestmark = pytest.mark.django_db

LATER = timezone.now() + timedelta(days=400)


def addresses(made: Picture) -> list[str]:
    return [made.address(rendition) for rendition in made.renditions]


def statuses(made: Picture, client: Client | None = None, **headers: str) -> set[int]:
    """Return the statuses of all its addresses, to a stranger unless a client is given."""
    client = client or Client()
    return {client.get(address, headers=headers).status_code for address in addresses(made)}


def names(made: Picture) -> str:
    return f"![A storm](picture:{made.pk})"


def held(image: Picture) -> None:
    """Make a row that no verb makes: published, and under embargo."""
    made = public(image=image)
    Article.objects.filter(pk=made.pk).update(embargoed_until=LATER)


HIDDEN = {
    "of no article": lambda storm: None,
    "of a draft": lambda storm: draft(body=names(storm)),
    "of a draft, as its lead": lambda storm: draft(image=storm),
    "of a schedule": lambda storm: draft(image=storm, publish_at=LATER),
    "under embargo": lambda storm: draft(image=storm, publish_at=LATER, embargoed_until=LATER),
    "published, and under embargo": held,
    "of a retracted article": lambda storm: retract_article(public(image=storm), "No."),
    "of a discarded draft": lambda storm: discard_draft(draft(image=storm)),
    "of a post of a draft": lambda storm: create_article(
        {"body": names(storm)}, parent=draft("Storm", kind="live")
    ),
    "of a post of a retracted story": lambda storm: retract_article(
        Article.objects.get(pk=post(live_story(), body=names(storm)).parent_id), "No."
    ),
    "of a retracted post": lambda storm: retract_article(
        post(live_story(), body=names(storm)), "No."
    ),
    "taken out by an update": lambda storm: update_article(public(image=storm), {"image": None}),
    "taken out by a correction": lambda storm: correct_article(
        public(body=names(storm)), "It showed another storm.", {"body": "Words."}
    ),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_a_picture_without_a_public_article_is_not_found(how):
    storm = picture()
    HIDDEN[how](storm)
    assert statuses(storm) == {404}
    assert statuses(storm, browser_of(user_with("add_section"))) == {404}
    assert statuses(storm, authorization="Bearer sp_nothing") == {404}
    desk = browser_of(user_as("Chief"))
    assert statuses(storm, desk) == {200}
    assert desk.get(addresses(storm)[0]).headers["Cache-Control"] == "private, no-store"
    [cached] = {Client().get(each).headers["Cache-Control"] for each in addresses(storm)[:1]}
    assert cached == "no-cache"


def test_a_reporter_gets_the_pictures_of_own_drafts_and_no_others():
    ann = user_as("Reporter", "ann")
    mine, other = picture("mine"), picture("other")
    own(draft(image=mine), ann)
    draft(image=other)
    assert (statuses(mine, browser_of(ann)), statuses(other, browser_of(ann))) == ({200}, {404})


def test_a_former_member_of_the_desk_gets_no_private_picture():
    chief, storm = user_as("Chief"), picture()
    desk = browser_of(chief)
    assert statuses(storm, desk) == {200}
    chief.is_staff = False
    chief.save()
    assert statuses(storm, desk) == {404}


def test_a_public_picture_is_the_same_for_everybody_and_reads_no_session(
    django_assert_num_queries,
):
    storm = picture()
    public(body=names(storm))
    address = addresses(storm)[1]
    for client in (Client(), browser_of(user_as("Chief"))):
        with django_assert_num_queries(1):
            answer = client.get(address, headers={"accept-encoding": "gzip"})
        assert answer.content == b"storm 640 jpg" and not answer.cookies
        assert dict(answer.headers) | {
            "Content-Type": "image/jpeg",
            "Content-Length": "13",
            "Cache-Control": "public, max-age=2, s-maxage=1",
            "Accept-Ranges": "none",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin",
        } == dict(answer.headers)
        assert not {"Vary", "Content-Encoding", "Set-Cookie"} & set(answer.headers)


def test_a_large_file_is_not_compressed_again():
    storm = picture("storm " * 1000)
    public(image=storm)
    answer = Client().get(addresses(storm)[0], headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers and len(answer.content) > 5000


def test_the_gate_comes_before_the_condition():
    storm = picture()
    story = public(image=storm)
    address = addresses(storm)[0]
    tag = Client().get(address)["ETag"]
    known = Client().get(address, headers={"if-none-match": tag})
    assert (known.status_code, known.content) == (304, b"")
    assert known["ETag"] == tag and known["Cache-Control"] == "public, max-age=2, s-maxage=1"
    for name in ("Content-Security-Policy", "Cross-Origin-Resource-Policy"):
        assert known[name] == Client().get(address)[name]
    assert known["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Client().get(address, headers={"if-none-match": '"other"'}).status_code == 200
    retract_article(story, "No.")
    assert Client().get(address, headers={"if-none-match": tag}).status_code == 404
    restore_article(story)
    assert Client().get(address, headers={"if-none-match": tag}).status_code == 304


def test_a_head_has_the_length_and_other_methods_are_refused():
    storm = picture()
    public(image=storm)
    head = Client().head(addresses(storm)[0])
    assert (head.status_code, head["Content-Length"], head.content) == (200, "14", b"")
    assert Client().post(addresses(storm)[0]).status_code == 405


def test_a_picture_stays_public_while_one_public_article_uses_it():
    storm = picture()
    story = public(image=storm)
    draft(image=storm)
    assert statuses(storm) == {200}
    retract_article(story, "No.")
    assert statuses(storm) == {404}
    publish_article(draft("Another", body=names(storm)))
    assert statuses(storm) == {200}


def test_similar_addresses_are_not_found():
    storm, other = picture(), picture("other")
    public(image=storm), public(image=other)
    right = addresses(storm)[0]
    for wrong in (
        right.replace("-640.", "-641."),
        right.replace(".webp", ".png"),
        right.replace(storm.digest[:16], other.digest[:16]),
        right.replace(storm.digest[:16], storm.digest[:15]),
        right.replace(storm.digest[:16], storm.digest[:16].upper()),
        right.replace(storm.digest[:16], storm.digest),
        right.replace(f"/{storm.pk}/", f"/{storm.pk + 99}/"),
    ):
        assert Client().get(wrong).status_code == 404, wrong


def test_a_missing_file_is_reported_in_the_log(caplog):
    storm = picture()
    story = public(image=storm)
    shutil.rmtree(Path(settings.MEDIA_ROOT) / "pictures" / storm.folder)
    assert statuses(storm) == {404}
    assert f"the storage of media has no file pictures/{storm.folder}/640.webp" in caplog.text
    # A restored database without its media: pages are there all the same.
    assert Client().get(story.get_absolute_url()).status_code == 200
    assert Client().get("/").status_code == 200


def test_a_failing_storage_gives_a_clear_answer(monkeypatch, caplog):
    storm = picture()
    public(image=storm)

    def fails(name):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(default_storage, "open", fails)  # root reads any file
    answer = Client().get(addresses(storm)[0])
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Cache-Control"] == "no-store"
    assert answer.content == b"The picture cannot be read just now.\n"
    assert "PermissionError: [Errno 13] Permission denied" in caplog.text


def test_a_trial_of_the_storage_leaves_no_file_and_raises_its_error(monkeypatch):
    before = set(Path(settings.MEDIA_ROOT).rglob("*"))
    storing.try_out()
    assert set(Path(settings.MEDIA_ROOT).rglob("*.trial*")) == set()
    assert before <= set(Path(settings.MEDIA_ROOT).rglob("*"))

    def fails(name, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", fails)  # a full disk
    with pytest.raises(storing.NotStored, match="No space left"):
        storing.try_out()
