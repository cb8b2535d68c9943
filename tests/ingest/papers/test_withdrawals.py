"""Texts withdrawn by the other paper are withdrawn here, also after a time without reading."""

import pytest

from stoppress.ingest.models import Copy
from stoppress.ingest.papers.followings import Followings
from stoppress.ingest.papers.withdrawing import take_back_restored
from stoppress.ingest.turn import LONGEST
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing import (
    correct_article,
    restore_article,
    retract_article,
    update_article,
    withdraw_version,
)
from tests.newsroom.desk import live_story, post, public

from .other import Served, only, paper, read, told_by
from .test_history import take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_network")]

URI = {"uri": "tag:first.example,2026:1"}


def texts_here() -> str:
    return str(list(Version.objects.values_list("body", "note")))


def withdrawn(article: Article) -> Article:
    article = correct_article(article, "It is in Hull.", {"body": "In Hull."})
    libels = [each.version for each in article.versions.all() if each.body == "Zanzibar"]
    return withdraw_version(article, libels, note="A libel.")


def test_an_older_text_withdrawn_unread_is_withdrawn_with_its_correction():
    def write():
        article = public(body="Zanzibar")
        yield
        withdrawn(article)

    read(told_by(write))
    assert only().body == "In Hull."
    assert "Zanzibar" not in texts_here()
    assert not Copy.objects.get().texts_owed


def test_if_the_correction_is_refused_the_withdrawn_text_is_retracted_until_one_is_accepted():
    def write():
        article = public(body="Zanzibar")
        yield
        update_article(withdrawn(article), {"urgency": 2})

    published, *more = told_by(write)
    *removed, corrected, updated = more
    reading = read([published, *removed])
    read([{**corrected, "item": corrected["item"] | {"headline": ""}}], reading.source)
    assert only().is_retracted
    read([updated], reading.source)
    assert (only().is_public, only().body) == (True, "In Hull.")
    assert "Zanzibar" not in texts_here()


def retracted_and_restored(article: Article) -> None:
    article = retract_article(article, "A libel.")
    restore_article(update_article(article, {"body": "In Hull."}))


@pytest.mark.parametrize("reason", ["trimmed", "fork"])
@pytest.mark.parametrize("since", [withdrawn, retracted_and_restored])
def test_after_a_gap_no_older_text_of_a_changed_article_remains(web, since, reason):
    served = Served(web, lambda: public(body="Zanzibar", **URI))
    source = take(served).source
    served.write(lambda: since(public(body="Zanzibar", **URI)), reason)
    take(served, source)
    assert only().body == "In Hull."
    assert "Zanzibar" not in texts_here()


def test_a_paper_read_again_from_the_beginning_applies_its_retractions(web):
    served = Served(web, lambda: public(body="Zanzibar", **URI))
    source = take(served).source
    source.whole, source.cursor = True, ""
    source.save()
    served.write(lambda: retract_article(public(body="Zanzibar", **URI), "A libel."))
    take(served, source)
    assert (only().is_retracted, only().retraction_note) == (True, "A libel.")


def retracted():
    article = public(body="Zanzibar")
    yield
    article = retract_article(article, "Made up.")
    yield
    update_article(restore_article(article), {"body": "In Hull."})


def test_the_origin_withdraws_articles_that_came_first_through_another_paper():
    published, removed, *restored = told_by(retracted)
    via = read([published], paper("https://via.example", published["after"])).source
    origin = read([published, removed], paper("https://origin.example", published["after"])).source
    assert (only().is_retracted, only().retraction_note) == (True, "Made up.")
    # The other paper has not heard of it yet.
    later = published["item"] | {"version": 9, "headline": "Anew"}
    read([{**published, "after": via.cursor, "item": later}], via)
    assert only().is_retracted
    read(restored, origin)
    later |= {"version": 10}
    read([{**published, "after": via.cursor, "item": later}], via)
    assert (only().is_public, only().headline) == (True, "Anew")


def test_a_paper_withdraws_its_article_that_came_only_through_another():
    published, removed, *_ = told_by(retracted)
    read([published], paper("https://via.example", published["after"]))
    read([removed], paper("https://origin.example", removed["after"]))
    assert only().is_retracted


def test_no_paper_withdraws_local_articles():
    published, removed, *_ = told_by(retracted)
    public(uri=published["item"]["uri"])
    read([published, removed])
    assert only().is_public


def test_after_a_gap_the_origin_withdraws_articles_that_came_through_another_paper(web):
    served = Served(web, lambda: public(body="Zanzibar", **URI))
    event = {"after": "a", "cursor": "b", "op": "put", "event": "article.published"}
    read([event | {"key": "article:7", "item": served.items[0] | {"key": "article:7"}}])
    source = take(served).source
    served.write(lambda: retract_article(public(body="Zanzibar", **URI), "Made up."), "trimmed")
    take(served, source)
    assert (only().is_retracted, only().retraction_note) == (True, "Made up.")


def test_an_article_retracted_by_both_can_be_restored_by_an_editor_who_saw_the_note():
    published, removed, *restored = told_by(retracted)
    now = database_time()
    # Another process reads the paper: no thread is begun here.
    source = paper(cursor=published["after"], polling_until=now + LONGEST)
    read([published], source)
    retract_article(only(), "Not ours.")
    read([removed], source)
    restore_article(only())
    Followings().look(now)
    assert only().retraction_note == "The paper from which this comes has withdrawn it."
    restore_article(only())
    take_back_restored()
    assert only().is_public


def test_an_article_partly_withdrawn_while_retracted_is_not_restored_unread():
    def write():
        article = public(body="Zanzibar")
        yield
        update_article(withdrawn(article), {"urgency": 2})

    published, *more, updated = told_by(write)
    reading = read([published])
    retract_article(only(), "Not ours.")
    read(more, reading.source)
    restore_article(only())
    take_back_restored()
    assert only().is_retracted
    read([updated], reading.source)
    assert (only().is_public, only().body) == (True, "In Hull.")
    assert "Zanzibar" not in texts_here()


def test_a_post_retracted_by_the_paper_during_the_retraction_of_its_story_stays_retracted():
    def write():
        fallen = post(live_story())
        yield
        retract_article(fallen, "No tree.")

    *before, removed = told_by(write)
    reading = read(before)
    restored = retract_article(Article.objects.get(kind="live"), "Not ours.")
    read([removed], reading.source)
    restore_article(restored)
    assert Article.objects.get(kind="post").retraction_note == "No tree."
