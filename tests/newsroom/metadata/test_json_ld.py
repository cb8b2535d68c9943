"""Pages in schema.org's terms, as another library reads them."""

from typing import Any

import pytest
from django.test import Client

from stoppress.live.protocol.frames import wire_time
from stoppress.newsroom.models import Person
from stoppress.newsroom.publishing import (
    correct_article,
    restore_article,
    retract_article,
    set_coverage,
    update_article,
    withdraw_version,
)
from tests.newsroom.desk import live_story, post, section

from .full import full
from .reading import SITE, page, things

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]

# What Google's documentation requires and recommends, as of 2026, of what a newspaper knows. An
# author's picture, other names and pages elsewhere are not known here.
ARTICLE = ["author.name", "author.url", "dateModified", "datePublished", "headline", "image.url"]
LIVE = [*ARTICLE, "coverageStartTime", "coverageEndTime", "publisher.logo.url"]
UPDATE = ["articleBody", "datePublished", "headline", "author.name", "url"]
BREADCRUMB = ["itemListElement.name", "itemListElement.item", "itemListElement.position"]
PROFILE = [
    *("dateCreated", "dateModified", "mainEntity.name", "mainEntity.identifier"),
    "mainEntity.agentInteractionStatistic.userInteractionCount",
]
ORGANISATION = ["name", "url", "logo.url"]
SITE_NAME = ["name", "url"]


def missing(thing: dict[str, Any], wanted: list[str]) -> list[str]:
    """Return the properties that a thing does not have; of a list each part must have them."""

    def has(value: Any, path: str) -> bool:
        if isinstance(value, list):
            return bool(value) and all(has(each, path) for each in value)
        if not path:
            return bool(value)
        name, _, rest = path.partition(".")
        return name in value and has(value[name], rest)

    return [path for path in wanted if not has(thing, path)]


def test_an_article_has_its_type_and_fields():
    article = full()
    address = article.get_absolute_url()
    said = things(address)["NewsArticle"]
    assert missing(said, ARTICLE) == []
    assert said["headline"] == "Bridge opens" and said["description"] == "At last."
    assert said["datePublished"] == wire_time(article.first_published)
    assert said["author"] == [
        {"@type": "Person", "name": "Mara Voss", "url": f"{SITE}/author/mara/"}
    ]
    assert missing(said["publisher"], ORGANISATION) == []
    assert said["mainEntityOfPage"] == said["url"] == SITE + address
    assert (said["articleSection"], said["keywords"]) == ("World", ["The ferry"])
    assert said["inLanguage"] == "en-GB" and said["isAccessibleForFree"] is True
    [image] = said["image"]
    assert Client().get(image["url"].removeprefix(SITE))["Content-Type"] == "image/jpeg"
    assert image["creditText"] == "Ann Ray" and image["width"] > 0
    assert "correction" not in said


def test_a_correction_is_included_unless_its_note_was_withdrawn():
    article = correct_article(full(), "It is the north pier.", {"body": "North."})
    [said] = things(article.get_absolute_url())["NewsArticle"]["correction"]
    assert said["@type"] == "CorrectionComment" and said["text"] == "It is the north pier."
    assert said["datePublished"] == wire_time(article.correction_date)
    libel = article.version
    article = correct_article(article, "It is the south pier.", {"body": "South."})
    withdraw_version(article, [libel], note="A libel.")
    shown = page(article.get_absolute_url())
    assert "south pier" in shown and "north pier" not in shown


def test_a_retracted_article_is_left_out_and_a_restored_one_is_included():
    article = full()
    address = article.get_absolute_url()
    retract_article(article, "It is closed.")
    assert things(address) == {} and "Bridge" not in page(address)
    restore_article(article)
    assert things(address)["NewsArticle"]["headline"] == "Bridge opens"
    update_article(article, {"headline": "Bridge closes"})
    assert things(address)["NewsArticle"]["headline"] == "Bridge closes"


def test_a_live_story_has_its_times_and_the_posts_on_the_page():
    story = full(kind="live")
    known = post(story, "A tree fell", body="On the *road*.", authors=["mara"])
    correct_article(known, "It was a branch.", {"headline": "A branch fell"})
    post(story, "", body="It rains.")
    gone = post(story, "Two trees fell")
    retract_article(gone, "There was one.")
    post(story, "Long", body="word " * 200)
    address = story.get_absolute_url()
    said = things(address)["LiveBlogPosting"]
    assert "coverageEndTime" not in said
    assert said["dateModified"] > said["datePublished"]
    updates = said["liveBlogUpdate"]
    assert [each["headline"] for each in updates] == ["Long", "It rains.", "A branch fell"]
    assert all(missing(each, UPDATE) == [] for each in updates)
    assert updates[2]["articleBody"] == "On the road."
    assert updates[2]["correction"][0]["text"] == "It was a branch."
    # No page lists what posts an author has written.
    assert updates[2]["author"] == [{"@type": "Person", "name": "Mara Voss"}]
    assert updates[0]["articleBody"].endswith("…")
    set_coverage(story, "closed")
    assert missing(things(address)["LiveBlogPosting"], LIVE) == []


def test_an_older_page_of_a_live_story_has_its_own_posts():
    story = live_story()
    made = [post(story, f"Post {number}") for number in range(3)]
    older = f"{story.get_absolute_url()}page/{made[2].order}/"
    said = things(older)["LiveBlogPosting"]["liveBlogUpdate"]
    assert [each["headline"] for each in said] == ["Post 1", "Post 0"]


def test_a_post_has_its_own_page_in_its_story():
    story = live_story(section=section().slug)
    address = post(story, "", body="It rains.").get_absolute_url()
    said = things(address)
    assert said["BlogPosting"]["headline"] == "It rains."
    assert said["BlogPosting"]["isPartOf"]["url"] == SITE + story.get_absolute_url()
    way = said["BreadcrumbList"]["itemListElement"]
    assert [each["name"] for each in way] == ["Stop Press", "World", "Storm", "It rains."]
    assert way[-1]["item"] == SITE + address


def test_the_front_page_is_the_site_with_its_search_and_its_publisher():
    said = things("/")
    assert missing(said["WebSite"], SITE_NAME) == []
    assert missing(said["NewsMediaOrganization"], ORGANISATION) == []
    search = said["WebSite"]["potentialAction"]["target"]["urlTemplate"]
    assert Client().get(search.removeprefix(SITE).format(search_term_string="x")).status_code == 200
    logo = said["NewsMediaOrganization"]["logo"]["url"]
    assert logo.startswith(f"{SITE}/static/")


def test_a_section_lists_addresses_and_no_headline():
    article = full()
    said = things("/section/world/")
    items = said["CollectionPage"]["mainEntity"]["itemListElement"]
    assert [each["url"] for each in items] == [SITE + article.get_absolute_url()]
    assert "Bridge" not in str(said)
    assert missing(said["BreadcrumbList"], BREADCRUMB) == []


def test_an_authors_page_is_a_profile():
    article = full()
    said = things("/author/mara/")["ProfilePage"]
    assert missing(said, PROFILE) == []
    assert said["dateCreated"] == wire_time(article.first_published)
    assert said["mainEntity"]["agentInteractionStatistic"]["userInteractionCount"] == 1


def test_no_text_can_leave_its_block():
    line = "Before </script><script>x<!-- & \\ after"
    names = ("headline", "byline", "located", "source", "copyright_notice")
    summary = f"{line}\u2028\u2029."
    address = full(summary=summary, **dict.fromkeys(names, line)).get_absolute_url()
    said = things(address)["NewsArticle"]
    assert said["headline"] == said["creditText"] == said["dateline"] == line
    assert said["description"] == f"{line} ."
    assert page(address).count("<script>x") == page(address).count("<!--") == 0


def test_a_new_name_of_an_author_makes_a_new_page():
    article = full()
    address = article.get_absolute_url()
    before = Client().get(address)["ETag"]
    Person.objects.update(name="Mara Lind")
    assert Client().get(address)["ETag"] != before
    assert things(address)["NewsArticle"]["author"][0]["name"] == "Mara Lind"
