"""Pages that require a second factor."""

import re

import pytest
from django.test import Client

from stoppress.cli import doctor
from stoppress.newsroom.models import Article
from tests.newsroom.desk import public
from tests.newsroom.pictures.made import picture
from tests.newsroom.staff import user_as

from .app import (
    AGAIN,
    APP,
    CODE,
    CODES,
    code_now,
    give_password,
    is_signed_in,
    recovery_codes,
    set_up,
)


@pytest.fixture(autouse=True)
def required(settings, ann) -> None:
    settings.STOPPRESS_SECOND_FACTOR = "required"


@pytest.mark.parametrize("address", ["/admin/", "/admin/newsroom/article/add/", "/admin/nowhere/"])
def test_the_admin_opens_once_the_second_factor_is_set_up(client, address):
    assert give_password(client)["Location"] == "/admin/"
    assert client.get(address)["Location"] == APP
    assert client.post(address)["Location"] == APP
    assert "staff must have a second factor" in client.get(APP).content.decode()
    set_up(client)
    assert client.get(CODES).status_code == 200
    assert is_signed_in(client)


def test_a_user_without_a_second_factor_can_sign_out(client):
    give_password(client)
    assert client.post("/admin/logout/").status_code == 200
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_readers_pages_do_not_ask_for_a_second_factor(client):
    assert client.get("/").status_code == 200


def test_a_picture_of_a_draft_is_for_sessions_with_it_and_a_public_one_for_all(client):
    storm = picture()
    address = storm.address(storm.renditions[0])
    give_password(client)
    assert client.get(address).status_code == 404
    public(image=storm)
    assert client.get(address).status_code == 200
    set_up(client)
    Article.objects.update(pub_status="withheld")
    assert client.get(address).status_code == 200


def test_a_user_who_removed_the_factor_must_set_up_another(client):
    give_password(client)
    set_up(client)
    client.post(f"{APP}remove/")
    assert client.get("/admin/")["Location"] == APP


@pytest.mark.parametrize("mode", ["optional", "required"])
def test_a_session_of_a_password_alone_ends_where_another_sets_up_a_factor(client, settings, mode):
    settings.STOPPRESS_SECOND_FACTOR = mode
    give_password(early := Client())
    give_password(client)
    key = set_up(client)
    assert is_signed_in(client)
    for address in ("/admin/", CODES, f"{CODES}renew/", f"{APP}remove/"):
        assert early.get(address)["Location"].startswith(f"{AGAIN}?next=")
    assert recovery_codes(early) == []
    again = early.get("/admin/newsroom/")["Location"]
    assert early.post(again, {"code": code_now(key)})["Location"] == "/admin/newsroom/"
    assert is_signed_in(early)


def test_a_factor_removed_by_a_chief_no_longer_counts(client, ann):
    give_password(client)
    set_up(client)
    ann.authenticator_set.all().delete()
    assert client.get("/admin/")["Location"] == APP


def test_a_user_who_gave_a_code_is_admitted(client):
    give_password(client)
    key = set_up(client)
    give_password(other := Client())
    other.post(CODE, {"code": code_now(key)})
    assert is_signed_in(other) and len(recovery_codes(other)) == 10


def test_operators_and_chiefs_see_users_without_a_factor(client, ann):
    user_as("Editor", "zoe").set_unusable_password()
    bob = user_as("Editor", "bob")
    bob.set_password("x")
    bob.save()
    give_password(client)
    [said] = doctor._without_second_factor()
    assert "2 of the staff have set up none: 'ann', 'bob'." in said
    set_up(client)
    assert "1 of the staff have set up none: 'bob'." in "".join(doctor._without_second_factor())

    def listed(query: str) -> set[str]:
        page = client.get(f"/admin/auth/user/?second_factor={query}").content.decode()
        return set(re.findall(r'field-username"><a [^>]*>(\w+)<', page))

    assert (listed("yes"), listed("no")) == ({"ann"}, {"bob", "zoe"})
