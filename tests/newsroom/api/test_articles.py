"""Each call of the publish API, and what readers see of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from stoppress import live
from stoppress.newsroom.models import Article, Person, Section, Topic
from stoppress.newsroom.payloads import article_item
from stoppress.newsroom.publishing import publish_due

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = {
    "headline": "Bridge opens",
    "summary": "After nine years.",
    "body": "The *old* ferry stops.",
    "byline": "Ada Penrose",
    "located": "Westhaven",
}


@pytest.fixture
def world():
    return Section.objects.create(slug="world", name="World")


def in_news():
    return [item["headline"] for item in live.snapshot("news").items]


def ahead(hours: int) -> str:
    return (timezone.now() + timedelta(hours=hours)).isoformat()


def test_a_headline_is_all_that_an_article_needs(api):
    answer = api.post("/articles", {"headline": "Bridge opens"})

    assert answer.status_code == 201
    assert answer.json()["headline"] == "Bridge opens"
    assert answer.json()["pub_status"] == "usable"
    assert in_news() == ["Bridge opens"]


def test_an_answer_has_the_fields_of_the_wire_and_the_fields_for_publishers(api, world):
    said = TEXTS | {
        "section": "world",
        "urgency": 2,
        "pinned": True,
        "external_id": "desk-7",
        "embargoed_until": "2026-01-02T03:04:05+01:00",
    }

    answer = api.post("/articles", said).json()

    article = Article.objects.get(pk=answer["id"])
    besides = {
        *("id", "body", "body_format", "desk_state", "publish_at", "embargoed_until"),
        *("top_until", "topics", "authors", "external_id", "reviewed_by"),
        *("publish_failed", "retraction_note"),
    }
    assert set(answer) - set(article_item(article)) == besides
    assert {name: answer[name] for name in article_item(article)} == article_item(article)
    assert {name: answer[name] for name in TEXTS} == TEXTS
    assert "view" not in answer
    assert answer["body_format"] == "markdown"
    assert answer["section"]["slug"] == "world"
    assert (answer["urgency"], answer["pinned"]) == (2, True)
    assert answer["external_id"] == "desk-7"
    assert answer["embargoed_until"] == "2026-01-02T02:04:05.000Z"


def test_withheld_saves_a_draft_that_readers_cannot_see(api):
    answer = api.article(pub_status="withheld")

    assert answer["pub_status"] == "withheld"
    assert answer["first_published"] is None
    assert in_news() == []


@pytest.mark.parametrize("field", ["publish_at", "embargoed_until"])
def test_an_article_with_a_future_time_waits_for_it(api, field):
    answer = api.article(**{field: ahead(hours=1)})

    assert answer["pub_status"] == "withheld"
    assert answer["publish_at"] == answer[field]
    assert in_news() == []
    assert publish_due(timezone.now() + timedelta(hours=2)) == 1


def test_an_article_waits_for_the_later_of_schedule_and_embargo(api):
    answer = api.article(publish_at=ahead(hours=1), embargoed_until=ahead(hours=3))

    assert answer["pub_status"] == "withheld"
    assert publish_due(timezone.now() + timedelta(hours=2)) == 0
    assert publish_due(timezone.now() + timedelta(hours=4)) == 1


def test_a_draft_under_embargo_is_not_scheduled_by_it(api):
    answer = api.article(embargoed_until=ahead(hours=1), pub_status="withheld")

    assert answer["publish_at"] is None
    assert publish_due(timezone.now() + timedelta(hours=2)) == 0


def test_a_time_that_has_passed_holds_nothing_back(api):
    assert api.article(publish_at="2020-01-01T00:00:00Z")["pub_status"] == "usable"


def test_an_article_is_read_by_its_id(api):
    made = api.article(**{**TEXTS, "headline": "Bridge opens"})

    answer = api.get(f"/articles/{made['id']}")

    assert answer.status_code == 200
    assert answer.json() == made
    assert answer["ETag"] == f'"{made["version"]}"'


def test_a_list_has_the_newest_first_and_pages(api):
    ids = [api.article(f"Story {n}")["id"] for n in range(5)]
    ids.reverse()

    first = api.get("/articles?limit=2").json()
    second = api.get(f"/articles?limit=2&before={first['next']}").json()
    third = api.get(f"/articles?limit=2&before={second['next']}").json()

    assert [a["id"] for page in (first, second, third) for a in page["items"]] == ids
    assert third["next"] is None


def test_a_full_last_page_is_marked_as_the_last(api):
    api.article("One")
    api.article("Two")

    assert api.get("/articles?limit=2").json()["next"] is None


def test_a_list_can_be_filtered_by_status_or_section(api, world):
    public = api.article("Public", section="world")["id"]
    draft = api.article("Draft", pub_status="withheld")["id"]

    def listed(query):
        return [a["id"] for a in api.get(f"/articles{query}").json()["items"]]

    assert listed("") == [draft, public]
    assert listed("?pub_status=withheld") == [draft]
    assert listed("?pub_status=usable") == [public]
    assert listed("?section=world") == [public]
    assert listed("?section=world&pub_status=withheld") == []


@pytest.mark.django_db(transaction=True)  # the token's use is in the audit after a commit
def test_a_list_of_any_length_takes_three_queries(api, world, django_assert_num_queries):
    Topic.objects.create(slug="ems", name="The Ems")
    for n in range(3):
        api.article(f"Story {n}", section="world", topics=["ems"])

    with django_assert_num_queries(4):  # the token; the articles, their topics, their authors
        assert len(api.get("/articles").json()["items"]) == 3


def test_a_patch_changes_only_the_named_fields(api, world):
    made = api.article(**TEXTS, section="world")

    answer = api.patch(f"/articles/{made['id']}", {"headline": "Bridge opens early"})

    assert answer.status_code == 200
    changed = {n: v for n, v in answer.json().items() if v != made[n]}
    assert set(changed) == {"headline", "version", "version_created"}
    assert changed["version"] > made["version"]
    assert in_news() == ["Bridge opens early"]
    assert list(Article.objects.get().versions.public().values_list("act", "by")) == [
        ("update", "wire desk"),
        ("publish", "wire desk"),
    ]


def test_a_patch_can_take_the_section_and_the_schedule_away(api, world):
    made = api.article(section="world", publish_at=ahead(hours=1))

    answer = api.patch(f"/articles/{made['id']}", {"section": None, "publish_at": None}).json()

    assert answer["section"] is None
    assert answer["publish_at"] is None


def test_markdown_replaces_html_as_markdown(api):
    made = api.article(body="<p>Old</p>", body_format="html")

    answer = api.patch(f"/articles/{made['id']}", {"body": "*New*"}).json()

    assert (made["body_format"], answer["body_format"]) == ("html", "markdown")


def test_publish_shows_a_draft(api):
    made = api.article(pub_status="withheld")

    answer = api.post(f"/articles/{made['id']}/publish")

    assert answer.status_code == 200
    assert answer.json()["pub_status"] == "usable"
    assert answer.json()["first_published"] is not None
    assert in_news() == ["Bridge opens"]


def test_publish_takes_a_note_for_the_history(api):
    made = api.article(pub_status="withheld")

    api.post(f"/articles/{made['id']}/publish", {"note": "Confirmed by two sources."})

    assert Article.objects.get().versions.public().get().note == "Confirmed by two sources."


def test_correct_changes_the_text_and_stores_the_note(api):
    made = api.article(**TEXTS)
    said = {"note": "It was nine years.", "summary": "After ten years.", "body": "Ten."}

    answer = api.post(f"/articles/{made['id']}/correct", said)

    assert answer.status_code == 200
    assert answer.json()["summary"] == "After ten years."
    assert answer.json()["correction"]["text"] == "It was nine years."
    version = Article.objects.get().versions.public().first()
    assert (version.act, version.by) == ("correction", "wire desk")


def test_a_retracted_article_has_no_text_in_any_answer(api):
    made = api.article(**TEXTS, external_id="bridge-opens")
    api.post(f"/articles/{made['id']}/correct", {"note": "Opens at ten."})
    texts = [*TEXTS.values(), "Opens at ten.", "bridge-opens"]

    retracted = api.post(f"/articles/{made['id']}/retract", {"note": "It was a drill."})
    answers = [
        retracted,
        api.get(f"/articles/{made['id']}"),
        api.get("/articles"),
        api.get("/articles?pub_status=canceled"),
        api.post("/articles", {**TEXTS, "external_id": "bridge-opens"}),
        api.patch(f"/articles/{made['id']}", {"summary": TEXTS["summary"]}),
    ]

    assert {answer.status_code for answer in answers} == {200}
    for answer in answers:
        assert not [text for text in texts if text in answer.content.decode()]
    assert in_news() == []


def test_a_retracted_article_keeps_its_name_its_dates_and_the_reason(api):
    made = api.article(**TEXTS)

    answer = api.post(f"/articles/{made['id']}/retract", {"note": "It was a drill."}).json()

    kept = {"id", "key", "uri", "url", "first_published"}
    assert {name: answer[name] for name in kept} == {name: made[name] for name in kept}
    assert answer["pub_status"] == "canceled"
    assert answer["retraction_note"] == "It was a drill."
    assert answer["version"] > made["version"]
    assert set(answer) == set(made)


def test_retracted_articles_are_listed_only_where_asked_for(api):
    made = api.article()
    api.post(f"/articles/{made['id']}/retract", {"note": "It was a drill."})

    assert api.get("/articles").json()["items"] == []
    listed = api.get("/articles?pub_status=canceled").json()["items"]
    assert [article["id"] for article in listed] == [made["id"]]


def test_restore_shows_the_article_again(api):
    made = api.article(**TEXTS)
    api.post(f"/articles/{made['id']}/retract", {"note": "It was a drill."})

    answer = api.post(f"/articles/{made['id']}/restore")

    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in TEXTS} == TEXTS
    assert answer.json()["retraction_note"] == ""
    assert in_news() == ["Bridge opens"]


def test_pin_puts_an_article_above_all_others_until_it_is_unpinned(api):
    made = api.article("Flood")
    api.article("Bridge", urgency=1)

    answer = api.post(f"/articles/{made['id']}/pin")

    assert (answer.status_code, answer.json()["pinned"]) == (200, True)
    assert answer.json()["order"] == f"3-{made['first_published']}"
    assert in_news() == ["Flood", "Bridge"]
    again = api.post(f"/articles/{made['id']}/pin").json()
    assert again["version"] == answer.json()["version"]
    answer = api.post(f"/articles/{made['id']}/unpin", {})
    assert (answer.status_code, answer.json()["pinned"]) == (200, False)
    assert in_news() == ["Bridge", "Flood"]
    assert api.post(f"/articles/{made['id']}/pin", {"note": "x"}).status_code == 422


def test_a_pinned_draft_is_above_all_others_once_it_is_published(api):
    made = api.article("Flood", pub_status="withheld")
    api.article("Bridge")
    assert api.post(f"/articles/{made['id']}/pin").json()["order"] is None
    assert in_news() == ["Bridge"]
    api.post(f"/articles/{made['id']}/publish")
    assert in_news() == ["Flood", "Bridge"]


def test_a_time_at_the_top_is_set_and_taken_away(api):
    made = api.article("Flood", urgency=2, top_until=ahead(hours=1))
    api.article("Bridge")
    assert made["order"].startswith("1-") and made["top_until"]
    assert in_news() == ["Flood", "Bridge"]
    answer = api.patch(f"/articles/{made['id']}", {"top_until": None}).json()
    assert answer["order"].startswith("0-") and answer["top_until"] is None
    assert in_news() == ["Bridge", "Flood"]


def test_only_a_public_article_is_breaking(api):
    assert api.article(urgency=1)["breaking"] is True
    assert api.article(urgency=2)["breaking"] is False
    assert api.article(urgency=1, top_until=ahead(hours=-1))["breaking"] is False
    made = api.article(urgency=1, pub_status="withheld")
    assert made["breaking"] is False
    answer = api.post(f"/articles/{made['id']}/publish").json()
    assert answer["breaking"] is True
    answer = api.post(f"/articles/{made['id']}/retract", {"note": "Made up."}).json()
    assert answer["breaking"] is False


def test_topics_and_authors_are_named_by_their_slugs(api):
    for slug in ("ems", "floods"):
        Topic.objects.create(slug=slug, name=slug.title())
    Person.objects.create(slug="ann-bee", name="Ann Bee")
    made = api.article(topics=["floods", "ems", "ems"], authors=["ann-bee"])
    assert made["topics"] == [
        {"slug": "ems", "name": "Ems", "url": "/topic/ems/"},
        {"slug": "floods", "name": "Floods", "url": "/topic/floods/"},
    ]
    assert made["authors"] == [{"slug": "ann-bee", "name": "Ann Bee"}]
    answer = api.patch(f"/articles/{made['id']}", {"topics": ["ems"], "authors": []}).json()
    assert [topic["slug"] for topic in answer["topics"]] == ["ems"]
    assert answer["authors"] == []
    answer = api.patch(f"/articles/{made['id']}", {"topics": ["ems", "nowhere"]})
    assert answer.status_code == 422
    assert answer.json() == {
        "detail": "topics has 'nowhere', which does not exist.",
        "field": "topics",
    }


def test_no_cache_keeps_an_answer(api):
    made = api.article()

    for answer in (
        api.get("/articles"),
        api.get(f"/articles/{made['id']}"),
        api.get("/articles/0"),
    ):
        assert answer["Cache-Control"] == "no-store"


def test_an_article_has_the_language_that_is_named_or_the_sites_own(api, settings):
    made = api.article("Brücke gesperrt", language="de", body="Text.")
    assert made["language"] == "de"
    [item] = live.snapshot("news").items
    assert (item["headline"], item["language"]) == ("Brücke gesperrt", "de")
    changed = api.patch(f"/articles/{made['id']}", {"language": "de-CH"})
    assert changed.json()["language"] == "de-CH"
    assert live.snapshot("news").items[0]["language"] == "de-CH"
    settings.STOPPRESS_LANGUAGE = "cy"
    assert api.article("Pont ar gau")["language"] == "cy"


@pytest.mark.parametrize("language", ["", "de_DE", "d", "German, of course", "de-", "x" * 36, "ü"])
def test_an_invalid_language_tag_is_refused_with_a_message(api, language):
    for answer in (
        api.post("/articles", {"headline": "Bridge opens", "language": language}),
        api.patch(f"/articles/{api.article()['id']}", {"language": language}),
    ):
        assert answer.status_code == 422
        assert answer.json()["field"] == "language"


@pytest.mark.parametrize("language", [None, 7, ["de"]])
def test_a_language_that_is_not_a_string_is_refused(api, language):
    answer = api.post("/articles", {"headline": "Bridge opens", "language": language})
    assert (answer.status_code, answer.json()["field"]) == (422, "language")


def test_an_answer_names_the_parts_left_out_of_the_text(api):
    body = "<svg><text>12 seats</text></svg><script>x()</script>"
    answer = api.post("/articles", {"headline": "Seats", "body": body, "body_format": "html"})
    assert answer.json()["warnings"] == [
        "A <script> was left out.",
        "A drawing (SVG) was left out: “12 seats”.",
    ]
    address = f"/articles/{answer.json()['id']}"
    assert "warnings" not in api.patch(address, {"headline": "12 seats"}).json()
    assert "warnings" not in api.patch(address, {"body": "Red has **12** seats."}).json()
    assert "warnings" not in api.get(address).json()


def test_an_answer_has_questions_about_the_text_when_it_is_written_and_published(api):
    said = {"headline": "Fire", "body": "![](/fire.jpg)<svg>12</svg>", "pub_status": "withheld"}
    made = api.post("/articles", said).json()
    questions = ["What does the picture “fire.jpg” show? It has no alternative text."]
    assert made["questions"] == questions
    address = f"/articles/{made['id']}"
    assert "questions" not in api.patch(address, {"headline": "A fire"}).json()
    published = api.post(f"{address}/publish").json()
    assert (published["questions"], published["warnings"]) == (questions, made["warnings"])
    corrected = {"note": "It was no fire.", "body": "![Smoke](/fire.jpg)"}
    assert "questions" not in api.post(f"{address}/correct", corrected).json()
