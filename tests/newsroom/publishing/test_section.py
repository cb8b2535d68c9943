from threading import Thread

import pytest
from django.db import connection

from stoppress import live
from stoppress.newsroom.models import Version
from stoppress.newsroom.publishing import (
    InvalidField,
    VersionConflict,
    WrongState,
    rename_section,
    update_article,
)
from stoppress.newsroom.publishing.article_row import locked
from stoppress.newsroom.stream_names import LIMIT
from tests.newsroom.desk import (
    Page,
    draft,
    live_story,
    post,
    public,
    section,
    told,
    wait_until_one_waits,
)

pytestmark = pytest.mark.django_db


def test_open_pages_get_a_sections_new_name():
    world = section()
    article = public(section=world)
    draft(section=world)
    other = public("Other", section=section("sport"))
    pages = [Page(stream) for stream in ("news", "section:world", article.stream, other.stream)]
    assert rename_section(world, " The world ").name == "The world"
    for page in pages:
        assert page.items() == page.fresh()
    assert pages[1].items()[0]["section"]["name"] == "The world"
    assert told("section:world")[-1] == "put article.updated"
    assert Version.objects.public().count() == 2


def test_key_events_of_all_stories_get_a_sections_new_name():
    post(live_story(section=section()), key_event=True)
    page = Page("keys")
    rename_section(section(), "The world")
    assert page.items() == page.fresh()
    assert "The world" in str(page.items())


def test_articles_that_no_page_shows_get_no_event():
    world = section()
    oldest = public("Oldest", section=world)
    for number in range(LIMIT):
        public(f"Story {number}", section=world)
    rename_section(world, "The world")
    assert told(oldest.stream) == ["put article.published"]
    assert told("section:world").count("put article.updated") == LIMIT


def test_a_new_name_of_a_section_is_no_version_conflict():
    article = public(section=section())
    rename_section(section(), "The world")
    rename_section(section(), "All the world")
    article = update_article(article, {"headline": "Changed"}, if_version=article.version)
    assert article.version == 5
    with pytest.raises(VersionConflict):
        update_article(article, {"headline": "By Ben"}, if_version=4)


def test_the_same_name_is_no_event():
    public(section=section())
    rename_section(section(), "World")
    assert told() == ["put article.published"]


@pytest.mark.parametrize("name", ["", "x" * 101, "a\nb"])
def test_an_invalid_name_is_refused(name):
    with pytest.raises(InvalidField, match="name"):
        rename_section(section(), name)


def test_a_deleted_section_cannot_be_renamed():
    world = section()
    section().delete()
    with pytest.raises(WrongState):
        rename_section(world, "The world")


@pytest.mark.backend("postgres")
@pytest.mark.django_db(transaction=True)
def test_a_verb_that_refers_to_a_section_and_a_rename_do_not_wait_for_each_other():
    world = section()
    article = public(section=world)
    failures = []

    def rename():
        try:
            rename_section(world, "The world")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    other = Thread(target=rename)
    with live.atomic():
        locked(article)
        other.start()
        wait_until_one_waits()  # it holds the section, and wants the article
        public("Another", section=world)
    other.join(20)
    assert failures == []
    assert Page("section:world").items()[1]["section"]["name"] == "The world"
