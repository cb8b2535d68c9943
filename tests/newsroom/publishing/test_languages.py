"""Refusals are in the language of the editor, and in English for programs and in storage."""

import pytest
from django.utils import translation

from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.publishing import (
    InvalidField,
    WrongState,
    correct_article,
    create_article,
    publish_due,
)
from stoppress.newsroom.rights import NoRight, Verb, check
from tests.newsroom.desk import NINE, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def _german(settings):
    settings.LANGUAGE_CODE = "de"
    with translation.override("de"):
        yield


@pytest.mark.usefixtures("_german")
def test_an_editor_of_a_german_paper_reads_refusals_in_german():
    with pytest.raises(WrongState, match="Nur ein veröffentlichter Artikel oder Beitrag kann"):
        correct_article(draft(), "Der Name.")
    with pytest.raises(InvalidField) as refused:
        create_article({"headline": "x" * 301})
    assert refused.value.message == "ist 301 Zeichen lang; höchstens 300 sind möglich."
    with pytest.raises(InvalidField) as refused:
        create_article({"headline": "H", "body": "<" * 50_001, "body_format": "html"})
    assert refused.value.message == "hat mehr als 50000 Auszeichnungszeichen von html."
    token, _ = ApiToken.issue("reader", "read")
    with pytest.raises(NoRight, match="^Zurückgeben: Dafür fehlt Ihnen das Recht, Artikel zurück"):
        check(token, Verb.SEND_BACK, draft())


@pytest.mark.usefixtures("_german")
def test_a_program_reads_refusals_in_english_whatever_the_papers_language(client):
    _, secret = ApiToken.issue("wire")
    headers = {"Authorization": f"Bearer {secret}"}

    def call(path, said):
        return client.post(path, said, "application/json", headers=headers).json()

    wrong = call("/api/articles", {"headline": "x" * 301})
    assert wrong["detail"] == "headline is 301 characters long; the limit is 300."
    made = call(
        "/api/articles", {"headline": "H", "body": "<script>x</script>", "pub_status": "withheld"}
    )
    assert made["warnings"] == ["A <script> was left out."]
    wrong = call(f"/api/articles/{made['id']}/correct", {"note": "The name."})
    assert wrong["detail"] == "Only a public article or post can be corrected."
    assert translation.get_language() == "de"


@pytest.mark.usefixtures("_german")
def test_the_reason_why_the_schedule_could_not_publish_is_stored_in_english(settings):
    article = draft("Too long", body="word " * 1000, publish_at=NINE)
    settings.STOPPRESS_LIVE = {"ITEM_BYTES": 2000}
    assert publish_due(NINE) == 0
    article.refresh_from_db()
    assert article.publish_failed == "body is too large to be sent to readers."
