"""Where a second factor is required."""

import pytest

from .app import APP, CODES, give_password, is_signed_in, set_up


@pytest.fixture(autouse=True)
def required(settings, ann) -> None:
    settings.STOPPRESS_SECOND_FACTOR = "required"


@pytest.mark.parametrize("address", ["/admin/", "/admin/newsroom/article/add/", "/admin/nowhere/"])
def test_the_admin_opens_once_it_is_set_up(client, address):
    assert give_password(client)["Location"] == "/admin/"
    assert client.get(address)["Location"] == APP
    assert client.post(address)["Location"] == APP
    assert "for staff with a second factor only" in client.get(APP).content.decode()
    set_up(client)
    assert client.get(CODES).status_code == 200
    assert is_signed_in(client)


def test_who_does_not_want_it_can_sign_out(client):
    give_password(client)
    assert client.post("/admin/logout/").status_code == 200
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_readers_notice_nothing(client):
    assert client.get("/").status_code == 200


def test_who_has_removed_it_is_led_to_set_up_another(client):
    give_password(client)
    set_up(client)
    client.post(f"{APP}remove/")
    assert client.get("/admin/")["Location"] == APP
