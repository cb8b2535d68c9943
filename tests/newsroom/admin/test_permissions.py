"""Forms, buttons and actions do what their user may do, and nothing more, also if sent by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin import site
from django.test import RequestFactory
from django.utils import timezone

from stoppress.newsroom.models import Article, Contributor
from stoppress.newsroom.publishing import publish_article, retract_article
from stoppress.newsroom.rights import NoRight, Verb, may
from tests.newsroom.admin.editor import ARTICLES, decide, errors, filled, save
from tests.newsroom.desk import draft, public, told
from tests.newsroom.staff import browser_of, own, user_as, user_with

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]

LATER = {"publish_at_0": "2030-01-02", "publish_at_1": "03:04:05"}
LIFTS = [
    {"pinned": "on"},
    {"top_until_0": "2030-01-02", "top_until_1": "03:04:05"},
    {"urgency": "1"},
    {"urgency": "3"},
]
# Everything but Django's own four: the rights of each button, field and action.
DESK = {
    *("schedule_article", "publish_article", "update_article", "correct_article"),
    *("retract_article", "restore_article", "pin_article"),
}
FORM = {"headline": "Other", "language": "en", "urgency": "5", "body_format": "markdown"}


def browser_with(*rights):
    return browser_of(user_with(*(f"{right}_article" for right in rights)))


def all_but(*rights):
    """Return the browser of a user with every right of the desk except these."""
    held = {"view_article", "add_article", "change_article", "delete_article", *DESK}
    return browser_of(user_with(*(held - {f"{right}_article" for right in rights})))


def everything():
    return list(Article.objects.order_by("pk").values()), told()


def act(browser, action, *articles):
    chosen = {"action": action, "_selected_action": [str(article.pk) for article in articles]}
    form = chosen | {"decided": "yes", "note": "Because.", "post": "yes", "index": "0"}
    return browser.post(ARTICLES, form)


def test_a_reporter_writes_drafts_that_are_his_own():
    user = user_as("Reporter")
    reporter = browser_of(user)
    page = reporter.get(f"{ARTICLES}add/").content.decode()
    for closed in ("_publish", "publish_at", "pinned", "top_until"):
        assert f'name="{closed}' not in page
    assert save(reporter, headline="Bridge opens").status_code == 302
    article = Article.objects.get()
    assert article.is_draft and article.contributors.get().user == user
    assert save(reporter, article, headline="Bridge opens late").status_code == 302
    article.refresh_from_db()
    assert article.headline == "Bridge opens late"


def test_another_reporters_article_does_not_exist_for_him():
    reporter, theirs = browser_of(user_as("Reporter")), [draft("Secret"), public("Shown")]
    before = everything()
    assert "Secret" not in reporter.get(ARTICLES).content.decode()
    assert "Shown" not in reporter.get(f"{ARTICLES}?q=Shown").content.decode().split("<table")[-1:]
    for article in theirs:
        for page in ("change", "history", "delete"):
            answer = reporter.get(f"{ARTICLES}{article.pk}/{page}/", follow=True)
            assert article.headline not in answer.content.decode()
        reporter.post(f"{ARTICLES}{article.pk}/change/", FORM | {"_save": "x"})
        reporter.post(f"{ARTICLES}{article.pk}/delete/", {"post": "yes"})
        for decision in ("retract", "restore"):
            assert decide(reporter, article, decision, "Because.").status_code == 404
    for action in ("publish_selected", "retract_selected", "restore_selected", "delete_selected"):
        act(reporter, action, *theirs)
    assert everything() == before


@pytest.mark.parametrize("sent", [{"button": "_publish"}, LATER, *LIFTS])
def test_a_reporter_cannot_publish_schedule_or_lift_and_loses_no_text(sent):
    reporter = browser_of(user_as("Reporter"))
    right = "publish" if "button" in sent else "schedule" if sent is LATER else "pin"
    answer = save(reporter, headline="Bridge opens", body="Open.", **sent)
    said = errors(answer)
    assert f"needs the right to {right} articles, which you do not have" in said
    assert "Nothing was saved. Your text is still in this form." in said
    form = filled(answer.content.decode())
    assert (form["headline"], form["body"]) == ("Bridge opens", "Open.")
    assert not Article.objects.exists()
    plain = form | {"_save": "x", "urgency": "5"}
    assert reporter.post(f"{ARTICLES}add/", plain).status_code == 302
    article = Article.objects.get()
    said = errors(save(reporter, article, body="Shut.", **sent))
    assert f"needs the right to {right} articles" in said
    assert article.body == Article.objects.get().body and told() == []


def test_a_reporters_form_that_comes_back_after_publication_keeps_its_text():
    user = user_as("Reporter")
    reporter, article = browser_of(user), own(draft(), user)
    address = f"{ARTICLES}{article.pk}/change/"
    form = filled(reporter.get(address).content.decode())
    publish_article(article)
    answer = reporter.post(address, form | {"body": "One word more.", "_save": "x"})
    assert "needs the right to update articles" in errors(answer)
    assert filled(answer.content.decode())["body"] == "One word more."
    correction = form | {"body": "x", "change_is": "correction", "note": "x", "_save": "x"}
    assert "needs the right to correct articles" in errors(reporter.post(address, correction))
    assert Article.objects.get().body == ""
    page = reporter.get(address).content.decode()
    assert 'value="Save"' not in page and 'value="Save note"' in page


def test_a_draft_that_is_published_between_the_check_and_the_lock_is_not_changed():
    user, desk = user_as("Reporter"), site.get_model_admin(Article)
    read = own(draft(), user)
    request = RequestFactory().post("/")
    request.user = user
    # Without the version that he has read, as only a form sent by hand is.
    form = desk.get_form(request, read, change=True)(FORM, instance=read)
    assert form.is_valid()
    publish_article(read)
    with pytest.raises(NoRight, match="update articles"):
        desk.save_model(request, read, form, change=True)
    assert Article.objects.get().headline == "Bridge opens"


def test_a_reporter_leaves_the_urgency_that_an_editor_chose():
    user = user_as("Reporter")
    reporter, article = browser_of(user), own(draft(urgency=2), user)
    assert save(reporter, article, body="More.").status_code == 302
    assert "needs the right to pin" in errors(save(reporter, article, urgency="5"))
    article.refresh_from_db()
    assert (article.body.strip(), article.urgency) == ("More.", 2)


@pytest.mark.parametrize("later", [{}, {"embargoed_until_0": "2029-01-02"}])
def test_a_reporter_neither_lifts_nor_shortens_the_desks_embargo(later):
    user = user_as("Reporter")
    article = own(draft(embargoed_until=datetime(2030, 1, 2, 3, 4, 5, 6, tzinfo=UTC)), user)
    reporter = browser_of(user)
    times = {"embargoed_until_0": "", "embargoed_until_1": ""} | (
        later and {**later, "embargoed_until_1": "03:04:05"}
    )
    said = errors(save(reporter, article, body="Mine.", **times))
    assert "end of an embargo needs the right to schedule articles" in said
    assert Article.objects.get().embargoed_until == article.embargoed_until
    # As it was served, and a longer one.
    assert save(reporter, article, body="Mine.").status_code == 302
    assert Article.objects.get().embargoed_until == article.embargoed_until
    assert save(reporter, article, embargoed_until_0="2031-01-02").status_code == 302
    assert Article.objects.get().embargoed_until.year == 2031
    assert save(browser_of(user_as("Editor")), article, **times).status_code == 302
    assert Article.objects.get().embargoed_until != article.embargoed_until


@pytest.mark.parametrize(
    "state",
    [lambda: draft(publish_at=datetime(2030, 1, 2, tzinfo=UTC)), public, lambda: draft()],
)
def test_a_user_who_may_only_write_notes_can_save_one(state):
    user = user_as("Reporter")
    article, reporter = own(state(), user), browser_of(user)
    version = article.version
    closed = not may(user, Verb.EDIT, article)
    page = reporter.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert ('name="headline"' not in page) == ('value="Save note"' in page) == closed
    answer = save(reporter, article, **{"notes-0-text": "Call the mayor."})
    assert answer.status_code == 302
    assert [(note.text, note.by) for note in article.notes.all()] == [
        ("Call the mayor.", "reporter")
    ]
    article.refresh_from_db()
    assert article.version == version
    # What is said besides is refused, and the note with it.
    said = {"notes-0-text": "One more.", "_publish": "x"}
    assert "right to" in errors(save(reporter, article, **said))
    assert article.notes.count() == 1


def test_a_user_who_may_not_write_notes_sees_no_button():
    article, reader = public(), browser_with("view")
    page = reader.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert 'type="submit" value="Save' not in page and "notes-0-text" not in page
    noter = browser_of(user_with("view_article", "note_article", name="eva"))
    assert save(noter, article, **{"notes-0-text": "Hm."}).status_code == 302
    assert article.notes.get().text == "Hm."


@pytest.mark.parametrize("rights", [("add",), ("view",), ("add", "view", "delete")])
def test_a_user_without_the_desks_rights_changes_nothing_that_readers_see(rights):
    waiting, shown = draft("Waiting"), public("Shown")
    gone = retract_article(public("Gone"), "Wrong.")
    before = everything()
    person = browser_with(*rights)
    for article in (waiting, shown, gone):
        address = f"{ARTICLES}{article.pk}/change/"
        page = person.get(address, follow=True).content.decode()
        assert not any(sign in page for sign in ('name="_publish"', "/retract/", "/restore/"))
        for button in ("_save", "_publish"):
            answer = person.post(address, FORM | {button: "x"})
            if answer.status_code not in {302, 403}:
                assert "you can no longer see it. Nothing was saved" in errors(answer)
        for decision in ("retract", "restore"):
            assert decide(person, article, decision, "Because.").status_code in {403, 404}
        for action in ("publish_selected", "retract_selected", "restore_selected"):
            act(person, action, article)
    assert everything() == before


def test_saving_as_new_needs_the_same_rights():
    person = browser_with("add", "view")
    address = f"{ARTICLES}{draft('Waiting').pk}/change/"
    form = filled(person.get(f"{ARTICLES}add/").content.decode())
    for more in ({"_publish": "x"}, LATER, *LIFTS):
        answer = person.post(address, form | {"headline": "Mine", "_saveasnew": "x"} | more)
        assert "which you do not have" in errors(answer)
    assert [article.headline for article in Article.objects.all()] == ["Waiting"]


@pytest.mark.parametrize("right", ["publish", "schedule", "update", "correct", "pin", "add"])
def test_a_form_sent_by_hand_needs_the_right_of_each_thing_that_it_does(right):
    person, chief = all_but(right), browser_of(user_as("Chief"))
    waiting, shown = draft("Waiting"), public("Shown")
    scheduled = draft("Tomorrow", publish_at=timezone.now() + timedelta(days=400))
    corrected = {"change_is": "correction", "note": "It was wrong.", "body": "Right."}
    sendings = {
        "publish": [(waiting, {"_publish": "x"}), (None, {"_publish": "x"})],
        "schedule": [(waiting, LATER), (scheduled, {"body": "x"}), (None, LATER)],
        "update": [(shown, {"body": "New."}), (shown, {"ed_note": "x"})],
        "correct": [(shown, corrected)],
        "pin": [(each, lift) for each in (waiting, shown, None) for lift in LIFTS],
        "add": [(None, {})],
    }[right]
    before = everything()
    for article, sent in sendings:
        address = f"{ARTICLES}{article.pk}/change/" if article else f"{ARTICLES}add/"
        # What a browser of somebody with the right would send.
        form = filled(chief.get(address).content.decode()) | {"headline": "Other"} | sent
        answer = person.post(address, form if "_publish" in sent else form | {"_save": "x"})
        refused = answer.status_code == 403 or f"right to {right} articles" in errors(answer)
        assert refused, (article, sent)
        assert everything() == before


@pytest.mark.parametrize(
    ("right", "do", "state"),
    [
        ("retract", "retract_selected", public),
        ("restore", "restore_selected", lambda: retract_article(public(), "Wrong.")),
        ("publish", "publish_selected", draft),
        ("delete", "delete_selected", draft),
    ],
)
def test_each_decision_needs_its_own_right_by_button_and_by_hand(right, do, state):
    article, person = state(), all_but(right)
    before = everything()
    address = f"{ARTICLES}{article.pk}/"
    assert f"{address}{right}/" not in person.get(f"{address}change/").content.decode()
    assert f'value="{do}"' not in person.get(ARTICLES).content.decode()
    act(person, do, article)
    if right != "publish":  # it has no page of its own
        sent = {"decided": "yes", "note": "Because.", "post": "yes"}
        assert person.post(f"{address}{right}/", sent).status_code == 403
    assert everything() == before
    act(browser_of(user_as("Chief")), do, article)
    assert everything() != before


def test_a_user_who_may_only_correct_is_offered_only_a_correction():
    person, article = all_but("update"), public()
    page = person.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert 'value="correction"' in page and 'value="update"' not in page
    assert save(person, article, headline="Right", note="It was wrong.").status_code == 302
    assert Article.objects.get().correction_text == "It was wrong."


def test_an_editor_publishes_a_new_article_now_or_later():
    editor = browser_of(user_as("Editor"))
    save(editor, button="_publish", headline="Now", urgency="1", pinned="on")
    save(editor, headline="Later", **LATER)
    assert Article.objects.get(headline="Now").is_public
    assert Article.objects.get(headline="Later").publish_at > timezone.now() + timedelta(days=1)


def test_a_reporters_form_names_the_urgencies_reserved_for_editors():
    page = browser_of(user_as("Reporter")).get(f"{ARTICLES}add/").content.decode()
    assert "4 to 9 (the least urgent). Editors may choose 1 to 3." in page


def test_a_chief_names_contributors_and_an_editor_sees_them():
    article, reporter = draft(), user_as("Reporter")
    chief, editor = browser_of(user_as("Chief")), browser_of(user_as("Editor"))
    named = {"contributors-TOTAL_FORMS": "1", "contributors-0-user": str(reporter.pk)}
    save(editor, article, **named)
    assert not Contributor.objects.exists()
    assert save(chief, article, **named).status_code == 302
    assert Contributor.objects.get().user == reporter
    assert "reporter" in editor.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert save(browser_of(reporter), article, headline="Mine too").status_code == 302


def test_the_link_to_a_new_article_leads_where_its_writer_may_go():
    writer = browser_with("add")
    form = filled(writer.get(f"{ARTICLES}add/").content.decode()) | {"headline": "Bridge opens"}
    writer.post(f"{ARTICLES}add/", form)
    Contributor.objects.all().delete()
    said = errors(writer.post(f"{ARTICLES}add/", form))
    assert "You can no longer see the article that it has made" in said
    assert "Bridge" not in said and "draft" not in said and "<a" not in said
