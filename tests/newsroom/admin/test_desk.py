"""The desk's steps with drafts in the admin: submit, send back, discard, reopen, notes."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db.models import QuerySet
from django.utils import timezone

from stoppress.newsroom.models import Article, Note, Person, Topic
from stoppress.newsroom.publishing import (
    add_note,
    correct_article,
    discard_draft,
    rename_section,
    rename_topic,
    retract_article,
    send_back_article,
    submit_article,
    update_article,
)
from tests.newsroom.admin.editor import ARTICLES, decide, errors, filled, save
from tests.newsroom.desk import draft, public, section

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"


def page_of(editor, article):
    return unescape(editor.get(f"{ARTICLES}{article.pk}/change/").content.decode())


def listed(editor, query=""):
    page = unescape(editor.get(f"{ARTICLES}{query}").content.decode())
    return re.findall(r"field-state[^>]*>([^<]*)<", page)


def said(editor):
    return unescape(editor.get(ARTICLES).content.decode())


def test_save_and_submit_hands_a_draft_to_the_desk(editor):
    save(editor, button="_submit", headline="Bridge opens")
    article = Article.objects.get()
    assert article.desk_state == "submitted"
    assert article.versions.first().by == "ann"
    assert re.search(r"It was submitted on \d+ \w+ \d{4}, \d\d:\d\d UTC\.", said(editor))
    assert 'name="_submit"' not in page_of(editor, article)
    save(editor, article, body="More.")
    article.refresh_from_db()
    assert (article.desk_state, article.body) == ("submitted", "More.")


def test_a_submitted_draft_is_sent_back_with_a_note(editor):
    article = submit_article(draft())
    assert f"{ARTICLES}{article.pk}/send_back/" in page_of(editor, article)
    asked = editor.get(f"{ARTICLES}{article.pk}/send_back/").content.decode()
    assert "never public" in asked
    assert decide(editor, article, "send_back", " ").status_code == 200
    decide(editor, article, "send_back", "Who says so?")
    article.refresh_from_db()
    assert article.desk_state == "sent_back"
    page = page_of(editor, article)
    assert "was sent back. It was sent back on" in page
    assert re.search(r"<p[^>]*>Sent back by ann, [^<]*UTC: Who says so\?</p>", page)
    assert f"{ARTICLES}{article.pk}/send_back/" not in page


def test_a_discarded_draft_leaves_the_list_until_it_is_reopened(editor):
    article = draft()
    decide(editor, article, "discard", "Overtaken.")
    assert listed(editor) == []
    assert listed(editor, "?state=discarded") == ["Discarded"]
    page = page_of(editor, article)
    assert 'name="_publish"' not in page and 'name="_submit"' not in page
    answer = save(editor, article, headline="Changed")
    assert "The draft was discarded. Reopen it first." in errors(answer)
    decide(editor, article, "reopen", "")
    assert listed(editor) == ["Draft"]


def test_a_draft_shows_its_possible_actions(editor):
    def buttons(article):
        return re.findall(rf'href="{ARTICLES}{article.pk}/(\w+)/">', page_of(editor, article))

    history = ["changes", "withdraw"]
    assert buttons(draft()) == ["discard", *history]
    assert buttons(submit_article(draft())) == ["send_back", "discard", *history]
    assert buttons(discard_draft(draft())) == ["reopen", *history]
    assert buttons(public()) == ["retract", *history]
    assert buttons(retract_article(public(), "No.")) == ["restore", *history]


def test_the_list_shows_every_state_and_filters_by_it(editor):
    later = timezone.now() + timedelta(hours=1)
    states = {
        "draft": (draft(), "Draft"),
        "submitted": (submit_article(draft()), "Submitted"),
        "sent_back": (send_back_article(submit_article(draft()), "Why?"), "Sent back"),
        "scheduled": (draft(publish_at=later), "Scheduled"),
        "embargoed": (draft(embargoed_until=later), "Under embargo"),
        "public": (public(), "Published"),
        "corrected": (correct_article(public(), "No."), "Corrected"),
        "retracted": (retract_article(public(), "No."), "Retracted"),
    }
    assert sorted(listed(editor)) == sorted(label for _, label in states.values())
    for name, (_, label) in states.items():
        assert label in listed(editor, f"?state={name}")
        assert set(listed(editor, f"?state={name}")) <= {label, "Corrected"} | (
            {"Scheduled", "Under embargo"} if name == "draft" else set()
        )
    submitted = submit_article(draft(embargoed_until=later))
    assert "Submitted, under embargo" in listed(editor, "?state=submitted")
    assert submitted.desk_state == "submitted"


def test_a_scheduled_draft_says_when_it_is_published(editor):
    save(editor, headline="Bridge opens", publish_at_0="2030-01-02", publish_at_1="03:04:05")
    assert "It will be published on 2 Jan 2030, 03:04 UTC." in said(editor)


def test_an_empty_form_for_a_note_has_no_time(editor):
    article = draft()
    add_note(article, "Ask the mayor.")
    times = re.findall(r'field-written">\s*<p>([^<]*)', page_of(editor, article))
    assert [bool(time.strip()) for time in times[:2]] == [True, False]


def test_notes_are_added_in_every_state_and_never_changed(editor):
    for article in (draft(), discard_draft(draft()), public(), retract_article(public(), "No.")):
        version = article.version
        save(editor, article, **{"notes-0-text": "Ask the mayor.\r\nToday."})
        note = article.notes.get()
        assert (note.text, note.by) == ("Ask the mayor.\nToday.", "ann")
        article.refresh_from_db()
        assert article.version == version
        page = page_of(editor, article)
        assert "Ask the mayor." in page
        assert 'name="notes-1-text"' in page and 'name="notes-0-text"' not in page


def test_a_note_that_is_sent_twice_is_added_once(editor):
    article = draft()
    said = {"notes-0-text": "Ask the mayor.\r\nToday."}
    form = {**filled(page_of(editor, article)), **said, "_save": "x"}
    address = f"{ARTICLES}{article.pk}/change/"
    assert editor.post(address, form).status_code == 302
    again = editor.post(address, form)
    assert "Nothing was saved a second time" in errors(again)
    assert "Ask the mayor." in filled(again.content.decode())["notes-0-text"]
    editor.post(address, {**form, "notes-0-text": "And the harbour."})
    assert article.notes.count() == 2
    # Opened anew, the form is another: this one is meant.
    save(editor, article, **{"notes-2-text": said["notes-0-text"]})
    assert article.notes.count() == 3


def test_a_note_without_a_visible_character_is_an_error(editor):
    article = draft()
    answer = save(editor, article, **{"notes-0-text": "\u200b"})
    assert "text is required" in errors(answer)
    assert not Note.objects.exists()


def test_the_history_shows_every_version_of_a_draft_too(editor):
    article = submit_article(update_article(draft(), {"headline": "Two"}), by="ida")
    page = page_of(editor, article)
    for words in ("Created", "Saved", "Submitted", "ida"):
        assert words in page
    assert f"{ARTICLES}{article.pk}/changes/?after=3" in page


def test_several_drafts_are_submitted_and_discarded_at_once(editor):
    articles = [draft("One"), draft("Two")]
    chosen = {"_selected_action": [str(article.pk) for article in articles], "index": "0"}
    editor.post(ARTICLES, {**chosen, "action": "submit_selected"})
    assert Article.objects.filter(desk_state="submitted").count() == 2
    asked = {**chosen, "action": "discard_selected", "decided": "yes", "note": ""}
    editor.post(ARTICLES, asked)
    assert Article.objects.filter(desk_state="discarded").count() == 2


def test_any_two_versions_are_compared(editor):
    article = update_article(draft("One", ed_note="Ann"), {"headline": "Two", "ed_note": "Ben"})
    article = update_article(article, {"headline": "Three"})
    address = f"{ARTICLES}{article.pk}/changes/"
    latest = editor.get(address).content.decode()
    assert "<del>Two</del><ins>Three</ins>" in latest and "Ann" not in latest
    both = editor.get(f"{address}?before=3&after=1").content.decode()
    assert "<del>One</del><ins>Three</ins>" in both
    assert "<del>Ann</del><ins>Ben</ins>" in both
    assert re.search(r'<option value="3" selected>3: Saved, ', both)
    assert "choose two versions" in editor.get(f"{address}?after=1").content.decode()
    assert editor.get(f"{address}?before=9&after=x").status_code == 200
    assert not re.search(r"<style|\sstyle=|<script(?![^>]* src=)", both)


def test_compared_topics_authors_and_sections_have_their_present_names(editor):
    ems, lost = (Topic.objects.create(slug=slug, name=slug.title()) for slug in ("ems", "lost"))
    twins = [Person.objects.create(slug=slug, name="Ann Bee") for slug in ("ann", "ann-b")]
    article = draft(topics=[ems, lost], authors=twins[:1], section=section("town"))
    changes = {"topics": [ems], "authors": twins[1:], "section": section("world")}
    article = update_article(article, changes)
    rename_topic(ems, "The Ems")
    rename_section(section("town"), "Our town")
    lost.delete()
    page = editor.get(f"{ARTICLES}{article.pk}/changes/").content.decode()
    assert re.search(r"The Ems<del>, lost</del>", page)
    assert "<del>Our town</del><ins>World</ins>" in page
    assert re.search(r"Ann Bee \(.*<del>ann</del><ins>ann-b</ins>", page)


def test_an_article_without_versions_has_nothing_to_compare_or_withdraw(editor):
    article = draft()
    QuerySet.delete(article.versions.all())  # as a process of the previous release makes it
    pages = [f"{ARTICLES}{article.pk}/{name}/" for name in ("change", "withdraw", "changes")]
    answers = [editor.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "There is nothing to compare" in answers[-1].content.decode()


def test_older_versions_are_withdrawn_with_a_note(editor):
    article = correct_article(public(SECRET), "Not so.", {"headline": "Money is gone"})
    address = f"{ARTICLES}{article.pk}/withdraw/"
    asked = editor.get(address).content.decode()
    assert re.findall(r'name="versions" value="(\d)"', asked) == ["2", "1"]
    assert "required" in errors(editor.post(address, {"versions": ["1", "2"], "note": ""}))
    editor.post(address, {"versions": ["1", "2"], "note": "Libel."})
    page = page_of(editor, article)
    assert "Withdrawn: 1, 2. Text that only these versions had is deleted everywhere." in page
    assert SECRET not in page and "(withdrawn)" in page
    assert not LogEntry.objects.filter(object_repr__contains=SECRET).exists()


def test_a_withdrawal_that_is_not_possible_shows_a_message(editor):
    article = update_article(public(), {"slugline": "bridge"})
    answer = editor.post(f"{ARTICLES}{article.pk}/withdraw/", {"versions": ["2"], "note": "Libel."})
    assert "has the present text of the article" in errors(answer)


def test_the_admins_log_keeps_no_text_of_an_article(editor):
    save(editor, headline=SECRET)
    article = Article.objects.get()
    save(editor, article, button="_publish", summary="Open.", **{"notes-0-text": SECRET})
    decide(editor, article, "retract", f"{SECRET} made it up.")
    chosen = {"_selected_action": [str(draft(SECRET).pk), str(draft(SECRET).pk)]}
    editor.post(ARTICLES, {**chosen, "action": "delete_selected", "post": "yes"})
    entries = list(LogEntry.objects.values_list("object_repr", "change_message"))
    assert len(entries) == 5
    assert SECRET not in str(entries)
    assert entries[-1][0] == f"Article {article.pk}"


def test_a_user_without_the_rights_can_take_no_step(client):
    person = User.objects.create_user("ben", is_staff=True)
    for right in ("view", "change"):
        person.user_permissions.add(Permission.objects.get(codename=f"{right}_article"))
    client.force_login(person)
    article = submit_article(draft())
    add_note(article, "Ask the mayor.")
    page = page_of(client, article)
    for sign in ("/send_back/", "/discard/", "/withdraw/", '"_submit"', 'name="notes-1-text"'):
        assert sign not in page
    for name in ("send_back", "discard", "reopen", "withdraw"):
        assert client.get(f"{ARTICLES}{article.pk}/{name}/").status_code == 403
        assert decide(client, article, name, "No.").status_code == 403
    other = draft()
    assert "right to submit" in errors(save(client, other, button="_submit"))
    save(client, other, **{"notes-0-text": "No."})
    assert not other.notes.exists()
    stranger = User.objects.create_user("eve", is_staff=True)
    client.force_login(stranger)
    assert client.get(f"{ARTICLES}{article.pk}/changes/").status_code == 404
