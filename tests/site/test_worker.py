from datetime import timedelta

import pytest
from django.utils import timezone

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import create_article
from stoppress.site.worker import Worker


@pytest.mark.django_db(transaction=True)
def test_what_is_due_is_published_and_what_is_not_stays():
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


def test_a_worker_that_never_started_can_be_stopped():
    Worker().stop()
