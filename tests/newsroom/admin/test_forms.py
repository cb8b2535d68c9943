"""The admin's form stores exactly what an editor wrote; saving it unchanged changes nothing."""

import os
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import create_article, publish_article
from stoppress.newsroom.publishing.text_checks import REORDERING, UNSTORABLE
from tests.newsroom.admin.editor import ARTICLES, errors, filled, save
from tests.newsroom.desk import draft, public, section, told

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]

# `make long` tries twenty times as many.
FORMS = int(os.environ.get("STOPPRESS_FORMS", 20))


@pytest.mark.parametrize(
    "body",
    [
        "    code line\n    code 2\n",
        "one\n",
        "one  ",
        "\tone",
        "\n\none",
        "one\r\ntwo\r\n",
        " ",
        "\u00a0one\u3000",
    ],
)
def test_a_save_keeps_white_space_at_the_ends_of_a_body(editor, body):
    article = public(body=body)
    kept = body.replace("\r\n", "\n")
    assert save(editor, article, ed_note="Call back.").status_code == 302
    article.refresh_from_db()
    assert (article.body, article.ed_note) == (kept, "Call back.")
    assert [each.act for each in article.versions.public()] == ["publish"]
    assert told() == ["put article.published"]
    page = Client().get(article.get_absolute_url()).content.decode()
    assert "Published <time" in page and "Updated" not in page


def test_white_space_typed_in_the_form_is_kept(editor):
    save(editor, headline="Code", body="\r\n    one\r\n\ttwo  \r\n")
    assert Article.objects.get().body == "\n    one\n\ttwo  \n"


def test_a_line_end_counts_as_one_character(editor):
    body, note = "\n" * 200_000, "\n" * 1_999 + "x"
    article = draft(body=body, summary="a\n" * 1_000, ed_note=note, usage_terms="b\n" * 1_000)
    assert save(editor, article, slugline="bridge").status_code == 302
    article.refresh_from_db()
    assert (article.body, article.ed_note) == (body, note)
    said = save(editor, article, body="\r\n" * 200_001)
    assert "at most 200000 characters" in errors(said)


def storable(text: str) -> bool:
    return not UNSTORABLE.search(text) and "\x85" not in text


def one_line(text: str) -> bool:
    return not REORDERING.search(text)


SIGNS = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from(
    "<&>\"' \u00a0"
)
LINE = st.text(SIGNS, max_size=40).filter(storable).filter(one_line)
NEEDED = st.builds("{}x{}".format, LINE, LINE)
OPTIONAL = st.just("") | NEEDED
LINES = st.text(SIGNS | st.sampled_from("\n\t\r "), max_size=80).filter(storable)
PAST = st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))
STORY = st.fixed_dictionaries(
    {
        "headline": NEEDED,
        "summary": LINES,
        "body": LINES,
        "body_format": st.sampled_from(["markdown", "html"]),
        "byline": OPTIONAL,
        "located": OPTIONAL,
        "section": st.sampled_from([None, "world"]),
        "urgency": st.integers(1, 9),
        "language": st.sampled_from(["en", "de", "pt-BR", "zh-Hant-TW", "ar"]),
        "slugline": OPTIONAL,
        "ed_note": LINES,
        "source": OPTIONAL,
        "original_url": st.sampled_from(["", "https://example.org/ä?a=1&b=<2>"]),
        "copyright_holder": OPTIONAL,
        "copyright_notice": OPTIONAL,
        "usage_terms": LINES,
        "publish_at": PAST,
        "embargoed_until": PAST,
        "expires": st.none() | st.datetimes(datetime(1, 1, 1), timezones=st.just(UTC)),
    }
)


@given(fields=STORY, is_public=st.booleans())
@settings(max_examples=FORMS, deadline=None)
def test_a_form_saved_as_it_was_opened_changes_nothing(fields, is_public):
    section()
    user, _ = User.objects.get_or_create(username="ann", is_staff=True, is_superuser=True)
    editor = Client()
    editor.force_login(user)
    article = create_article(fields)
    if is_public:
        publish_article(article)
    before, events = Article.objects.filter(pk=article.pk).values().get(), told()
    address = f"{ARTICLES}{article.pk}/change/"
    form = filled(editor.get(address).content.decode())
    answer = editor.post(address, {**form, "_save": "x"})
    assert answer.status_code == 302, errors(answer)
    assert Article.objects.filter(pk=article.pk).values().get() == before
    assert told() == events
    assert article.versions.public().count() == int(is_public)
