from datetime import timedelta

import pytest
from django.utils import timezone

from stoppress.newsroom.models import Article
from stoppress.newsroom.payloads import story_item
from stoppress.newsroom.publishing import (
    InvalidField,
    VersionConflict,
    restore_article,
    retract_article,
    update_article,
)
from tests.newsroom.desk import NINE, Page, draft, public, section, told

pytestmark = pytest.mark.django_db


def test_a_drafts_change_is_a_new_version_and_nothing_else():
    article = update_article(draft(), {"headline": "Bridge closed"})
    assert (article.headline, article.version) == ("Bridge closed", 2)
    assert not article.versions.public().exists()
    assert told() == []


def test_a_public_change_is_seen_in_every_stream():
    article = update_article(public(section=section()), {"summary": "More."}, by="ann", note="New.")
    assert article.version == 3
    for stream in ("news", "section:world", article.stream):
        assert told(stream) == ["put article.published", "put article.updated"]
    version = article.versions.public().first()
    assert (version.act, version.version, version.summary) == ("update", 3, "More.")
    assert (version.by, version.note) == ("ann", "New.")


def test_the_place_and_the_first_publication_stay():
    before = public()
    after = update_article(before, {"headline": "Bridge closed"})
    assert (after.order, after.first_published) == (before.order, before.first_published)
    assert after.version_created > before.version_created


def test_no_change_is_no_event():
    article = public("Bridge opens", section=section())
    same = update_article(article, {"headline": " Bridge opens", "section": "world", "urgency": 5})
    assert same.version == article.version
    assert told() == ["put article.published"]
    assert article.versions.public().count() == 1


def test_the_case_of_a_language_is_no_change():
    article = public(language="pt-BR")
    assert update_article(article, {"language": "PT-br"}, by="desk").version == article.version


def test_a_change_for_the_desk_only_is_a_version_without_revision_or_event():
    before = public()
    article = update_article(before, {"ed_note": "Call back.", "slugline": "bridge"})
    article.refresh_from_db()
    assert (article.ed_note, article.version) == ("Call back.", 3)
    assert article.version_created == before.version_created
    assert article.versions.public().count() == 1
    assert told() == ["put article.published"]


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "It *is* open.\n\n "},
        {"body": "\nIt _is_ open."},
        {"body": "<p>It <em>is</em> open.</p>", "body_format": "html"},
        {"expires": NINE},
        {"usage_terms": "Not for resale."},
        {"copyright_holder": "The Stannet Post"},
    ],
)
def test_an_invisible_change_is_no_update_for_readers(changes):
    article = update_article(public(body="It *is* open."), changes)
    article.refresh_from_db()
    assert {name: getattr(article, name) for name in changes} == changes
    assert article.version == 3
    assert article.versions.public().count() == 1
    assert told() == ["put article.published"]
    assert story_item(article)["updated"] is None


@pytest.mark.parametrize("field", ["ed_note", "slugline", "external_id"])
def test_a_lost_update_of_a_field_for_the_desk_is_refused(field):
    article = public()
    update_article(article, {field: "By Ann"}, if_version=2)
    with pytest.raises(VersionConflict):
        update_article(article, {field: "By Ben"}, if_version=2)


def test_a_page_that_saw_a_version_without_an_event_takes_the_next_event():
    article = public()
    update_article(article, {"ed_note": "Call back."})
    page = Page("news")
    update_article(article, {"headline": "Bridge closed"})
    assert page.items() == page.fresh()
    assert page.headlines() == ["Bridge closed"]


@pytest.mark.parametrize("changes", [{}, {"headline": "Bridge opens"}, {"ed_note": "Call."}])
def test_a_note_that_no_version_would_keep_is_refused(changes):
    article = public()
    with pytest.raises(InvalidField, match="note needs a change"):
        update_article(article, changes, note="More to come.")
    article.refresh_from_db()
    assert (article.version, article.ed_note) == (2, "")


def test_an_update_may_name_several_versions_that_were_read():
    article = public()
    update_article(article, {"headline": "By Ann"}, if_version={1, 2})
    with pytest.raises(VersionConflict):
        update_article(article, {"headline": "By Ben"}, if_version={1, 2})
    with pytest.raises(VersionConflict):
        update_article(article, {"headline": "By Ben"}, if_version=frozenset())


def test_the_stored_tree_always_matches_the_body():
    article = update_article(draft(body="*a*"), {"headline": "Other"})
    assert article.body_tree == [["p", ["em", "a"]]]
    article = update_article(article, {"body_format": "html"})
    assert article.body_tree == [["p", "*a*"]]
    article = update_article(article, {"body": "<i>b</i>"})
    article.refresh_from_db()
    assert article.body_tree == [["p", ["em", "b"]]]


def test_an_article_that_moves_leaves_one_section_and_joins_the_other():
    article = public(section=section("world"))
    section("sport")
    old, new, news = Page("section:world"), Page("section:sport"), Page("news")
    article = update_article(article, {"section": "sport", "headline": "Rowing"})
    assert told("section:world") == ["put article.published", "remove article.moved"]
    assert told("section:sport") == ["put article.moved"]
    assert told("news")[-1] == told(article.stream)[-1] == "put article.moved"
    assert (old.items(), new.headlines()) == ([], ["Rowing"])
    assert news.headlines() == ["Rowing"]


def test_an_article_can_leave_its_section_for_none_and_come_back():
    article = public(section=section())
    page = Page("section:world")
    article = update_article(article, {"section": None})
    assert page.items() == []
    article = update_article(article, {"section": section()})
    assert page.items() == page.fresh() != []
    assert told("section:world")[1:] == ["remove article.moved", "put article.moved"]


def test_a_lost_update_is_refused():
    article = public()
    update_article(article, {"headline": "By Ann"}, if_version=2)
    with pytest.raises(VersionConflict, match="version 3, not 2") as refusal:
        update_article(article, {"headline": "By Ben"}, if_version=2)
    assert (refusal.value.current, refusal.value.expected) == (3, 2)
    assert Article.objects.get().headline == "By Ann"


def test_a_lost_update_of_a_draft_is_refused():
    article = draft()
    update_article(article, {"headline": "By Ann"}, if_version=1)
    with pytest.raises(VersionConflict):
        update_article(article, {"headline": "By Ben"}, if_version=1)


@pytest.mark.parametrize("field", ["embargoed_until", "publish_at"])
def test_a_public_article_cannot_be_scheduled(field):
    with pytest.raises(InvalidField, match="Retract it first") as refusal:
        update_article(public(), {field: timezone.now() + timedelta(hours=1)})
    assert refusal.value.field == field


def test_a_change_of_a_retracted_article_stays_private():
    article = retract_article(public("Wrong"), "All wrong.")
    page = Page("news")
    article = update_article(article, {"headline": "Right"})
    assert page.items() == []
    assert told() == ["put article.published", "remove article.retracted"]
    restore_article(article)
    assert page.headlines() == ["Right"]


def test_the_uri_is_permanent():
    article = draft()
    assert update_article(article, {"uri": article.uri}).version == 1
    with pytest.raises(InvalidField, match="permanent"):
        update_article(article, {"uri": "urn:other"})


def test_a_used_external_id_is_refused():
    draft(external_id="7")
    article = public(external_id="8")
    with pytest.raises(InvalidField, match="already"):
        update_article(article, {"external_id": "7"})


def test_a_refused_field_leaves_the_others_unchanged():
    article = public()
    with pytest.raises(InvalidField, match="urgency"):
        update_article(article, {"headline": "New", "urgency": 10})
    assert Article.objects.get().headline == "Bridge opens"
