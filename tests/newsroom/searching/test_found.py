"""Search results by FTS5 on SQLite, by a `tsvector` on PostgreSQL, and without either."""

from datetime import timedelta

import pytest
from django.db import connection

from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, SearchEntry
from stoppress.newsroom.publishing import (
    correct_article,
    index_steps,
    move_post,
    publish_article,
    rename_section,
    restore_article,
    retract_article,
    update_article,
    withdraw_version,
)
from stoppress.newsroom.search_table import TABLE, TRIGGERS
from stoppress.newsroom.searching.found import found
from stoppress.newsroom.searching.query import parse_query
from stoppress.newsroom.searching.time_limit import TooSlow, at_most
from tests.newsroom.desk import draft, live_story, post, public, section

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", "postgres")]


def names(typed: str) -> list[str]:
    return [str(article) for article in found(parse_query(typed)).articles]


def indexed(word: str) -> list[int]:
    """Return the articles whose tokens the database's own index has; no gate is asked."""
    entries = SearchEntry.objects.filter(tokens__has=[(word, False)])
    return list(entries.values_list("article_id", flat=True))


TEXTS = {
    "Éclair à Zürich": "Since _nine_. Die Hafenbrücke öffnet, don't panic: COVID-19 in the EU.",
    "Tokyo": "昨日、東京都で火災がありました。",
    "Jerusalem": "في مدينة القُدْس والخبر",
    "Seoul": "서울에서 열린 회의",
    "Tel Aviv": "הכנסת בתל אביב",
    "Bangkok": "ข่าวกรุงเทพวันนี้",
    "Delhi": "नई दिल्ली में समाचार",
}
FOUND = {
    "éclair": "Éclair à Zürich",
    "ZÜRICH e\u0301clair": "Éclair à Zürich",
    "hafenbr": "Éclair à Zürich",
    '"eclair a zurich"': "Éclair à Zürich",
    "don’t": "Éclair à Zürich",
    "covid-19 eu": "Éclair à Zürich",
    "東京": "Tokyo",
    "火": "Tokyo",
    "京都で火": "Tokyo",
    "قدس": "Jerusalem",
    "خبر": "Jerusalem",
    "서울": "Seoul",
    "כנסת": "Tel Aviv",
    "กรุงเทพ": "Bangkok",
    "दिल्ली": "Delhi",
}
NOT_FOUND = ("brücke", "ur", '"a eclair"', '"eclair a zur"', "covid-1", "京東", '"قدس"', "nine ten")


def check_texts() -> None:
    for typed, name in FOUND.items():
        assert names(typed) == [name], typed
    for typed in NOT_FOUND:
        assert names(typed) == [], typed


def test_words_are_found_in_every_language():
    for headline, body in TEXTS.items():
        public(headline, body=body)
    check_texts()


@pytest.mark.backend("sqlite")
def test_a_sqlite_without_fts5_finds_the_same():
    with connection.cursor() as cursor:
        for statement in TRIGGERS:
            cursor.execute(f"DROP TRIGGER {statement.split()[2]}")
        cursor.execute(f"DROP TABLE {TABLE}")
    for headline, body in TEXTS.items():
        public(headline, body=body)
    check_texts()


@pytest.mark.parametrize(
    "typed", ['"', "*", "AND", "-", "a* OR (b", "x" * 10_000, "a:b", "'; --", "\\"]
)
def test_no_query_is_an_error(typed):
    public("Bridge opens")
    assert names(typed) == []


def test_the_newest_is_first_and_older_ones_are_anchored():
    now = database_time()
    for days in (3, 1, 2):
        public(f"Bridge {days}", at=now - timedelta(days=days))
    story = live_story("Storm")
    post(story, "Bridge closed")
    query = parse_query("bridge")
    first = found(query, limit=2)
    assert [str(each) for each in first.articles] == ["Bridge closed", "Bridge 1"]
    public("Bridge new")
    rest = found(query, first.older, limit=2)
    assert [str(each) for each in rest.articles] == ["Bridge 2", "Bridge 3"]
    assert rest.older is None


def test_private_text_is_never_found_and_not_in_the_index():
    later = database_time() + timedelta(days=1)
    article = draft("Zanzibar", slugline="desk", ed_note="zebra")
    draft("Zanzibar later", publish_at=later)
    draft("Zanzibar held", embargoed_until=later)
    assert names("zanzibar") == indexed("zanzibar") == []

    article = publish_article(article)
    assert names("zanzibar") == ["Zanzibar"] and indexed("zanzibar") == [article.pk]
    assert names("desk") == names("zebra") == []

    article = correct_article(article, "The island.", {"headline": "Pemba"})
    assert names("zanzibar") == indexed("zanzibar") == [] and names("pemba") == ["Pemba"]

    article = retract_article(article, "Made up.")
    assert names("pemba") == indexed("pemba") == []
    restore_article(article)
    assert names("pemba") == ["Pemba"]


def test_a_retracted_story_takes_its_posts_along_and_brings_them_back():
    story, other = live_story("Storm"), live_story("Flood")
    said = post(story, "Zanzibar")
    retract_article(said, "No.")
    stays = post(story, "Pemba")
    retract_article(story, "No.")
    assert indexed("pemba") == indexed("storm") == names("pemba") == []
    restore_article(story)
    assert names("pemba") == ["Pemba"] and indexed("zanzibar") == []
    move_post(stays, other)
    retract_article(story, "No.")
    assert names("pemba") == ["Pemba"]


@pytest.mark.backend("sqlite")
def test_withdrawn_text_is_nowhere_in_the_index():
    article = public("Bridge opens", body="It was Zanzibar.")
    article = update_article(article, {"body": "It was nothing."})
    withdraw_version(article, [1, 2], note="A libel.")
    retracted = public("Pemba", body="Pemba again.")
    retract_article(retracted, "No.")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT block FROM {TABLE}_data")
        blocks = b"".join(bytes(block) for (block,) in cursor.fetchall())
        assert b"nothing" in blocks
        assert b"zibar" not in blocks and b"emba" not in blocks
        cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('integrity-check')")


def test_a_stale_index_finds_nothing_until_the_worker_has_repaired_it():
    """As processes of the previous release write: they know no entries."""
    edited, hidden, story = public("Zanzibar one"), public("Zanzibar two"), live_story("Storm")
    of_hidden = post(story, "Zanzibar three")
    rows = Article.objects
    gone = rows.create(headline="Gone")
    assert sum(index_steps()) == 1
    rows.filter(pk=gone.pk)._raw_delete(rows.db)
    rows.filter(pk=edited.pk).update(headline="Pemba", version=3)
    rows.filter(pk__in=[hidden.pk, story.pk]).update(pub_status="canceled", version=3)
    assert names("zanzibar") == names("pemba") == names("storm") == []
    assert set(indexed("zanzibar")) == {edited.pk, hidden.pk, of_hidden.pk}

    assert sum(index_steps()) == 4

    assert names("pemba") == ["Pemba"] and indexed("zanzibar") == indexed("storm") == []
    assert not SearchEntry.objects.filter(article_id=gone.pk).exists()
    assert sum(index_steps()) == 0
    rows.filter(pk=story.pk).update(pub_status="usable", version=4)
    assert sum(index_steps()) == 2 and names("zanzibar") == ["Zanzibar three"]


def test_the_worker_indexes_the_articles_that_the_migration_has_queued():
    for number in range(3):
        public(f"Bridge {number}")
    draft("Bridge draft")
    SearchEntry.objects.all().delete()
    assert names("bridge") == []
    assert sum(index_steps()) == 4
    assert names("bridge") == ["Bridge 2", "Bridge 1", "Bridge 0"]


def test_a_section_with_a_new_name_loses_no_article():
    public("Bridge opens", section=section())
    rename_section(section(), "The world")
    assert names("bridge") == ["Bridge opens"]


def test_the_longest_text_in_any_script_can_be_published():
    letters = "".join(chr(0x4E00 + number % 20_000) for number in range(0, 190_000 * 7, 7))
    public("Bridge opens", body=letters)
    assert names(letters[:2]) == ["Bridge opens"]


def test_a_search_that_takes_too_long_ends_and_leaves_the_transaction_usable():
    public("Bridge opens")
    endless = {
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT count(*) FROM n",
        "postgresql": "SELECT pg_sleep(60)",
    }
    with pytest.raises(TooSlow), at_most(0.05, "default"), connection.cursor() as cursor:
        cursor.execute(endless[connection.vendor])
    assert names("bridge") == ["Bridge opens"]
