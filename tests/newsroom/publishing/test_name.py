import pytest

from stoppress.newsroom.models import Person, Topic, Version
from stoppress.newsroom.publishing import (
    InvalidField,
    WrongState,
    rename_person,
    rename_topic,
    update_article,
)
from stoppress.newsroom.stream_names import LIMIT
from tests.newsroom.desk import Page, draft, public, told

pytestmark = pytest.mark.django_db
RENAMES = [(Topic, rename_topic, "topics"), (Person, rename_person, "authors")]


@pytest.mark.parametrize(("model", "rename", "field"), RENAMES)
def test_open_stories_get_a_new_name_and_lists_do_not_change(model, rename, field):
    row = model.objects.create(slug="ems", name="Ems")
    article = public(**{field: ["ems"]})
    draft(**{field: ["ems"]})
    other = public("Other")
    pages = [Page(stream) for stream in ("news", article.stream, other.stream)]
    assert rename(row, " The Ems ").name == "The Ems"
    for page in pages:
        assert page.items() == page.fresh()
    assert pages[1].items()[0][field][0]["name"] == "The Ems"
    assert told() == ["put article.published"] * 2
    assert told(article.stream)[-1] == "put article.updated"
    assert Version.objects.public().count() == 2


@pytest.mark.parametrize(("model", "rename", "field"), RENAMES)
def test_only_the_newest_stories_get_an_event(model, rename, field):
    row = model.objects.create(slug="ems", name="Ems")
    articles = [public(f"Story {n}", **{field: ["ems"]}) for n in range(LIMIT + 1)]
    rename(row, "The Ems")
    told_of = [article for article in articles if "put article.updated" in told(article.stream)]
    assert told_of == articles[1:]


@pytest.mark.parametrize(("model", "rename", "field"), RENAMES)
def test_a_new_name_is_no_version_conflict(model, rename, field):
    row = model.objects.create(slug="ems", name="Ems")
    article = public(**{field: ["ems"]})
    rename(row, "The Ems")
    update_article(article, {"headline": "Changed"}, if_version=article.version)


@pytest.mark.parametrize(("model", "rename", "field"), RENAMES)
@pytest.mark.parametrize("name", ["", "x" * 101, "a\nb"])
def test_an_invalid_name_is_refused(model, rename, field, name):
    with pytest.raises(InvalidField, match="name"):
        rename(model.objects.create(slug="ems", name="Ems"), name)


@pytest.mark.parametrize(("model", "rename", "field"), RENAMES)
def test_a_deleted_object_cannot_be_renamed(model, rename, field):
    row = model.objects.create(slug="ems", name="Ems")
    model.objects.all().delete()
    with pytest.raises(WrongState, match="no longer exists"):
        rename(row, "The Ems")
