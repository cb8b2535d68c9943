"""The migration that gives each source its next poll."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from stoppress.ingest.models import Source
from stoppress.ingest.turn import turn
from stoppress.live.clock import database_time

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE, AFTER = ("ingest", "0006_papers_withdrawals"), ("ingest", "0007_polling")


def test_existing_feeds_become_due_one_after_the_other() -> None:
    executor = MigrationExecutor(connection)
    try:
        old = executor.migrate([BEFORE]).apps.get_model("ingest", "Source")
        for number in range(3):
            old.objects.create(url=f"https://x.example/{number}")
        old.objects.create(url="file:///feed.xml")
        old.objects.create(url="https://paper.example/", kind="paper")
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate([AFTER])
    now = database_time()
    planned = dict(Source.objects.values_list("url", "next_poll"))
    assert planned["file:///feed.xml"] is planned["https://paper.example/"] is None
    first, second, third = (planned[f"https://x.example/{number}"] for number in range(3))
    assert first <= now < second < third < now + timedelta(minutes=30)
    assert second - first == third - second == timedelta(minutes=10)


def test_a_process_of_the_previous_release_adds_a_source_that_is_soon_due() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ingest_source (url, title, etag, last_modified, created, last_outcome,"
            " healthy) VALUES (%s, '', '', '', %s, '', %s)",
            ["https://x.example/feed", database_time(), True],
        )
    source = Source.objects.get()
    assert source.next_poll is not None
    assert source.next_poll <= database_time()
    assert (source.failures, source.ttl, source.failing_since) == (0, 0, None)
    with turn(source, planned=True):
        pass
