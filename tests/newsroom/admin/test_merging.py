"""Two editors of one article: what is merged, what is asked, and what the form says."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.db.models import QuerySet
from django.test import Client

from stoppress.newsroom.models import Article, Contributor, Topic, Version
from stoppress.newsroom.publishing import (
    correct_article,
    delete_draft,
    discard_draft,
    publish_article,
    rename_section,
    retract_article,
    send_back_article,
    submit_article,
    update_article,
    withdraw_version,
)
from stoppress.newsroom.publishing.meanwhile import LATER_FIELDS
from tests.newsroom.admin.editor import ARTICLES, errors, filled
from tests.newsroom.desk import draft, public, section, told

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]

NINE = datetime(2026, 11, 22, 9, tzinfo=UTC)
SAME = "changed the same fields"


class Form:
    """An article's form in an editor's browser."""

    def __init__(self, editor: Client, article):
        self.editor, self.article = editor, article
        self.address = f"{ARTICLES}{article.pk}/change/"
        self.read(editor.get(self.address))

    def read(self, answer):
        self.page = answer.content.decode()
        self.fields = filled(self.page)
        self.fields["asked"] = re.findall(r'name="asked"\s+value="([a-z_]+:[0-9]+)"', self.page)

    def save(self, button="_save", **said):
        answer = self.editor.post(self.address, {**self.fields, **said, button: "x"})
        if answer.status_code == 200:
            self.read(answer)
        self.article.refresh_from_db()
        return answer

    def asks(self):
        return re.findall(r'name="over"\s+value="([a-z_]+)"', self.page)

    def question(self):
        page = re.sub(r"<[^>]*>", "", self.page.split('id="conflict-title"')[1])
        return " ".join(page.split("All changes")[1].split("Save and add")[0].split())


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize("make", [draft, public])
def test_changes_of_different_fields_merge_with_a_message_to_the_editor(editor, make):
    form = Form(editor, make())
    update_article(form.article, {"summary": "By Ben", "urgency": 4}, by="ben")
    answer = form.save(headline="By Ann")
    assert answer.status_code == 302
    assert (form.article.headline, form.article.summary) == ("By Ann", "By Ben")
    told = "ben changed the summary and the urgency meanwhile; both changes are kept."
    assert told in said(answer)
    latest = form.article.versions.first()
    assert (latest.by, latest.headline, latest.summary) == ("ann", "By Ann", "By Ben")


def test_a_form_without_a_change_keeps_the_others_changes_and_shows_a_message(editor):
    form = Form(editor, draft())
    update_article(form.article, {"summary": "By Ben"}, by="ben")
    answer = form.save()
    assert "ben changed the summary meanwhile; this change is kept." in said(answer)
    assert (form.article.summary, form.article.version) == ("By Ben", 2)


def test_a_conflict_names_the_other_editor_and_shows_the_change_word_by_word(editor):
    form = Form(editor, public(summary="It opens on Monday."))
    update_article(form.article, {"summary": "It opens on Friday."}, by="ben")
    answer = form.save(summary="It opens at noon.", headline="By Ann")
    assert SAME in errors(answer)
    assert form.asks() == ["summary"]
    assert re.search(r"ben changed it on .* \(version 3\) to:", form.question())
    assert "<del>Monday</del><ins>Friday</ins>" in form.page
    assert (form.article.summary, form.article.headline) == ("It opens on Friday.", "Bridge opens")
    assert (form.fields["summary"], form.fields["headline"]) == ("It opens at noon.", "By Ann")
    decided = form.fields | {"over": "summary"}
    assert form.save(over="summary").status_code == 302
    assert (form.article.summary, form.article.headline) == ("It opens at noon.", "By Ann")
    assert "was sent before" in errors(form.save(**decided)) and form.asks() == []
    assert Version.objects.filter(summary="It opens on Friday.", by="ben").exists()


def test_a_box_counts_for_its_field_at_the_version_that_was_shown(editor):
    form = Form(editor, draft())
    update_article(form.article, {"headline": "By Ben", "summary": "By Ben"}, by="ben")
    form.save(headline="By Ann", summary="By Ann")
    assert form.asks() == ["headline", "summary"]
    # Somebody is quicker once more: what was ticked was for the headline of version 2.
    update_article(form.article, {"headline": "By Cid"}, by="cid")
    form.save(over=["headline", "summary"])
    assert form.asks() == ["headline"]
    assert "cid changed it" in form.question() and "By Cid" in form.question()
    # Another field is no reason to ask again.
    update_article(form.article, {"byline": "Cid"}, by="cid")
    assert form.save(over="headline").status_code == 302
    article = form.article
    assert (article.headline, article.summary, article.byline) == ("By Ann", "By Ann", "Cid")


def test_a_conflict_is_asked_until_it_is_decided_and_the_other_value_can_be_taken(editor):
    form = Form(editor, draft())
    update_article(form.article, {"headline": "By Ben"}, by="ben")
    form.save(headline="By Ann")
    assert SAME in errors(form.save(headline="By both"))
    assert "Bridge opens" in form.question(), "what Ben has changed since Ann opened the form"
    assert form.save(headline="By Ben", byline="Ann").status_code == 302
    assert (form.article.headline, form.article.byline) == ("By Ben", "Ann")


def test_changes_of_others_without_a_conflict_are_shown_in_the_form(editor):
    topic = Topic.objects.create(slug="bridges", name="Bridges")
    form = Form(editor, draft(publish_at=NINE))
    changes = {
        **{"headline": "By Ben", "summary": "By Ben", "urgency": 4, "section": section()},
        **{"topics": [topic], "pinned": True, "publish_at": NINE + timedelta(hours=1)},
    }
    update_article(form.article, changes, by="ben")
    form.save(headline="By Ann")
    assert form.asks() == ["headline"]
    shown = {name: form.fields.get(name) for name in ("summary", "urgency", "section", "topics")}
    assert shown == {
        "summary": "By Ben",
        "urgency": "4",
        "section": str(section().pk),
        "topics": str(topic.pk),
    }
    assert (form.fields["pinned"], form.fields["publish_at_1"]) == ("on", "10:00:00")
    assert "ben changed the summary, the section" in form.page
    update_article(form.article, {"summary": "By Cid"}, by="cid")
    assert form.save(over="headline").status_code == 302
    assert (form.article.headline, form.article.summary) == ("By Ann", "By Cid")


def test_every_kind_of_field_is_shown_as_text(editor):
    form = Form(editor, draft())
    theirs = {"section": section("world", "World"), "expires": NINE, "pinned": True, "byline": ""}
    update_article(form.article, theirs, by="ben")
    form.save(section=str(section("town").pk), expires_0="2026-11-23", expires_1="10:00:00")
    assert form.asks() == ["section", "expires"]
    assert "World" in form.question() and "22 Nov 2026, 09:00" in form.question()
    assert form.fields["pinned"] == "on"


def test_a_text_and_its_format_are_decided_together(editor):
    form = Form(editor, draft(body="<b>One</b>"))
    update_article(form.article, {"body_format": "html"}, by="ben")
    form.save(body="<b>Two</b>")
    assert form.asks() == ["body"]
    assert "Body format" in form.question()
    assert form.save(over="body").status_code == 302
    assert (form.article.body, form.article.body_format) == ("<b>Two</b>", "markdown")


def test_equal_changes_of_both_editors_are_no_conflict(editor):
    form = Form(editor, draft())
    update_article(form.article, {"headline": "By both", "summary": "By Ben"})
    answer = form.save(headline="By both", byline="Ann")
    assert answer.status_code == 302
    assert "Somebody changed the summary meanwhile; both changes are kept." in said(answer)


def test_a_time_that_has_fractions_of_a_second_is_not_taken_for_a_change(editor):
    form = Form(editor, draft(expires=NINE.replace(microsecond=5)))
    update_article(form.article, {"expires": NINE + timedelta(days=1)}, by="ben")
    assert form.save(headline="By Ann").status_code == 302
    assert form.article.expires == NINE + timedelta(days=1)


def test_a_version_that_is_no_longer_known_is_asked_field_by_field(editor):
    form = Form(editor, public())
    update_article(form.article, {"headline": "By Ben", "summary": "By Ben"}, by="ben")
    withdraw_version(form.article, 2, note="Libel.", by="ben")
    form.save(body="By Ann")
    assert form.asks() == ["headline", "summary", "body"]
    assert "no longer known. The field is now: By Ben" in form.question().replace("Headline ", "")
    assert form.save(over=["headline", "summary", "body"]).status_code == 302


def test_a_version_of_the_release_before_has_texts_alone(editor):
    form = Form(editor, draft(byline="Ann"))
    Version.objects.all()._raw_delete("default")
    first = {"headline": "Bridge opens", "body_format": "markdown", "created": NINE}
    Version.objects.create(article=form.article, version=1, act="create", **first)
    update_article(form.article, {"summary": "By Ben", "byline": "Ben"}, by="ben")
    form.save(headline="By Ann")
    assert form.asks() == ["byline"]
    assert form.fields["summary"] == "By Ben"


def test_an_article_that_changed_unread_is_not_published(editor):
    form = Form(editor, draft())
    update_article(form.article, {"body": "By Ben"}, by="ben")
    answer = form.save(button="_publish", headline="By Ann")
    assert "you have not read what others have changed" in errors(answer)
    assert not form.article.is_public
    assert (form.fields["headline"], form.fields["body"]) == ("By Ann", "By Ben")
    assert form.save(button="_publish").status_code == 302
    assert (form.article.headline, form.article.body) == ("By Ann", "By Ben")
    assert told() == ["put article.published"]


@pytest.mark.parametrize(
    ("act", "done"),
    [(publish_article, "published"), (lambda a, by: retract_article(a, "No.", by=by), "retracted")],
)
def test_a_change_waits_once_the_article_was_published_or_retracted_meanwhile(editor, act, done):
    form = Form(editor, draft() if done == "published" else public())
    act(form.article, by="ben")
    answer = form.save(body="By Ann")
    assert "Look at the changes" in errors(answer)
    assert f"ben {done} the article on" in form.page
    assert (form.article.body, form.fields["body"]) == ("", "By Ann")
    more = {"change_is": "update"} if done == "published" else {}
    assert form.save(**more).status_code == 302
    assert form.article.body == "By Ann"


def test_a_draft_discarded_meanwhile_refuses_the_change_and_keeps_the_text(editor):
    form = Form(editor, draft())
    discard_draft(form.article)
    assert "Reopen it first" in errors(form.save(body="By Ann"))
    assert form.fields["body"] == "By Ann"


def test_a_draft_deleted_meanwhile_keeps_the_text_and_can_be_written_anew(editor):
    form = Form(editor, draft())
    delete_draft(form.article)
    sent = form.fields | {"body": "By Ann", "notes-0-text": "Call back", "_save": "x"}
    answer = editor.post(form.address, sent)
    assert "was deleted meanwhile" in errors(answer) and "“Call back”" in errors(answer)
    form.read(answer)
    assert f'action="{ARTICLES}add/"' in form.page
    assert editor.post(f"{ARTICLES}add/", form.fields | {"_save": "x"}).status_code == 302
    assert Article.objects.get().body == "By Ann"


def test_a_contributor_removed_meanwhile_does_not_keep_the_form_from_being_saved(editor):
    first, second = (User.objects.create_user(name) for name in ("rita", "rob"))
    article = draft()
    gone, _ = (Contributor.objects.create(article=article, user=user) for user in (first, second))
    form = Form(editor, article)
    gone.delete()
    assert "has removed a contributor meanwhile" in errors(form.save(headline="By Ann"))
    assert form.save().status_code == 302
    assert form.article.headline == "By Ann"
    assert [each.user for each in Contributor.objects.all()] == [second]


def test_an_update_and_a_correction_of_another_merge(editor):
    form = Form(editor, public(body="It opens."))
    correct_article(form.article, "The day.", {"summary": "On Friday."}, by="ben")
    assert form.save(body="It opens at noon.").status_code == 302
    article = form.article
    assert (article.summary, article.body) == ("On Friday.", "It opens at noon.")
    assert article.correction_text == "The day."
    assert told()[-2:] == ["put article.corrected", "put article.updated"]


def test_a_review_is_of_the_text_that_was_read(editor):
    form = Form(editor, draft(body="One.", source_type="machine"))
    update_article(form.article, {"body": "Two."}, by="ben")
    answer = form.save(reviewed_by="reviewed")
    assert "you have not read what others have changed" in errors(answer)
    assert (form.fields["body"], form.article.reviewed_by) == ("Two.", "")
    assert form.save().status_code == 302
    assert form.article.reviewed_by == "ann"


def test_a_review_of_another_stays_unless_the_text_changes(editor):
    User.objects.create_superuser("ben")
    first, second = (Form(editor, draft(body="One.", source_type="machine")) for _ in range(2))
    for form in (first, second):
        update_article(form.article, {"reviewed_by": "ben"}, by="ben")
    assert first.save(byline="Ann").status_code == 302
    assert first.article.reviewed_by == "ben"
    assert second.save(body="Two.").status_code == 302
    assert second.article.reviewed_by == ""


def test_a_renamed_section_is_no_change_of_the_article(editor):
    form = Form(editor, public(section=section()))
    rename_section(section(), "The world")
    update_article(form.article, {"summary": "By Ben"}, by="ben")
    answer = form.save(headline="By Ann")
    assert answer.status_code == 302 and form.article.summary == "By Ben"


def test_rights_are_checked_for_the_users_own_changes_only(client):
    user = User.objects.create_user("rita", password="x", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["change_article", "view_article"])
    )
    client.force_login(user)
    form = Form(client, draft(urgency=5))
    update_article(form.article, {"urgency": 2}, by="ben")
    assert form.save(headline="By Rita").status_code == 302
    assert form.article.urgency == 2
    other = Form(client, draft(urgency=5))
    update_article(other.article, {"summary": "By Ben"}, by="ben")
    assert "needs the right to pin articles" in errors(other.save(urgency="2"))
    assert other.article.urgency == 5


def test_a_change_by_the_same_user_in_another_window_is_named_as_such(editor):
    first = draft()
    form, other = Form(editor, first), Form(editor, first)
    other.save(headline="In one window")
    form.save(headline="In the other")
    assert "You changed it on" in form.question()


def test_a_conflict_and_its_ticked_box_survive_another_error(editor):
    form = Form(editor, draft(body="Old.", external_id="2"))
    draft(external_id="1")
    update_article(form.article, {"body": "By Ben", "summary": "By Ben"}, by="ben")
    form.save(body="By Ann", summary="By Ann")
    form.save(headline="", over="summary")  # found by the form
    form.save(headline="Bridge", external_id="1")
    assert form.asks() == ["summary", "body"]
    assert SAME in errors(form.save(external_id="2"))
    assert form.asks() == ["body"] and form.article.body == "By Ben"
    # A verb refuses what the form finds good: the box stays ticked.
    form.save(over="body", external_id="1")
    assert form.asks() == ["body"] and form.fields["over"] == "body"
    assert form.save(external_id="2").status_code == 302
    assert (form.article.body, form.article.summary) == ("By Ann", "By Ann")


def test_the_second_round_does_not_take_the_text_for_a_change_of_others(editor):
    form = Form(editor, draft(body="Old."))
    update_article(form.article, {"body_format": "html"}, by="ben")
    form.save(body="By Ann")
    asked = form.question().split("Save mine")[0]
    form.save(body="By Ann once more")
    assert form.question().split("Save mine")[0] == asked and "Old." not in asked


def test_a_field_that_was_not_sent_is_no_change(editor):
    form = Form(editor, draft(source_type="machine"))
    for name in ("source_type", "reviewed_by", "slugline"):
        del form.fields[name]
    form.save(headline="")
    assert form.fields["source_type"] == "machine"
    del form.fields["source_type"]
    assert form.save(headline="By Ann").status_code == 302
    assert (form.article.headline, form.article.source_type) == ("By Ann", "machine")
    assert form.article.versions.first().fields["source_type"] == "machine"


def test_a_form_without_a_version_is_asked_about_every_difference(editor):
    form = Form(editor, draft())
    update_article(form.article, {"headline": "By Ben"}, by="ben")
    del form.fields["read_version"]
    form.save(summary="By Ann")
    assert form.asks() == ["headline", "summary"]
    assert form.save(over="summary", headline="By Ben").status_code == 302
    assert (form.article.headline, form.article.summary) == ("By Ben", "By Ann")


def test_a_version_older_than_labels_causes_no_question_about_them(editor):
    form = Form(editor, draft())
    first = form.article.versions.get()
    older = {name: first.fields[name] for name in first.fields if name not in LATER_FIELDS}
    QuerySet.update(Version.objects.all(), fields=older)
    update_article(form.article, {"headline": "By Ben"}, by="ben")
    assert form.save(source_type="machine").status_code == 302
    assert form.article.source_type == "machine"


@pytest.mark.parametrize("button", ["_publish", "_submit"])
def test_a_draft_sent_back_meanwhile_is_not_published_or_submitted_unread(editor, button):
    form = Form(editor, draft())
    submit_article(form.article, by="rita")
    send_back_article(form.article, "Who says so?", by="ben")
    assert "Look at the changes" in errors(form.save(button))
    assert "ben sent back the article on" in form.page and "Who says so?" in form.page
    assert form.save(button).status_code == 302


def test_the_form_of_a_draft_published_meanwhile_asks_what_the_change_is(editor):
    form = Form(editor, draft())
    publish_article(form.article, by="ben")
    assert "Choose whether this is an update" in errors(form.save(headline="By Ann"))
    assert "Choose whether this is an update" in errors(form.save())
    assert form.article.headline == "Bridge opens"
    assert form.save(change_is="correction", note="The name.").status_code == 302
    assert form.article.versions.first().act == "correction"
