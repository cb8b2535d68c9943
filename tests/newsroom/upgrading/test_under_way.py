"""The upgrade while others work, and one that was interrupted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections

from stoppress.newsroom.models import Article, Version

from .installation import Rows

ARTICLES = {"sqlite": 200, "postgresql": 200}


@pytest.fixture(autouse=True)
def _before_the_upgrade(before_upgrade: Rows):
    call_command("migrate", "newsroom", "0003", verbosity=0)


def migrate(*words: str) -> None:
    try:
        call_command("migrate", *words, verbosity=0)
    finally:
        connections.close_all()


@contextmanager
def another() -> Iterator[psycopg.Connection]:
    """A process of the release before, in a transaction."""
    names = {"HOST": "host", "PORT": "port", "USER": "user", "NAME": "dbname"}
    given = {theirs: connection.settings_dict[ours] for ours, theirs in names.items()}
    with psycopg.connect(**given) as other:
        yield other


@contextmanager
def waiting(*words: str) -> Iterator[None]:
    """Migrate in a thread; go on once it waits for a lock, and leave when it has ended."""
    upgrade = Thread(target=migrate, args=words)
    upgrade.start()
    try:
        with connection.cursor() as cursor:
            while not waits(cursor):
                assert upgrade.is_alive()
        yield
    finally:
        upgrade.join()


def waits(cursor: Any) -> bool:
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return bool(cursor.fetchone()[0])


def failing(text: str, times: int) -> Callable[..., Any]:
    """Return a wrapper under which a statement with this text fails the given time."""
    left = iter(range(times))

    def execute(run: Callable[..., Any], sql: str, *args: Any) -> Any:
        if text in sql and next(left, None) is None:
            raise DatabaseError("The machine lost its power.")
        return run(sql, *args)

    return execute


@pytest.mark.backend("postgres")
def test_a_transaction_that_has_read_articles_can_read_their_history_during_the_upgrade():
    with another() as reader:
        reader.execute("SELECT count(*) FROM newsroom_article")
        with waiting("newsroom", "0004"):
            revisions = reader.execute("SELECT count(*) FROM newsroom_revision").fetchone()
            reader.commit()
    assert Version.objects.filter(public=True).count() == revisions[0] > 0


@pytest.mark.backend("postgres")
def test_an_article_published_during_the_upgrade_gets_its_place():
    call_command("migrate", "newsroom", "0004", verbosity=0)
    # Its later columns are not there yet.
    drafts = Article.objects.filter(pub_status="withheld", pinned=False).exclude(urgency=1)
    draft = drafts.only("pk").first()
    order = "2026-11-22T09:10:00.123Z"
    with another() as publisher:
        publisher.execute(
            'UPDATE newsroom_article SET "order" = %s, pub_status = %s, first_published = now()'
            " WHERE id = %s",
            [order, "usable", draft.pk],
        )
        with waiting():
            publisher.commit()
    draft.refresh_from_db()
    assert (draft.place, draft.order) == (order, f"0-{order}")


@pytest.mark.backend("sqlite", "postgres")
def test_an_interrupted_upgrade_can_be_run_again():
    text = 'INSERT INTO "newsroom_version"'
    with (
        connection.execute_wrapper(failing(text, 1)),
        pytest.raises(DatabaseError, match="lost its power"),
    ):
        migrate()
    steps = Version.objects.filter(public=False).count()

    migrate()

    articles = Article.objects.count()
    assert 0 < steps < Version.objects.filter(public=False).count()
    complete = Version.objects.exclude(fields={}).values_list("article_id", "version")
    assert sorted(complete) == sorted(Article.objects.values_list("pk", "version"))
    assert len(complete) == articles == ARTICLES["sqlite"]
