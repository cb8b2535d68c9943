"""The pages of signing in, in a German paper."""

import re
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import trans_real

from stoppress.site.accounts import refusals
from stoppress.site.signing_in.middleware import TOO_MANY

from .app import APP, CODES, LOGIN, give_password, set_up


@pytest.fixture
def _german(settings, ann):
    settings.LANGUAGE_CODE = "de"


def visible(page: str) -> str:
    page = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", page)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def english(text: str) -> set[str]:
    """Return the texts that stand there in English although they have a German translation."""
    catalogue = trans_real.translation("de")._catalog
    known = {each for part in catalogue._catalogs for each in part if isinstance(each, str)}
    return {each for each in known if len(each) > 8 and f" {each} " in f" {text} "} - {
        each for each in known if catalogue[each] == each
    }


@pytest.mark.usefixtures("_german")
def test_every_page_of_signing_in_is_german():
    client = Client()
    pages = [client.get(LOGIN), client.post(LOGIN, {"login": "ann", "password": "wrong"})]
    give_password(client)
    pages += [client.get("/accounts/second-factor/"), client.get(APP)]
    pages.append(client.post(APP, {"code": "1"}))
    set_up(client)
    pages += [client.get(CODES), client.get(f"{CODES}renew/"), client.get(f"{APP}remove/")]
    pages += [client.get("/accounts/second-factor/"), client.get("/admin/")]
    other = Client()
    give_password(other)
    pages.append(other.get("/accounts/second-factor/code/"))
    for each in pages:
        page = each.content.decode()
        assert 'lang="de"' in page
        assert english(visible(page)) == set()


@pytest.mark.usefixtures("_german")
def test_a_refusal_of_single_sign_on_is_german(rf, settings):
    page = refusals.unknown(rf.get("/"), "ann@paper.example").content.decode()
    assert "Paper ID kennt Sie als ann@paper.example, aber kein Konto dieser Website hat" in page
    settings.STOPPRESS_OIDC = {**settings.STOPPRESS_OIDC, "name": "single sign-on"}
    page = refusals.unavailable(rf.get("/")).content.decode()
    assert "Single Sign-on ist nicht erreichbar" in page
    assert str(TOO_MANY).startswith("Gerade melden sich zu viele Leute an.")


@pytest.mark.usefixtures("_german")
@pytest.mark.parametrize(("minutes", "says"), [(1, "1 Minute lang"), (5, "5 Minuten lang")])
def test_the_page_of_a_lock_is_german(minutes, says):
    page = render_to_string("signing_in/locked.html", {"minutes": minutes})
    assert says in visible(page) and english(visible(page)) == set()
    assert english("Here are Recovery codes for you") == {"Recovery codes"}
