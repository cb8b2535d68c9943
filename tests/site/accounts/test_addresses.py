"""Which of django-allauth's addresses there are."""

from itertools import product

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.newsroom.canary import words
from tests.newsroom.canary.crawl import answer
from tests.newsroom.canary.planted import plant

from .urls import OURS

GONE = [
    *("signup/", "logout/", "inactive/", "email/", "confirm-email/", "confirm-email/x/"),
    *("password/change/", "password/set/", "password/reset/", "password/reset/done/"),
    *("password/reset/key/1-x/", "login/code/", "login/code/confirm/", "reauthenticate/code/"),
    *("2fa/", "2fa/webauthn/", "2fa/trust/", "3rdparty/", "3rdparty/signup/", "social/signup/"),
    *("3rdparty/login/error/", "oidc/openid_connect/login/", "sessions/", ""),
]


@pytest.mark.parametrize("path", GONE)
def test_addresses_that_are_not_listed_are_not_found(ann, client, path):
    client.force_login(ann)
    for method in ("GET", "POST"):
        assert client.generic(method, f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("name", ["account_signup", "account_email", "socialaccount_signup"])
def test_unused_pages_have_no_route_name(accounts, name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_admin_shows_none_of_their_tables():
    shown = {model._meta.app_label for model in site._registry}
    assert not shown & {"account", "mfa", "socialaccount"}


@pytest.mark.backend("sqlite")
def test_no_page_of_signing_in_has_a_text_of_the_newsroom(ann):
    plant()
    reader, chief = Client(), Client()
    chief.force_login(ann)
    for client, method in product((reader, chief), ("GET", "POST")):
        for address in (f"/{each.pattern}" for each in OURS):
            page = answer(client, method, address)
            # What is not there is a reader's page, which says what is breaking news.
            told = {("public", "headline")} if page.startswith("404") else set()
            assert not page.startswith("500") and words.found_in(page) <= told, address
