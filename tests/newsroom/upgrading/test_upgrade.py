"""Articles of the release before the roles: upgraded, brought back, upgraded again.

`make long` does so with 10,000 articles.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from stoppress.live.log.history import read_after, read_head
from stoppress.live.protocol.cursor import Cursor
from stoppress.newsroom.models import Article, Version

from .installation import Row, Rows, stored

pytestmark = [
    pytest.mark.backend("sqlite", "postgres"),
    pytest.mark.slow("it fills a database with articles, and upgrades it twice"),
]

# Two of each at least: one of the fixture, and a copy.
ARTICLES = dict.fromkeys(("sqlite", "postgresql"), int(os.environ.get("STOPPRESS_ARTICLES", "400")))
OLD_TABLES = {
    "newsroom_article": "newsroom.Article",
    "newsroom_revision": "newsroom.Revision",
    "newsroom_section": "newsroom.Section",
    "newsroom_apitoken": "newsroom.ApiToken",
    "newsroom_idempotencykey": "newsroom.IdempotencyKey",
    "ingest_source": "ingest.Source",
    "ingest_seenitem": "ingest.SeenItem",
    "auth_user": "auth.User",
    "auth_user_groups": "auth.User_groups",
    "auth_user_user_permissions": "auth.User_user_permissions",
}
TEXTS = ("headline", "summary", "body", "body_format")
LISTS = ("news", "section:world", "section:city", "section:sport", "section:science")


@pytest.fixture(scope="module")
def old(before_upgrade: Rows) -> Iterator[dict[str, list[Row]]]:
    """The old tables as the database had them; it is upgraded now."""
    tables = as_stored(before_upgrade)
    call_command("migrate", verbosity=0)
    yield tables


def as_stored(rows: Rows) -> dict[str, list[Row]]:
    return {table: list(stored(table, columns(rows[model]))) for table, model in OLD_TABLES.items()}


def columns(rows: list[Row]) -> str:
    """Return the columns of the fixture's rows, the key first."""
    return ", ".join(f'"{name}"' for name in ("id", *sorted(rows[0].keys() - {"id"})))


def top_until(article: Row) -> datetime | None:
    """Return until when an article of urgency 1 is lifted: for a day from its publication."""
    if article["urgency"] != 1 or not article["order"]:
        return None
    return datetime.fromisoformat(article["first_published"]) + timedelta(days=1)


def is_breaking(article: Row) -> bool:
    ends = top_until(article)
    return ends is not None and ends > datetime.now(UTC)


def rank(article: Row) -> int:
    return 3 if article["pinned"] else 2 if is_breaking(article) else 0


def listed(rows: Rows) -> list[Row]:
    """Return the public articles in the order of a list."""
    public = [each for each in rows["newsroom.Article"] if each["pub_status"] == "usable"]
    return sorted(public, key=lambda each: (rank(each), each["order"]), reverse=True)


def keys(page: bytes) -> list[str]:
    """Return the keys of a page's list, which the bar about breaking news is no part of."""
    news = page.decode().partition("<main")[2]
    return re.findall(r'data-key="(article:\d+)"', news)


def test_the_old_databases_have_the_expected_rows(before_upgrade: Rows, old):
    """A change of the SQL needs the same change in Python, and the reverse."""
    rows = {row["id"]: row for row in before_upgrade["newsroom.Article"]}
    assert len(rows) == len(old["newsroom_article"]) == ARTICLES[connection.vendor]
    for row in old["newsroom_article"]:
        for name in ("order", "uri", "external_id", "headline", "section_id"):
            assert row[name] == rows[row["id"]][name]


def test_every_row_is_kept(before_upgrade: Rows, old: dict[str, list[Row]]):
    for table, model in OLD_TABLES.items():
        names = columns(before_upgrade[model])
        now = list(stored(table, names))
        if table == "newsroom_article":
            for row in now:
                order = row["order"]
                row["order"] = order and order.split("-", 1)[1]
        assert now == old[table], table


def test_each_article_has_its_rank_and_place(before_upgrade: Rows, old):
    fields = ("order", "place", "rank", "breaking", "kind", "parent_id", "desk_state", "top_until")
    now = {row.pop("id"): row for row in Article.objects.values("id", *fields)}
    for article in before_upgrade["newsroom.Article"]:
        order = article["order"]
        expected = dict.fromkeys(fields) | {"rank": 0, "breaking": False}
        expected |= {"kind": "article", "desk_state": "draft"}
        if order:
            expected |= {"rank": rank(article), "breaking": is_breaking(article)}
            expected |= {"top_until": top_until(article)}
            expected |= {"place": order, "order": f"{rank(article)}-{order}"}
        assert now.pop(article["id"]) == expected
    assert not now


def test_each_revision_is_a_public_version(before_upgrade: Rows, old):
    names = ("note", "by", "version", "article_id", *TEXTS)
    public = Version.objects.filter(public=True, withdrawn=False)
    now = {row.pop("id"): row for row in public.values("id", "act", "created", *names)}
    for revision in before_upgrade["newsroom.Revision"]:
        version = now.pop(revision["id"])
        assert version.pop("act") == revision["kind"]
        assert version.pop("created") == datetime.fromisoformat(revision["created"])
        assert version == {name: revision[name] for name in names}
    assert not now


def test_each_articles_present_state_is_a_version_with_all_fields(before_upgrade: Rows, old):
    sections = {row["id"]: row["slug"] for row in before_upgrade["newsroom.Section"]}
    revised = {(row["article_id"], row["version"]) for row in before_upgrade["newsroom.Revision"]}
    fields = ("article_id", "version", "public", "fields", "act", *TEXTS)
    now = {(row["article_id"], row["version"]): row for row in Version.objects.values(*fields)}
    for article in before_upgrade["newsroom.Article"]:
        present = (article["id"], article["version"])
        version = now.pop(present)
        assert version["public"] == (present in revised)
        if not version["public"]:
            assert version["act"] == ("create" if article["version"] == 1 else "save")
            assert {name: version[name] for name in TEXTS} == {n: article[n] for n in TEXTS}
        kept = version["fields"]
        assert kept.pop("section") == sections.get(article["section_id"])
        assert (kept.pop("topics"), kept.pop("authors"), kept.pop("top_until")) == ([], [], None)
        assert kept == {name: article[name] for name in kept}
        assert kept.keys() >= {"urgency", "byline", "ed_note", "publish_at", "external_id", "uri"}
    assert now.keys() < revised


def test_lists_get_a_new_snapshot_and_stories_continue(before_upgrade: Rows, old):
    events: dict[str, int] = defaultdict(int)
    for event in before_upgrade["stoppress_live.LoggedEvent"]:
        events[event["stream"]] += 1
    for row in before_upgrade["stoppress_live.StreamHead"]:
        before, now = Cursor(row["head"], row["link"]), read_head(row["name"])
        if row["name"] in LISTS:
            assert now.cursor == now.floor and now.cursor.position == before.position + 1
            assert read_after(row["name"], before, now, 1000) is None
        else:
            assert now.cursor == before
    for row in before_upgrade["stoppress_live.StreamHead"][:: len(LISTS) * 100]:
        floor = Cursor(row["floor"], row["floor_link"])
        if row["name"] not in LISTS:
            frames = read_after(row["name"], floor, read_head(row["name"]), 1000)
            assert frames is not None and len(frames) == events[row["name"]] > 0


def test_the_lists_have_the_order_of_the_rules(before_upgrade: Rows, old):
    sections = {row["id"]: row["slug"] for row in before_upgrade["newsroom.Section"]}
    expected: dict[str, list[str]] = defaultdict(list)
    for article in listed(before_upgrade):
        expected["/"].append(f"article:{article['id']}")
        if article["section_id"]:
            slug = sections[article["section_id"]]
            expected[f"/section/{slug}/"].append(f"article:{article['id']}")
    for path, ranked in expected.items():
        assert keys(Client().get(path).content) == ranked[:30], path


def test_the_upgrade_can_be_reversed_and_repeated(before_upgrade: Rows, old):
    upgraded = contents()

    call_command("migrate", "newsroom", "0003", verbosity=0)

    assert as_stored(before_upgrade) == old
    call_command("migrate", verbosity=0)
    assert contents() == upgraded


def contents() -> dict[str, list[Any]]:
    """Return articles and versions; versions without their ids, which the way back drops."""
    versions = list(stored("newsroom_version"))
    for row in versions:
        del row["id"]
    versions.sort(key=lambda row: (row["article_id"], row["version"]))
    return {"articles": list(stored("newsroom_article")), "versions": versions}


def test_an_upgraded_database_equals_a_migrated_one(old):
    connection.check_constraints()
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
