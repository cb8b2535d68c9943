"""The admin of a German paper: no page has an English text."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.utils import timezone

import stoppress.newsroom
from stoppress.newsroom.admin.decisions import ASKED
from stoppress.newsroom.admin.standing import STATES
from stoppress.newsroom.models import ApiToken, Article, AuditEntry, SourceType, Topic
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.publishing import (
    add_note,
    correct_article,
    discard_draft,
    retract_article,
    send_back_article,
    submit_article,
    update_article,
)
from tests.newsroom.admin.editor import ARTICLES, decide, filled, save
from tests.newsroom.desk import draft, public, section
from tests.newsroom.staff import browser_of, own, user_as

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]
CATALOGUE = Path(stoppress.newsroom.__file__).parent / "locale/de/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>")
# A part of a text that is shorter may stand in German, too.
SHORTEST = 9
# Words that no German text has, and hardly any English sentence is without.
ENGLISH = r"(?<![\w/.-])(?i:the|of|is|are|and|or|this|with|by|to|from|not)(?![\w/.-])"
# Names in the list of time zones.
PLACES = re.compile("Isle of Man|Port of Spain")
# A question of Django's, which its catalogue of version 6.1 has not in German.
DELETE = re.compile(r"Are you sure you want to delete the [^?]*\? All of the following [^:]*:")
HEADLINE = {"headline": "Brücke gesperrt", "body": "Über der Ems."}


class Shown(HTMLParser):
    """Collects what a page shows and what a screen reader says."""

    SAID = frozenset({"title", "alt", "placeholder", "aria-label"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.language: str | None = None
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._silent = tag in {"script", "style"}
        if tag == "html":
            self.language = given.get("lang")
        button = tag == "input" and given.get("type") in {"submit", "button"}
        names = self.SAID | ({"value"} if button else set())
        self.texts += [value for name, value in attrs if name in names and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def english() -> list[str]:
    """Return the parts of the English texts that a German page must not show."""
    with CATALOGUE.open("rb") as file:
        messages = [each for each in read_po(file) if each.id]
    found = set()
    for each in messages:
        texts, said = (
            [told] if isinstance(told, str) else list(told) for told in (each.id, each.string)
        )
        for part in PLACEHOLDER.split(" \n ".join(texts).replace("%%", "%")):
            part = flat(part)
            if len(part) >= SHORTEST and part not in flat(" ".join(said)):
                found.add(part)
    return sorted(found)


@pytest.fixture
def chief(settings):
    settings.LANGUAGE_CODE, settings.STOPPRESS_LANGUAGE = "de", "de"
    # A superuser, who sees the users and the audit, too.
    return browser_of(User.objects.create_superuser("ida"))


def check(response, english: list[str]) -> str:
    """Fail if a page has an English text; return what it shows."""
    assert response.status_code == 200, response
    page = Shown()
    page.feed(response.content.decode())
    shown = DELETE.sub("", PLACES.sub("", flat(" ".join(page.texts))))
    assert page.language == "de"
    found = [re.escape(part) for part in english if part in shown]
    places = re.compile("|".join([*found, ENGLISH])).finditer(shown)
    around = [shown[max(0, each.start() - 60) : each.end() + 60] for each in places]
    assert around == [], response.request["PATH_INFO"]
    return shown


def in_each_state() -> dict[str, Article]:
    later = timezone.now() + timedelta(days=1)
    failed = draft(**HEADLINE, publish_at=later)
    # As the schedule leaves an article that it cannot publish.
    Article.objects.filter(pk=failed.pk).update(publish_failed="Zu lang.", publish_retry=later)
    made = {"source_type": SourceType.MACHINE, "pinned": True, "urgency": 1}
    states = {
        "draft": draft(**HEADLINE, section=section("ems", "Ems")),
        "submitted": submit_article(draft(**HEADLINE, embargoed_until=later)),
        "sent_back": send_back_article(submit_article(draft(**HEADLINE)), "Quelle?", by="mara"),
        "scheduled": draft(**HEADLINE, publish_at=later, embargoed_until=later),
        "embargoed": draft(**HEADLINE, embargoed_until=later, source_type=SourceType.MIXED),
        "failed": failed,
        "public": public(**HEADLINE, **made),
        "corrected": correct_article(
            public(**HEADLINE), "Das Datum.", {"summary": "Neu.", "expires": later}, by="mara"
        ),
        "retracted": retract_article(public(**HEADLINE), "Falsch."),
        "discarded": discard_draft(draft(**HEADLINE), note="Überholt."),
    }
    for article in states.values():
        add_note(own(article, User.objects.get(username="mara")), "Bitte prüfen.", by="mara")
    return states


def test_the_pages_of_articles_are_german_in_each_state(chief, english):
    user_as("Reporter", "mara")
    states = in_each_state()
    assert states.keys() == STATES.keys()
    for article in states.values():
        check(chief.get(f"{ARTICLES}{article.pk}/change/"), english)
    for page in (*(decision.name for decision in ASKED), "withdraw", "changes"):
        check(chief.get(f"{ARTICLES}{states['corrected'].pk}/{page}/"), english)
    check(chief.get(f"{ARTICLES}{states['draft'].pk}/delete/"), english)
    for decision, state in (("send_back", "submitted"), ("reopen", "discarded")):
        said = decide(chief, states[state], decision, "Quelle?")
        check(chief.get(said["Location"]), english)
    everything = {"_selected_action": [each.pk for each in states.values()]}
    for action in ("submit", "publish", "retract", "restore", "discard"):
        page = chief.post(ARTICLES, {**everything, "action": f"{action}_selected"}, follow=True)
        check(page, english)


def test_a_refused_form_has_a_german_message(chief, english):
    check(chief.get(f"{ARTICLES}add/"), english)
    refused = save(chief, headline="", top_until_0="31.02.2036", body="Über der Ems.")
    check(refused, english)
    form = filled(chief.get(f"{ARTICLES}add/").content.decode()) | HEADLINE
    assert chief.post(f"{ARTICLES}add/", form | {"_publish": "x"}).status_code == 302
    shown = check(chief.get(ARTICLES), english)
    assert "Er ist öffentlich seit " in shown and "Auf der Website ansehen" in shown
    again = check(chief.post(f"{ARTICLES}add/", form | {"_publish": "x"}), english)
    assert "Dieses Formular wurde schon gesendet. Angelegt wurde „" in again
    changed = check(chief.post(f"{ARTICLES}add/", form | {"summary": "Neu."}), english)
    assert "Ihre späteren Änderungen" in changed


def test_changes_of_other_editors_are_described_in_german(chief, english):
    article = draft(**HEADLINE)
    address = f"{ARTICLES}{article.pk}/change/"
    form = filled(chief.get(address).content.decode())
    update_article(article, {"headline": "Brücke offen", "located": "Leer"}, by="mara")
    shown = check(chief.post(address, form | {"headline": "Brücke zu"}), english)
    assert "Von mara geändert am " in shown
    assert "Von mara wurde inzwischen geändert: " in shown
    chief.post(address, form | {"body": "Über der Leda."})
    assert "Beide Änderungen sind gespeichert." in check(chief.get(ARTICLES), english)
    asked = public(**HEADLINE)
    correction = {"change_is": "correction", "note": ""}
    check(save(chief, asked, headline="Brücke zu", **correction), english)


def test_the_pages_of_everything_else_are_german(chief, english):
    topic = Topic.objects.create(slug="ems", name="Die Ems")
    public(**HEADLINE, section=section("ems", "Ems"), topics=[topic])
    token, _ = ApiToken.issue("Agentur", Scope.WRITE, timedelta(days=9))
    for model, pk in (("section", section("ems").pk), ("topic", topic.pk), ("person", 0)):
        pages = ["", "add/", *([f"{pk}/change/", f"{pk}/delete/"] if pk else [])]
        for page in pages:
            check(chief.get(f"/admin/newsroom/{model}/{page}"), english)
    selected = {"_selected_action": topic.pk, "action": "delete_selected"}
    check(chief.post("/admin/newsroom/topic/", selected), english)
    check(chief.post("/admin/newsroom/topic/add/", {"name": "†", "slug": ""}), english)
    tokens = "/admin/newsroom/apitoken/"
    for page in ("", "add/", f"{token.pk}/change/", f"{token.pk}/renew/"):
        check(chief.get(tokens + page), english)
    check(chief.post(f"{tokens}{token.pk}/renew/", {"scope": "read", "days": "1"}), english)
    revoked = {"_selected_action": token.pk, "action": "revoke_selected"}
    check(chief.post(tokens, revoked, follow=True), english)
    for page in ("", "newsroom/", "preferences/"):
        check(chief.get(f"/admin/{page}"), english)
    assert AuditEntry.objects.exists()
    chief.logout()
    check(chief.get("/admin/login/"), english)


def test_the_admins_log_is_stored_in_english(chief):
    article = draft(**HEADLINE)
    save(chief, article, button="_publish", body="Über der Leda.")
    decide(chief, article, "retract", "Falsch.")
    told = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(told) == ["Changed body. Published.", "Retracted"]
