"""The server reads an editor's pasted text and names what it leaves out."""

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client

from stoppress.newsroom.body.pasted import MAX_PASTED
from stoppress.newsroom.publishing import create_article
from tests.newsroom.admin.editor import ARTICLES, save
from tests.newsroom.body.clipboard import docs, item, word
from tests.newsroom.desk import draft

pytestmark = pytest.mark.django_db
PASTE = f"{ARTICLES}paste/"


def paste(editor: Client, html: str, body_format: str = "markdown") -> tuple[int, dict]:
    answer = editor.post(PASTE, {"html": html, "body_format": body_format})
    return answer.status_code, answer.json()


def test_the_answer_is_the_text_in_the_format_of_the_body(editor):
    html = word("<h1>Vote</h1>" + item("1.", "One") + "<p>It is <del>17</del><b>18</b>.</p>")
    warning = "Text that was deleted with tracked changes was left out: “17”."
    said = {"blocks": True, "warnings": [warning]}
    assert paste(editor, html) == (200, {"text": "## Vote\n\n1. One\n\nIt is **18**.", **said})
    written = "<h2>Vote</h2>\n<ol><li>One</li></ol>\n<p>It is <strong>18</strong>.</p>"
    assert paste(editor, html, "html") == (200, {"text": written, **said})


def test_a_part_of_a_paragraph_is_pasted_into_one(editor):
    html = docs('<span style="font-weight:700">bold</span>')
    inline = {"blocks": False, "warnings": []}
    assert paste(editor, html) == (200, {"text": "**bold**", **inline})
    assert paste(editor, html, "html") == (200, {"text": "<strong>bold</strong>", **inline})


@pytest.mark.parametrize(
    ("html", "body_format", "detail"),
    [
        ("", "markdown", "This field is required."),
        ("<p>x</p>", "rtf", "Select a valid choice. rtf is not one of the available choices."),
        (
            "x" * (MAX_PASTED + 1),
            "markdown",
            "The pasted text has 1000001 characters; the limit is 1000000.",
        ),
        (
            "<p>" + "word " * 50_000,
            "markdown",
            "The pasted text has 249999 characters; the limit is 200000.",
        ),
    ],
)
def test_unreadable_input_is_refused_with_a_message(editor, html, body_format, detail):
    assert paste(editor, html, body_format) == (400, {"detail": detail})


def test_pasting_needs_the_right_to_write_articles(client):
    client.force_login(User.objects.create_user("guest", password="x", is_staff=True))
    assert paste(client, "<p>x</p>") == (403, {"detail": "You may not write articles."})


def test_a_request_from_another_site_is_refused(editor):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    assert strict.post(PASTE, {"html": "<p>x</p>", "body_format": "html"}).status_code == 403


def test_the_forms_of_articles_and_posts_have_the_script_and_its_words(editor):
    story = create_article({"headline": "Match", "kind": "live"})
    for address in ("add/", f"{draft().pk}/change/", f"{story.pk}/posts/write/"):
        page = editor.get(f"{ARTICLES}{address}").content.decode()
        assert "newsroom/paste.js" in page
        assert f'data-paste="{PASTE}"' in page


BODY = "![](/fire.jpg)\n\n<svg>12</svg>"
ASKED = "What does the picture “fire.jpg” show? It has no alternative text."


def messages(response):
    return [(each.level_tag, str(each)) for each in get_messages(response.wsgi_request)]


def test_an_editor_is_asked_about_the_text_after_saving_and_publishing_it(editor):
    warned = ("warning", "A drawing (SVG) was left out: “12”.")
    saved = messages(save(editor, headline="Fire", body=BODY))
    assert warned in saved
    assert ("info", ASKED) in saved
    # Another one may have written it, or a program: the last chance is publishing.
    article = draft(body=BODY)
    assert ("info", ASKED) not in messages(save(editor, article, ed_note="Call."))
    published = messages(save(editor, article, "_publish"))
    assert warned in published
    assert ("info", ASKED) in published
    other = draft(body=BODY)
    chosen = {"action": "publish_selected", "_selected_action": other.pk}
    assert {warned, ("info", ASKED)} <= set(messages(editor.post(ARTICLES, chosen)))
