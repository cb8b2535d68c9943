import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from stoppress import live
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.newsroom.models import Article, AuditEntry
from stoppress.newsroom.publishing import create_article, publish_article
from stoppress.site.background.worker import Worker
from stoppress.site.background.worker_lock import worker_lock
from stoppress.webhooks.dispatcher import Dispatcher


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow("it waits for what is due")
def test_a_due_article_is_published_and_another_is_not():
    now = timezone.now()
    create_article({"headline": "Soon", "publish_at": now + timedelta(seconds=0.2)})
    create_article({"headline": "Tomorrow", "publish_at": now + timedelta(days=1)})
    worker = Worker()
    worker.start()
    try:
        deadline = timezone.now() + timedelta(seconds=20)
        while not Article.objects.public().exists():
            assert timezone.now() < deadline
    finally:
        worker.stop()
    assert [a.headline for a in Article.objects.public()] == ["Soon"]
    assert not worker.is_alive()


@pytest.mark.django_db(transaction=True)
def test_an_article_is_lowered_when_its_time_at_the_top_is_over():
    until = timezone.now() + timedelta(hours=1)
    fields = {"headline": "Flood", "urgency": 1, "top_until": until}
    article = publish_article(create_article(fields))
    assert article.rank == 2
    over = timezone.now()
    Article.objects.update(top_until=over, rank_until=over)
    worker = Worker()
    worker.start()
    try:
        wait_for(lambda: Article.objects.get().rank == 0)
    finally:
        worker.stop()


@pytest.mark.django_db(transaction=True)
def test_an_article_without_a_place_gets_one():
    article = publish_article(create_article({"headline": "Flood"}))
    # As a process of the previous release publishes.
    Article.objects.update(place=None, order=article.place)
    worker = Worker()
    worker.start()
    try:
        wait_for(lambda: Article.objects.get().order == article.order)
    finally:
        worker.stop()


@pytest.mark.django_db(transaction=True)
def test_expired_rows_are_deleted(monkeypatch):
    monkeypatch.setattr("stoppress.site.background.worker.SECONDS_BETWEEN_TRIMS", 0.0)
    row = AccessAttempt.objects.create(username="ann", failures_since_start=1)
    expired = timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1)
    AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=expired)
    long_ago = timezone.now() - timedelta(days=731)
    AuditEntry.objects.create(time=long_ago, act="signed_in", actor_kind="user", actor="ann")
    now = timezone.now()
    for key, end in (("over", now - timedelta(seconds=1)), ("open", now + timedelta(hours=1))):
        Session.objects.create(session_key=key, expire_date=end)
    worker = Worker()
    worker.start()
    try:
        wait_for(lambda: [row.session_key for row in Session.objects.all()] == ["open"])
        wait_for(lambda: not AccessAttempt.objects.exists())
        wait_for(lambda: not AuditEntry.objects.exists())
    finally:
        worker.stop()


@pytest.mark.django_db(transaction=True)
def test_a_trim_in_several_steps_continues_after_the_last_step(monkeypatch):
    monkeypatch.setattr("stoppress.site.background.worker.SECONDS_BETWEEN_TRIMS", 0.0)
    monkeypatch.setattr("stoppress.site.background.worker.SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr("stoppress.site.background.worker.TRIM_SECONDS", 0.0)
    monkeypatch.setattr("stoppress.live.log.extents.STREAMS_A_QUERY", 1)
    for number in range(4):
        live.publish(f"story:{number}", "thing.said", {"key": "k", "order": "1"})
    events = LoggedEvent.objects.filter(stream="story:3")
    events.update(time=timezone.now() - timedelta(days=31))
    worker = Worker()
    worker.start()
    try:
        wait_for(lambda: not events.exists())
    finally:
        worker.stop()
    assert LoggedEvent.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_heads_of_deleted_streams_are_deleted_after_their_events(monkeypatch):
    monkeypatch.setattr("stoppress.site.background.worker.SECONDS_BETWEEN_TRIMS", 0.0)
    monkeypatch.setattr("stoppress.site.background.worker.SECONDS_BETWEEN_LOOKS", 0.01)
    for name in ("news", "section:gone"):
        live.publish(name, "thing.said", {"key": "k", "order": "1"})
    LoggedEvent.objects.update(time=timezone.now() - timedelta(days=31))
    worker = Worker()
    worker.start()
    try:
        wait_for(lambda: StreamHead.objects.count() == 1)
    finally:
        worker.stop()
    assert [head.name for head in StreamHead.objects.all()] == ["news"]
    assert not LoggedEvent.objects.exists()


def test_a_worker_that_never_started_can_be_stopped():
    Worker().stop()


@pytest.mark.backend("sqlite")
@pytest.mark.django_db(transaction=True)
def test_a_repeated_failure_is_logged_once_and_so_is_its_end(monkeypatch, caplog):
    monkeypatch.setattr("stoppress.site.background.worker.SECONDS_BETWEEN_LOOKS", 0.01)
    in_the_way = Path(settings.DATABASES["default"]["NAME"])
    in_the_way = in_the_way.with_name(f".{in_the_way.name}.background.lock")
    in_the_way.unlink(missing_ok=True)
    in_the_way.mkdir()
    worker = Worker()
    caplog.set_level("INFO", "stoppress.site")
    worker.start()
    try:
        wait_for(lambda: "worker failed" in caplog.text)
        looked = time.monotonic() + 0.3
        wait_for(lambda: time.monotonic() > looked)
        in_the_way.rmdir()
        wait_for(lambda: "works again" in caplog.text)
    finally:
        worker.stop()
    assert caplog.text.count("worker failed") == caplog.text.count("IsADirectoryError: ") == 1


@pytest.mark.django_db(transaction=True)
def test_a_process_works_only_when_all_its_threads_have_started(monkeypatch):
    worker, lock, other, start = Worker(), worker_lock(), worker_lock(), Dispatcher.start
    failures = [RuntimeError("can't start new thread")]

    def starting(dispatcher):
        if failures:
            raise failures.pop()
        start(dispatcher)

    monkeypatch.setattr(Dispatcher, "start", starting)  # a machine's limit of threads is not ours
    try:
        with pytest.raises(RuntimeError, match="start new thread"):
            worker._turn(lock)
        assert "stoppress-polls" not in {thread.name for thread in threading.enumerate()}
        wait_for(other.acquire)  # PostgreSQL ends a session a moment after its connection
        other.release()
        wait_for(lambda: worker._turn(lock) or worker._working)
        assert "stoppress-webhooks" in {thread.name for thread in threading.enumerate()}
    finally:
        worker._set_working(False)
        lock.release()
        other.release()


def wait_for(ready):
    deadline = time.monotonic() + 20
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.01)  # between two looks


@pytest.mark.backend("postgres")
@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_clock_is_wrong_leaves_the_work_to_others(monkeypatch, caplog, request):
    request.getfixturevalue("fast_machine")
    create_article({"headline": "Due", "publish_at": datetime.now(UTC)})
    worker, lock, other = Worker(), worker_lock(), worker_lock()
    try:
        for _ in range(3):
            worker._turn(lock)
        assert caplog.text.count(" s ahead of the database's: no scheduled") == 1
        assert not Article.objects.public().exists()
        wait_for(other.acquire)  # PostgreSQL ends a session a moment after its connection
        other.release()
        monkeypatch.undo()  # the clock was set right
        worker._turn(lock)
        wait_for(lambda: worker._turn(lock) or Article.objects.public().exists())
    finally:
        worker._set_working(False)
        lock.release()
        other.release()
