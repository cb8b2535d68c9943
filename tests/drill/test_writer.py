"""A writer uses the newsroom's verbs, and nothing that it rolls back is ever stored."""

from argparse import Namespace

import pytest
from django.db import connection

from stoppress.drill.plan import NEVER, SECTIONS, Tally
from stoppress.drill.writer import Writer, open_paper
from stoppress.newsroom.models import Article, Section, Version
from stoppress.newsroom.publishing import retract_article

NONE = {
    "seed": 1,
    "together": 1,
    "live": [],
    "roll_back": 0,
    "delay": 0.0,
    "long": False,
    "swell": 0,
    "only": 0,
}


def writer(tally, stories=(), **options):
    return Writer(0, Namespace(**{**NONE, **options}), tally, stories)


@pytest.fixture
def paper(db):
    return open_paper(SECTIONS, 2)


def test_the_writer_makes_every_kind_of_change_and_its_rollbacks_leave_nothing(
    paper, monkeypatch, capsys
):
    tally = Tally(12)
    by_hand = writer(tally, roll_back=3)
    while tally.take(1):
        by_hand._mutate(1)
    said = capsys.readouterr().out
    assert tally.committed == 12 and "failed" not in said
    assert Section.objects.count() == 2 and not Article.objects.filter(headline=NEVER).exists()
    assert set(Version.objects.public().values_list("act", flat=True)) >= {"publish", "update"}
    # Only a transaction killed before its commit has the headline that nobody may ever see.
    monkeypatch.setattr(connection, "_commit", connection._commit)  # put back what it replaces
    by_hand.end_specially("before", 0.0)
    by_hand.end_specially("after", 0.0)
    assert Article.objects.filter(headline=NEVER).count() == 1
    assert Article.objects.filter(headline="Held 0 s, after").count() == 1


def test_writers_make_every_kind_of_change_to_posts_of_shared_stories(db, capsys):
    *_, one, other = open_paper(SECTIONS, 0, 2)
    tally = Tally(150)
    both = [writer(tally, live=[one, other], seed=seed) for seed in (1, 2)]
    while tally.take(1):
        both[tally.committed % 2]._mutate(1)
    assert tally.committed == 150 and "failed" not in capsys.readouterr().out
    of_posts = Version.objects.public().filter(article__kind="post")
    acts = set(of_posts.values_list("act", flat=True))
    assert acts == {"publish", "update", "correction", "move", "retraction", "restore"}
    assert Article.objects.filter(kind="post", key_event=True).exists()


def test_a_story_that_an_earlier_writer_retracted_is_only_restored(paper, capsys):
    retract_article(Article.objects.get(pk=paper[0]), "It was never so.")
    tally = Tally(20)
    later = writer(tally, paper)
    later._take_stories()
    assert [article.pk for article in later._retracted] == paper[:1]
    while tally.take(1):
        later._mutate(1)
    assert tally.committed == 20 and "failed" not in capsys.readouterr().out


def test_several_changes_in_one_transaction_leave_shared_stories_alone(db):
    shared = open_paper(SECTIONS, 0, 2)
    assert writer(Tally(1), live=shared, together=3)._posts.verbs() == []
