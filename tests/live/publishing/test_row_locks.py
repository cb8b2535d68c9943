"""By inheritance an object has several rows: they are locked as Django writes them."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps.registry import Apps
from django.db import connection, connections, models, transaction

from stoppress import live
from stoppress.live.publishing import registry
from tests.live.log.lock_waits import one_waits_for_a_lock
from tests.live.reader import PATIENCE

pytestmark = pytest.mark.backend("postgres")


class Own:
    apps = Apps(["tests.live.publishing"])
    app_label = "publishing"


class Leaf(models.Model):
    """Not live, as Wagtail's Page."""

    title = models.CharField(max_length=20)

    class Meta(Own):
        pass


class Essay(Leaf):
    body = models.CharField(max_length=20)

    class Meta(Own):
        pass


class Review(Essay, live.LiveModel):
    stars = models.IntegerField(default=0)
    live_order = "title"
    objects = live.LiveQuerySet.as_manager()

    class Meta(Own):
        pass

    def live_streams(self):
        return ["reviews"]

    def live_item(self):
        return {"title": self.title}


@pytest.fixture
def review(transactional_db):
    with connection.schema_editor() as editor:
        for model in (Leaf, Essay, Review):
            editor.create_model(model)
    live.stream("reviews", public=True)(lambda limit: Review.objects.order_by("-title"))
    yield Review.objects.create(title="a", body="a")
    registry.unregister("reviews")
    with connection.schema_editor() as editor:
        for model in (Review, Essay, Leaf):
            editor.delete_model(model)


@pytest.mark.parametrize("parent", [Leaf, Essay])
@pytest.mark.parametrize("by", ["save", "update"])
def test_two_transactions_that_save_an_object_by_different_models_follow_one_another(
    review, parent, by
):
    has_saved, may_end = threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            parent.objects.get(pk=review.pk).save()
            has_saved.set()
            may_end.wait(PATIENCE)
            Review.objects.get(pk=review.pk).save()
        connections.close_all()

    def second():
        with transaction.atomic():
            if by == "save":
                Review.objects.get(pk=review.pk).save()
            else:
                Review.objects.filter(pk=review.pk).update(title="b", stars=1)
        connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        works = [threads.submit(first)]
        assert has_saved.wait(PATIENCE)
        works.append(threads.submit(second))
        try:
            one_waits_for_a_lock()
        finally:
            may_end.set()
        for work in works:
            work.result()
