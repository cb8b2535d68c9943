"""Processes of the release before the roles, on the upgraded database until their restart.

They are its models as its migrations describe them, so their statements are those of its own.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from stoppress import live
from stoppress.live.models import LoggedEvent
from stoppress.newsroom.models import Article, IdempotencyKey, PictureUse, Section, Version
from stoppress.newsroom.models.idempotency import key_digest
from stoppress.newsroom.payloads import wire_time
from stoppress.newsroom.publishing import (
    create_article,
    place_articles,
    retract_article,
    settle_ranks,
    update_article,
)
from stoppress.newsroom.streams import news
from tests.logged import logged
from tests.newsroom.desk import NINE, Page, live_story, post
from tests.newsroom.pictures.made import picture

from .installation import Rows, fixture

pytestmark = pytest.mark.backend("sqlite", "postgres")

ARTICLES = {"sqlite": 200, "postgresql": 200}
TEXTS = ("headline", "summary", "body", "body_format")


@pytest.fixture(scope="module")
def old(before_upgrade: Rows) -> Iterator[Apps]:
    """The models of the release before; the database is upgraded."""
    migrations, _ = fixture()
    state = MigrationExecutor(connection).loader.project_state(migrations)
    call_command("migrate", verbosity=0)
    yield state.apps


def published(old: Apps, moment: datetime, **fields: Any) -> Article:
    """Make and publish an article as the older process does; return it as it is now."""
    OldArticle = old.get_model("newsroom", "Article")
    article = OldArticle.objects.create(headline="By the old process", **fields)
    article.version, article.edited_version, article.pub_status = 2, 2, "usable"
    article.first_published, article.order = moment, wire_time(moment)
    article.save()
    revised(old, article, "publish")
    return Article.objects.get(pk=article.pk)


def revised(old: Apps, article: Any, kind: str) -> None:
    old.get_model("newsroom", "Revision").objects.create(
        article=article,
        version=article.version,
        kind=kind,
        note="A note.",
        by="editor",
        created=datetime.now(UTC),
        **{name: getattr(article, name) for name in TEXTS},
    )


def test_an_older_process_reads_the_articles_and_their_public_history(
    before_upgrade: Rows, old: Apps
):
    articles = old.get_model("newsroom", "Article").objects
    revisions = old.get_model("newsroom", "Revision").objects

    assert articles.count() >= len(before_upgrade["newsroom.Article"])
    for row in before_upgrade["newsroom.Revision"]:
        revision = revisions.get(pk=row["id"])
        found = {name: getattr(revision, name) for name in ("kind", "note", "by", *TEXTS)}
        assert found == {name: row[name] for name in found}
    drafts = articles.filter(first_published=None)
    assert drafts and not revisions.filter(article__in=drafts)


def test_an_article_that_it_publishes_is_a_public_version_and_gets_a_place(old: Apps):
    now = datetime.now(UTC).replace(microsecond=0)
    article = published(old, now, urgency=1)
    version = article.versions.get()
    assert (version.act, version.public, version.fields) == ("publish", True, {})
    assert (article.order, article.place) == (wire_time(now), None)

    assert place_articles(datetime.now(UTC)) == 1

    article.refresh_from_db()
    assert (article.place, article.order) == (wire_time(now), f"2-{wire_time(now)}")
    assert article.breaking and article.version == 2
    told = LoggedEvent.objects.filter(key=article.key, event="article.updated")
    assert set(told.values_list("stream", flat=True)) == {
        *("news", article.stream),
        *("breaking", "wire"),
    }
    first = next(item for item in news(30) if not item["pinned"])
    assert (first["key"], first["order"]) == (article.key, article.order)
    assert place_articles(datetime.now(UTC)) == 0


def test_an_article_published_at_a_taken_place_gets_the_next_one(old: Apps):
    taken = Article.objects.public().filter(rank=0).order_by("-place").last()
    article = published(old, datetime.fromisoformat(taken.place))

    place_articles(datetime.now(UTC))

    article.refresh_from_db()
    moved = datetime.fromisoformat(article.place) - datetime.fromisoformat(taken.place)
    assert timedelta(0) < moved < timedelta(milliseconds=5)


def test_an_article_that_it_changes_keeps_its_place_and_can_be_changed_by_the_new_one(old: Apps):
    before = Article.objects.public().filter(rank=0).order_by("-place").first()
    article = old.get_model("newsroom", "Article").objects.get(pk=before.pk)
    article.version, article.summary = article.version + 1, "By the old process."
    article.save()
    revised(old, article, "update")

    after = Article.objects.get(pk=before.pk)
    assert (after.place, after.order, after.rank) == (before.place, before.order, before.rank)
    after = update_article(after, {"summary": "By the new one."})
    acts = list(after.versions.public().values_list("act", "version")[:2])
    assert acts == [("update", after.version), ("update", after.version - 1)]


def test_an_article_that_it_pins_or_makes_urgent_is_ranked_when_a_worker_starts(old: Apps):
    ordinary = Article.objects.public().filter(rank=0).order_by("pk")
    changes = [({"pinned": True}, 3, False), ({"urgency": 1}, 2, True)]
    for pk, (fields, _, _) in zip(ordinary.values_list("pk", flat=True), changes, strict=False):
        old.get_model("newsroom", "Article").objects.filter(pk=pk).update(**fields)
    unpinned = Article.objects.public().filter(rank=3).exclude(urgency=1).first()
    old.get_model("newsroom", "Article").objects.filter(pk=unpinned.pk).update(pinned=False)
    wrong = list(Article.objects.misranked())
    assert len(wrong) == 3 and unpinned in wrong

    assert settle_ranks(datetime.now(UTC)) == 3

    expected = [*changes, ({}, 0, False)]
    wrong.sort(key=lambda article: (article == unpinned, article.pk))
    for article, (_, rank, breaking) in zip(wrong, expected, strict=True):
        article.refresh_from_db()
        assert (article.rank, article.breaking) == (rank, breaking)
        assert article.order == f"{rank}-{article.place}"
        told = LoggedEvent.objects.filter(key=article.key, stream="news").latest("position")
        assert f'"order":"{article.order}"' in told.item
    assert settle_ranks(datetime.now(UTC)) == 0


def test_old_and_new_processes_share_the_idempotency_keys_of_articles(old: Apps):
    OldKey = old.get_model("newsroom", "IdempotencyKey")
    article = Article.objects.first()
    OldKey.objects.create(digest=key_digest("1", "old"), fingerprint="f", article_id=article.pk)
    assert IdempotencyKey.of("1", "old").found() == article
    IdempotencyKey.remember("1", "new", "f", article)
    assert OldKey.objects.get(digest=key_digest("1", "new")).article_id == article.pk


def test_migrating_back_gives_its_articles_a_separate_order(old: Apps):
    taken = Article.objects.public().order_by("place").first()
    article = published(old, datetime.fromisoformat(taken.place))
    # Such a key has no place there, and does not stop the way back.
    IdempotencyKey.remember("1", "section", "f", Section.objects.first())
    try:
        call_command("migrate", "newsroom", "0003", verbosity=0)
        OldArticle = old.get_model("newsroom", "Article")
        orders = dict(OldArticle.objects.values_list("pk", "order"))
        assert orders[taken.pk] == taken.place
        assert orders[article.pk] > taken.place and "Z" in orders[article.pk]
    finally:
        call_command("migrate", verbosity=0)
    assert Version.objects.filter(article_id=article.pk, public=True).count() == 1
    assert IdempotencyKey.of("1", "section") is None


def test_an_older_process_cannot_delete_a_draft_with_a_picture(old: Apps):
    article = Article.objects.create(headline="Storm")
    # The models of the fixture are older than pictures, and so is the release before.
    use = PictureUse.objects.create(article=article, picture=picture())
    with pytest.raises(IntegrityError):
        old.get_model("newsroom", "Article").objects.get(pk=article.pk).delete()
    assert Article.objects.filter(pk=article.pk, picture_uses=use).exists()


def told_by_it(old: Apps, post: Article, stream: str) -> None:
    """Have the log hold a post's text as the older process writes it."""
    article_item = {"key": f"article:{post.pk}", "order": post.order, "headline": post.headline}
    live.publish(stream, "article.published", article_item)


def test_a_post_that_it_publishes_is_a_post_after_the_workers_next_look(old: Apps):
    story = live_story("Storm")
    waiting = create_article({"headline": "Zanzibar", "key_event": True}, parent=story)
    edited = post(story, "Zanzibar edited", key_event=True, occurred=NINE)
    libel = post(story, "Zanzibar the libel", key_event=True)
    articles, moment = old.get_model("newsroom", "Article").objects, datetime.now(UTC)
    place = wire_time(moment)
    # The models of the fixture are older than posts: these columns are of the release before.
    Article.objects.filter(pk=waiting.pk).update(place=place)
    articles.filter(pk=waiting.pk).update(
        version=2, pub_status="usable", first_published=moment, order=f"0-{place}"
    )
    articles.filter(pk=edited.pk).update(version=3, order=f"3-{edited.place}")
    articles.filter(pk=libel.pk).update(
        version=3, pub_status="canceled", retraction_note="A libel.", order=f"0-{libel.place}"
    )
    for each in Article.objects.filter(parent=story):
        told_by_it(old, each, "news")
    pages = [Page(stream) for stream in ("news", *story.streams_of_posts)]

    for path in ("/", story.get_absolute_url(), edited.get_absolute_url()):
        assert Client().get(path).status_code == 200
    for stream in (*story.streams_of_posts, "keys"):
        live.snapshot(stream)
    assert Article.objects.without_time().get() == waiting
    assert place_articles(datetime.now(UTC)) == 1
    assert settle_ranks(datetime.now(UTC)) == 2

    waiting.refresh_from_db()
    assert wire_time(waiting.occurred) == place
    assert waiting.order == f"0-{place}-{place}"
    keys = [waiting.key, edited.key]
    assert [item["key"] for item in live.snapshot(story.keys_stream).items] == keys
    for page in pages:
        assert page.items() == page.fresh()
    assert not logged(key__startswith="article:", item__contains="Zanzibar").exists()
    assert not logged(item__contains="the libel").exists()
    assert update_article(waiting, {"headline": "Zanzibar!"}).is_public

    told_by_it(old, waiting, "news")
    retract_article(waiting, "No.")
    retract_article(story, "No.")
    assert not logged(item__contains="Zanzibar").exists()


def test_migrating_back_gives_posts_an_order_that_fits(old: Apps):
    made = post(live_story("Match"), occurred=NINE)
    try:
        call_command("migrate", "newsroom", "0012", verbosity=0)
        OldArticle = old.get_model("newsroom", "Article")
        assert OldArticle.objects.get(pk=made.pk).order == f"p-{made.place}"
    finally:
        call_command("migrate", verbosity=0)
    assert settle_ranks(datetime.now(UTC)) + place_articles(datetime.now(UTC)) >= 1
    assert len(Article.objects.get(pk=made.pk).order) == 51
