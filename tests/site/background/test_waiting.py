"""Work that waits while no worker runs is told by the doctor and in the admin."""

from datetime import timedelta

import pytest

from stoppress.cli import doctor
from stoppress.ingest.models import Source
from stoppress.live.clock import database_time
from stoppress.live.models import LoggedEvent
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import create_article, publish_article
from stoppress.site.background.waiting import OVERDUE, unattended
from stoppress.site.background.worker_lock import is_held, worker_lock
from stoppress.webhooks.models import Endpoint

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "there is work for it: 1 scheduled article, 1 feed, 1 webhook, 1 followed paper. Start"


def due(ago):
    """Make work of each kind that has been due for so long."""
    time = database_time() - ago
    create_article({"headline": "Due", "publish_at": time})
    Source.objects.create(url="https://x.example/feed", next_poll=time)
    Source.objects.create(url="https://x.example/", kind=Source.Kind.PAPER, created=time)
    endpoint = Endpoint(name="Bot", url="https://x.example/hook")
    endpoint.begin()
    endpoint.save()
    publish_article(create_article({"headline": "Told"}))
    LoggedEvent.objects.update(time=time)


def test_overdue_work_is_reported_until_a_process_works(admin_client):
    due(OVERDUE + timedelta(seconds=1))
    [said] = doctor._worker()
    assert WAITING in said and "“stoppress worker”" in said
    for address in ("/admin/", "/admin/ingest/source/"):
        assert WAITING in admin_client.get(address).content.decode()
    assert WAITING not in admin_client.get("/admin/ingest/source/add/").content.decode()
    lock = worker_lock()
    assert not is_held() and lock.acquire()
    try:
        assert is_held() and list(doctor._worker()) == []
        assert WAITING not in admin_client.get("/admin/").content.decode()
    finally:
        lock.release()


def test_work_that_is_due_for_a_short_time_or_later_is_not_reported():
    due(timedelta(minutes=1))
    Source.objects.filter(kind=Source.Kind.FEED).update(next_poll=None)
    assert Article.objects.due(database_time()).exists()
    assert unattended() == ""
    Endpoint.objects.update(retry_at=database_time() + timedelta(hours=1))
    LoggedEvent.objects.update(time=database_time() - timedelta(hours=1))
    assert unattended() == ""
