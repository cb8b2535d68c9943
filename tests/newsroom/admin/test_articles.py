"""Articles in Django's admin, used through its own pages."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from stoppress.newsroom.models import Article, Person, Topic
from stoppress.newsroom.publishing import (
    publish_due,
    rename_section,
    retract_article,
)
from tests.newsroom.admin.editor import ARTICLES, errors, filled, save
from tests.newsroom.desk import Page, draft, public, section, told

pytestmark = pytest.mark.django_db


def test_a_new_article_is_a_draft(editor):
    assert save(editor, headline="Bridge opens", body="*Open.*").status_code == 302
    article = Article.objects.get()
    assert (article.headline, article.body, article.is_draft) == ("Bridge opens", "*Open.*", True)
    assert told() == []


def test_a_new_article_can_be_published_at_once(editor):
    world = section()
    save(editor, button="_publish", headline="Bridge opens", section=str(world.pk), urgency="1")
    article = Article.objects.get()
    assert (article.is_public, article.section, article.urgency) == (True, world, 1)
    assert article.versions.public().get().by == "ann"
    assert told("section:world") == ["put article.published"]


def test_a_drafts_change_is_saved_and_it_can_be_published(editor):
    article = draft()
    save(editor, article, headline="Bridge closed")
    article.refresh_from_db()
    assert (article.headline, article.version, article.is_draft) == ("Bridge closed", 2, True)
    save(editor, article, button="_publish")
    article.refresh_from_db()
    assert article.is_public
    assert "Save and publish" not in editor.get(f"{ARTICLES}{article.pk}/change/").content.decode()


def test_a_public_articles_save_is_an_update(editor):
    article = public()
    assert save(editor, article, headline="Bridge closed", note="Ice.").status_code == 302
    assert told()[-1] == "put article.updated"
    version = article.versions.public().first()
    assert (version.note, version.by) == ("Ice.", "ann")


def test_a_public_articles_save_without_a_change_is_no_event(editor):
    article = public(body="One.\n\nTwo.", summary="S", section=section())
    assert save(editor, article).status_code == 302
    assert told() == ["put article.published"]


def test_a_public_articles_save_can_be_a_correction(editor):
    article = public()
    save(editor, article, change_is="correction", note="It is shut.", headline="Bridge closed")
    article.refresh_from_db()
    assert (article.headline, article.correction_text) == ("Bridge closed", "It is shut.")
    assert told()[-1] == "put article.corrected"


def test_a_correction_without_a_note_is_an_error_of_the_note(editor):
    article = public()
    response = save(editor, article, change_is="correction", headline="Bridge closed")
    assert "This field is required." in errors(response)
    assert filled(response.content.decode())["headline"] == "Bridge closed"
    article.refresh_from_db()
    assert article.headline == "Bridge opens"
    assert told() == ["put article.published"]


def test_a_form_opened_before_a_section_was_renamed_can_be_saved(editor):
    article = public(section=section())
    address = f"{ARTICLES}{article.pk}/change/"
    form = filled(editor.get(address).content.decode())
    rename_section(section(), "The world")
    response = editor.post(address, {**form, "headline": "By Ann", "_save": "x"})
    assert response.status_code == 302


def test_fields_that_the_editor_did_not_change_are_not_written(editor):
    moment = timezone.now() - timedelta(days=1)
    article = public(publish_at=moment)
    save(editor, article, ed_note="Call back.")
    article.refresh_from_db()
    assert article.publish_at == moment


def test_a_note_without_a_change_is_an_error_of_the_note(editor):
    article = public()
    response = save(editor, article, note="More to come.")
    assert "This field needs a change that readers see" in errors(response)
    assert filled(response.content.decode())["note"] == "More to come."


def test_the_form_shows_why_the_schedule_could_not_publish(editor, settings):
    article = draft(body="word " * 1000, publish_at=timezone.now())
    settings.STOPPRESS_LIVE = {"ITEM_BYTES": 2000}
    publish_due(timezone.now())
    assert "Could not be published" in editor.get(ARTICLES).content.decode()
    page = editor.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert "body is too large to be sent to readers." in page


def test_an_editor_pins_and_unpins_an_article(editor):
    first, _ = public("First"), public("Second")
    page = Page("news")
    save(editor, first, pinned="on")
    assert page.headlines() == ["First", "Second"]
    form = filled(editor.get(f"{ARTICLES}{first.pk}/change/").content.decode())
    del form["pinned"]
    editor.post(f"{ARTICLES}{first.pk}/change/", {**form, "_save": "x"})
    assert page.headlines() == ["Second", "First"]


def test_topics_and_authors_are_saved_by_the_verb(editor):
    topic = Topic.objects.create(slug="bridges", name="Bridges")
    person = Person.objects.create(slug="ann", name="Ann Lee")
    article = public()
    page = Page("topic:bridges")
    save(editor, article, topics=str(topic.pk), authors=str(person.pk))
    assert page.headlines() == ["Bridge opens"]
    version = article.versions.first()
    assert version.act == "update"
    assert (version.fields["topics"], version.fields["authors"]) == (["bridges"], ["ann"])


def test_the_admin_has_the_papers_name(editor, settings):
    assert f"{settings.STOPPRESS_SITE_NAME}</a>" in editor.get("/admin/").content.decode()


def test_publishing_under_embargo_is_an_error_and_nothing_is_saved(editor):
    article = draft(embargoed_until=timezone.now() + timedelta(hours=1))
    response = save(editor, article, button="_publish", headline="Early")
    assert "under embargo until" in errors(response)
    article.refresh_from_db()
    assert (article.headline, article.is_draft) == ("Bridge opens", True)


def test_a_field_that_the_newsroom_refuses_is_an_error_of_that_field(editor):
    response = save(editor, headline="a\u2028b")
    assert "single line" in errors(response)
    tomorrow = timezone.now() + timedelta(days=1)
    said = {"embargoed_until_0": f"{tomorrow:%Y-%m-%d}", "embargoed_until_1": "09:00:00"}
    assert "Retract it first" in errors(save(editor, public(), **said))


def test_a_name_that_another_article_has_is_an_error(editor):
    draft(external_id="7")
    assert "already" in errors(save(editor, headline="Other", external_id="7"))
    assert Article.objects.count() == 1


def test_a_time_to_be_published_at_is_kept(editor):
    save(editor, headline="Later", publish_at_0="2030-01-02", publish_at_1="03:04:05")
    article = Article.objects.get()
    assert f"{article.publish_at:%Y-%m-%d %H:%M:%S %Z}" == "2030-01-02 03:04:05 UTC"
    assert "Scheduled" in editor.get(ARTICLES).content.decode()


def test_only_drafts_can_be_deleted(editor):
    article, unsaid = public(), draft("Unsaid")
    assert editor.post(f"{ARTICLES}{article.pk}/delete/", {"post": "yes"}).status_code == 403
    assert editor.post(f"{ARTICLES}{unsaid.pk}/delete/", {"post": "yes"}).status_code == 302
    both = {"_selected_action": [str(article.pk)], "action": "delete_selected", "post": "yes"}
    editor.post(ARTICLES, both)
    assert Article.objects.get() == article


def test_selected_drafts_can_be_deleted(editor):
    chosen = {"_selected_action": [str(draft().pk)], "action": "delete_selected", "post": "yes"}
    editor.post(ARTICLES, chosen)
    assert not Article.objects.exists()


def test_an_articles_history_can_be_read_and_not_written(editor):
    article = retract_article(public(), "Made up.")
    page = editor.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert "Made up." in page
    assert 'name="versions-0-note"' not in page


def test_articles_are_found_by_their_text_and_state(editor):
    public("Bridge opens", body="Zanzibar")
    draft("Mayor speaks")
    assert "Bridge opens" in editor.get(f"{ARTICLES}?q=zanzibar").content.decode()
    page = editor.get(f"{ARTICLES}?state=draft").content.decode()
    assert "Mayor speaks" in page
    assert "Bridge opens" not in page


def test_no_admin_page_has_an_inline_script_or_style(editor):
    article = public()
    for address in (ARTICLES, f"{ARTICLES}add/", f"{ARTICLES}{article.pk}/retract/"):
        page = editor.get(address).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)", page)


def test_the_form_names_the_parts_left_out_of_the_text(editor):
    save(editor, headline="Seats", body="<math>12</math> seats")
    page = editor.get(ARTICLES).content.decode()
    assert "A formula (MathML) was left out: “12”." in page


def test_a_new_articles_form_begins_in_the_headline(editor):
    page = editor.get(f"{ARTICLES}add/").content.decode()
    [focused] = re.findall(r"<\w+[^>]* autofocus[^>]*>", page)
    assert 'name="headline"' in focused


def test_the_form_of_a_public_article_first_asks_what_the_change_is(editor):
    page = editor.get(f"{ARTICLES}{public().pk}/change/").content.decode()
    assert page.index('name="change_is"') < page.index('name="headline"')
    assert "change_is" not in editor.get(f"{ARTICLES}{draft().pk}/change/").content.decode()
