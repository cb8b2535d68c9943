import pytest

from stoppress.newsroom.models import Revision
from stoppress.newsroom.publishing import correct_article
from tests.newsroom.desk import public

pytestmark = pytest.mark.django_db


def test_a_revision_is_written_once():
    revision = public().revisions.get()
    revision.note = "Rewritten."
    with pytest.raises(TypeError):
        revision.save()
    with pytest.raises(TypeError):
        revision.delete()
    with pytest.raises(TypeError):
        Revision.objects.update(note="Rewritten.")
    with pytest.raises(TypeError):
        Revision.objects.all().delete()
    assert Revision.objects.get().note == ""


def test_each_revision_keeps_the_text_of_its_time():
    article = public("One", body="First.")
    correct_article(article, "Note.", {"headline": "Two", "body": "Second."})
    texts = [(r.headline, r.body) for r in Revision.objects.order_by("version")]
    assert texts == [("One", "First."), ("Two", "Second.")]
