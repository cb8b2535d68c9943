from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from stoppress.live.protocol.items import encode_item
from stoppress.newsroom.items import item_in
from stoppress.newsroom.models import Article, Person, Topic, Version
from stoppress.newsroom.payloads import (
    article_item,
    for_older_pages,
    history_lines,
    story_item,
    wire_time,
)
from stoppress.newsroom.public_versions import HISTORY, public_versions, with_versions
from stoppress.newsroom.publishing import (
    correct_article,
    restore_article,
    retract_article,
    update_article,
)

from .desk import NINE, content, draft, part, public, section

pytestmark = pytest.mark.django_db


def test_a_time_on_the_wire_is_utc_to_the_millisecond():
    assert wire_time(NINE) == "2026-11-22T09:00:00.000Z"
    berlin = timezone.get_fixed_timezone(60)
    assert wire_time(datetime(2026, 1, 2, 0, 30, 0, 987654, berlin)) == "2026-01-01T23:30:00.987Z"


def test_an_item_has_the_contracts_fields():
    article = public(
        section=section(), at=NINE, byline="Ann Bee", located="Ems", summary="It is open."
    )
    item = article_item(article)
    assert item == {
        "key": f"article:{article.pk}",
        "version": 2,
        "order": "0-2026-11-22T09:00:00.000Z",
        "uri": article.uri,
        "kind": "article",
        "language": "en",
        "direction": "ltr",
        "url": f"/articles/{article.pk}/",
        "headline": "Bridge opens",
        "summary": "It is open.",
        "byline": "Ann Bee",
        "located": "Ems",
        "section": {"slug": "world", "name": "World", "url": "/section/world/"},
        "urgency": 5,
        "breaking": False,
        "pinned": False,
        "pub_status": "usable",
        "first_published": "2026-11-22T09:00:00.000Z",
        "version_created": wire_time(article.version_created),
        "source_type": "",
        "digital_source_type": None,
        "reviewed": False,
        "image": None,
        "correction": None,
    }


def test_an_item_in_a_list_is_the_fields_and_a_view():
    article = public(section=section())
    for stream in ("news", "section:world"):
        item = item_in(stream, article)
        assert {**article_item(article), "view": item["view"]} == item
        assert item["view"][:2] == ["article", {"class": "item", "data-urgency": "5"}]


def test_no_item_has_fields_for_the_desk():
    secret = {"ed_note": "Zanzibar", "slugline": "Zanzibar", "external_id": "Zanzibar"}
    assert "Zanzibar" not in str(story_item(public(**secret)))


def test_a_draft_has_no_place_and_no_time_yet():
    item = article_item(draft())
    assert (item["order"], item["first_published"], item["section"]) == (None, None, None)


def test_a_correction_is_a_text_and_a_date():
    article = correct_article(public(), "The date.", {})
    date = wire_time(article.correction_date)
    assert article_item(article)["correction"] == {"text": "The date.", "date": date}
    # The version is written in the same moment, by a clock that goes on meanwhile.
    assert abs(article.versions.public().first().created - article.correction_date) < timedelta(
        minutes=1
    )


BODY = """It *is* **open**.

    two  spaces
      and a line

> So they `said`.

17. One

| A | B |
|---|---|
| 1 | 2 < 3 |
"""


def test_a_storys_view_has_the_tree_of_its_text():
    article = public(body=BODY)
    item = story_item(article)
    assert content(part(item["view"], "story-body")) == article.body_tree
    assert ["em", "is"] in article.body_tree[0]
    assert item["updated"] is None


def test_a_story_without_a_summary_has_its_opening_as_description():
    for fields, described in (({}, "It is open."), ({"summary": "S"}, None)):
        view = story_item(public(body="It *is* open.", **fields))["view"]
        assert view[1].get("data-description") == described


HOSTILE = "</h2><script>alert(1)</script><b onclick=x>& &amp; \"'"


def test_markup_in_a_field_is_text_in_a_view():
    article = public(HOSTILE, summary=HOSTILE, byline=HOSTILE, source=HOSTILE)
    article = correct_article(article, HOSTILE)
    assert content(part(item_in("news", article)["view"], "a")) == [HOSTILE]
    story = story_item(article)["view"]
    for name in ("h1", "story-standfirst"):
        assert content(part(story, name)) == [HOSTILE]
    assert content(part(story, "story-byline")) == [["bdi", {"lang": "en"}, HOSTILE]]
    assert content(part(story, "text-source"))[0] == ["bdi", HOSTILE]
    assert content(part(story, "correction"))[1][-1] == HOSTILE
    assert part(story, "script") is None


def test_a_story_names_its_topics_with_links_and_its_authors():
    Topic.objects.create(slug="the-ems", name="The <Ems>")
    Person.objects.create(slug="ann-bee", name="Ann Bee")
    item = story_item(public(topics=["the-ems"], authors=["ann-bee"]))
    assert item["topics"] == [{"slug": "the-ems", "name": "The <Ems>", "url": "/topic/the-ems/"}]
    assert item["authors"] == [{"slug": "ann-bee", "name": "Ann Bee", "url": "/author/ann-bee/"}]
    assert part(part(item["view"], "story-topics"), "a") == [
        "a",
        {"href": "/topic/the-ems/", "lang": "en", "dir": "auto"},
        "The <Ems>",
    ]
    assert part(story_item(public())["view"], "story-topics") is None


@pytest.mark.parametrize("stream", ["news", "story"])
def test_the_label_breaking_ends_with_its_time(stream):
    article = public(urgency=1)
    stream = article.stream if stream == "story" else stream
    assert content(part(item_in(stream, article)["view"], "breaking")) == ["Breaking"]
    article = update_article(article, {"top_until": NINE})
    item = item_in(stream, article)
    assert (item["urgency"], item["breaking"]) == (1, False)
    assert part(item["view"], "breaking") is None


def test_the_note_of_a_correction_has_its_time_and_a_link_to_its_changes():
    article = correct_article(public(), "Not the Elbe.", {"headline": "The Ems is shut"})
    label = part(story_item(update_article(article, {"summary": "S"}))["view"], "correction-label")
    assert label[2].strip() == "Correction,"
    assert part(label, "a")[1]["href"] == f"/articles/{article.pk}/history/2..3/"


@pytest.mark.parametrize(
    ("body", "begins"),
    [
        ("It is shut.", ["p", ["bdi", {"class": "dateline"}, "Ems"], " — It is shut."]),
        ("EMS (Lantern) - It is shut.", ["p", "EMS (Lantern) - It is shut."]),
        ("- It is shut.", ["ul", ["li", "It is shut."]]),
    ],
)
def test_a_storys_place_is_a_dateline_or_one_of_the_facts(body, begins):
    view = story_item(public(body=body, located="Ems"))["view"]
    assert content(part(view, "story-body"))[0] == begins
    assert str(part(view, "story-facts")).count("Ems") == (begins[0] == "ul")


def test_an_original_is_linked_only_where_it_is_an_address():
    article = public(source="The Post", original_url="https://example.org/?a=1&b=2")
    assert part(story_item(article)["view"], "footer") == [
        "footer",
        {"class": "text-source", "dir": "ltr"},
        ["bdi", "The Post"],
        " ",
        ["a", {"href": "https://example.org/?a=1&b=2"}, "Read the original"],
    ]
    article.original_url = "javascript:alert(1)"
    assert part(part(story_item(article)["view"], "footer"), "a") is None


# Drop these three with `for_older_pages`, in the next release.
def test_pages_older_than_views_still_get_text_and_history():
    article = public(body="It *is* open.")
    item = story_item(article)
    assert item["body"] == [["p", "It ", ["em", "is"], " open."]]
    assert item["description"] == "It is open."
    assert item["history"] == [
        ["ul", ["li", str(history_lines(article, list(article.versions.public()))[0])]]
    ]
    assert item.keys() - for_older_pages(article, []).keys() == article_item(article).keys() | {
        "topics",
        "authors",
        "updated",
        "source",
        "original_url",
        "copyright_notice",
        "view",
    }


def test_pages_older_than_embeds_get_links():
    item = story_item(public(body="[The pier](https://youtu.be/abc)"))
    link = ["a", {"href": "https://www.youtube.com/watch?v=abc"}, "The pier"]
    assert item["body"] == [["p", link]]
    assert words(item["view"]).count("The pier") == 1


def test_a_very_long_text_is_sent_once_only():
    article = public(body="水" * 199_999)
    item = story_item(article)
    assert "body" not in item
    assert len(encode_item(item)) < 2 * 199_999


def test_a_story_shows_its_latest_update_time():
    article = correct_article(public(), "Not the Elbe.", {"headline": "The Ems is shut"})
    assert story_item(article)["updated"] is None
    assert part(story_item(article)["view"], "story-updated") is None
    article = update_article(article, {"summary": "More."})
    assert story_item(article)["updated"] == wire_time(article.version_created)
    article = correct_article(article, "Nor the Weser.")
    assert story_item(article)["updated"] < wire_time(article.version_created)
    article = restore_article(retract_article(article, "Doubtful."))
    assert story_item(article)["updated"] < wire_time(article.version_created)


def words(element: Any) -> str:
    if isinstance(element, str):
        return element
    return "".join(map(words, content(element))).strip()


def test_a_history_lists_the_public_acts():
    article = public(section=section())
    article = correct_article(article, "The mayor's <name>.", {}, by="secret-editor")
    article = restore_article(retract_article(article, "Doubtful."), note="Right after all.")
    history = part(story_item(article)["view"], "ul")
    said = [words(line).split(" — ")[1] for line in content(history)]
    assert said == [
        "Restored: Right after all.",
        "Retracted: Doubtful.",
        "Correction: The mayor's <name>.",
        "Published",
    ]
    assert "secret-editor" not in str(history)


def test_a_historys_times_are_absolute_in_any_active_language_and_zone():
    version = Version(act="publish", created=datetime(2026, 11, 2, 9, 5, tzinfo=UTC))
    with translation.override("de"), timezone.override("Asia/Tokyo"):
        made = history_lines(Article(language="en"), [version])
    assert made == [("2 November 2026, 09:05 UTC — Published", "", "ltr")]


def test_a_long_history_shows_its_latest_part():
    article = public()
    Version.objects.bulk_create(
        Version(
            article=article,
            version=10 + n,
            act="update",
            public=True,
            note=f"Note {n}.",
            created=NINE + timedelta(minutes=n),
            headline="x",
            body_format="markdown",
        )
        for n in range(HISTORY + 5)
    )
    history = content(part(story_item(Article.objects.get())["view"], "ul"))
    assert len(history) == HISTORY
    assert f"Updated: Note {HISTORY + 4}." in words(history[0])
    another = public("Another")
    read = {each: public_versions(each) for each in with_versions(Article.objects.all())}
    assert [each.version for each in read[another]] == [2]
    latest = [each.version for each in public_versions(article)]
    assert [each.version for each in read[article]] == latest == [*range(114, 13, -1)]
