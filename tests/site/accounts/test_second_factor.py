import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.contrib.sessions.models import Session
from django.test import Client

from stoppress.live.clock import database_time
from stoppress.site.signing_in.locks import slowed_seconds

from .app import (
    AGAIN,
    APP,
    CODE,
    CODES,
    LOGIN,
    code_now,
    code_of,
    give_password,
    is_signed_in,
    recovery_codes,
    set_up,
    wrong_code,
)
from .conftest import NAME, RIGHT


@pytest.fixture
def key(ann) -> str:
    """The key of Ann's app."""
    client = Client()
    give_password(client)
    return set_up(client)


def test_the_code_of_an_app_is_that_of_the_standard():
    # RFC 6238, appendix B, cut to six digits.
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [code_of(key, at) for at in (59, 1111111109)] == ["287082", "081804"]


def test_the_admin_leads_to_the_one_page_and_back(ann, client):
    led = client.get("/admin/newsroom/section/?q=1", follow=True)
    assert led.redirect_chain[-1][0] == f"{LOGIN}?next=%2Fadmin%2Fnewsroom%2Fsection%2F%3Fq%3D1"
    sent = {"login": NAME, "password": RIGHT, "next": "/admin/newsroom/section/?q=1"}
    answer = client.post(LOGIN, sent)
    assert answer["Location"] == "/admin/newsroom/section/?q=1" and is_signed_in(client)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "http:evil.example", "javascript:x"]
)
def test_no_redirect_leads_to_another_site(ann, client, elsewhere):
    sent = {"login": NAME, "password": RIGHT, "next": elsewhere}
    assert client.post(LOGIN, sent)["Location"] == "/admin/"


def test_the_admins_own_login_form_signs_in_no_user(ann, client):
    client.force_login(ann)
    sent = {"username": NAME, "password": RIGHT}
    assert client.post("/admin/login/", sent)["Location"] == "/admin/"
    assert Client().post("/admin/login/", sent)["Location"].startswith(LOGIN)


def test_only_staff_sign_in(ann, client):
    ann.is_staff = False
    ann.save()
    answer = give_password(client)
    assert answer.status_code == 200 and "not correct" in answer.content.decode()


def test_a_second_factor_is_set_up_and_asked_for(key, client):
    assert give_password(client)["Location"] == CODE and not is_signed_in(client)
    wrong = client.post(CODE, {"code": wrong_code(key)})
    assert wrong.status_code == 200 and "Incorrect code" in wrong.content.decode()
    assert not is_signed_in(client)
    # A set-up code may have been seen; one of the next half minute is another.
    assert client.post(CODE, {"code": code_now(key)})["Location"] == "/admin/"
    assert is_signed_in(client)


def test_the_page_for_setting_it_up_has_picture_and_key(ann, client):
    give_password(client)
    page = client.get(APP)
    text = page.content.decode()
    assert 'src="data:image/svg+xml;base64,' in text and "Key: <code" in text
    assert "data:" in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"]
    assert "<script>" not in text and "style=" not in text


def test_a_wrong_code_does_not_set_up_a_factor(ann, client):
    give_password(client)
    client.get(APP)
    answer = client.post(APP, {"code": "000000"})
    assert answer.status_code == 200 and not Authenticator.objects.exists()


def test_a_code_counts_once(key):
    first, second, code = Client(), Client(), code_now(key)
    give_password(first)
    give_password(second)
    assert first.post(CODE, {"code": code}).status_code == 302
    assert second.post(CODE, {"code": code}).status_code == 200
    assert is_signed_in(first) and not is_signed_in(second)


def test_a_form_without_a_code_is_asked_again(key, client):
    give_password(client)
    answer = client.post(CODE, {}, follow=True)
    assert [address for address, _ in answer.redirect_chain] == [LOGIN, CODE]
    assert client.get(CODE).status_code == 200


def test_a_factor_removed_meanwhile_is_no_longer_asked_for(ann, key, client):
    give_password(client)
    ann.authenticator_set.all().delete()
    answer = client.get(CODE, follow=True)
    assert [address for address, _ in answer.redirect_chain] == [LOGIN]
    give_password(client)
    assert is_signed_in(client)


def test_a_waiting_sign_in_can_be_replaced_by_another_user(key, client):
    give_password(client)
    assert 'name="leave"' in client.get(CODE).content.decode()
    answer = client.post(CODE, {"leave": "1"}, follow=True)
    assert [address for address, _ in answer.redirect_chain] == [LOGIN]
    assert client.get(CODE)["Location"] == LOGIN and not Session.objects.filter(
        session_key=client.session.session_key
    )


@pytest.mark.parametrize("change", [{"password": "!"}, {"is_active": False}, {"is_staff": False}])
def test_an_account_that_changes_during_the_sign_in_is_not_signed_in(ann, key, client, change):
    give_password(client)
    told = []
    user_logged_in.connect(tell := lambda user, **_: told.append(user.username))
    User.objects.update(**change)
    assert client.post(CODE, {"code": code_now(key)})["Location"] == LOGIN
    user_logged_in.disconnect(tell)
    assert told == [] and not is_signed_in(client)


def test_an_account_that_is_deleted_during_the_sign_in_is_not_signed_in(ann, key, client):
    give_password(client)
    ann.delete()
    assert client.post(CODE, {"code": code_now(key)})["Location"] == LOGIN


def test_two_tabs_that_set_up_a_factor_make_one(ann, client, monkeypatch):
    give_password(client)
    [key] = re.findall(r'class="key">(\w+)<', client.get(APP).content.decode())

    def other_tab(user: User, secret: str) -> Any:
        Authenticator.objects.create(user=user, type="totp", data={})
        return activate(user, secret)

    activate = TOTP.activate
    monkeypatch.setattr(TOTP, "activate", other_tab)  # between this tab's check and its writing
    answer = client.post(APP, {"code": code_now(key)})
    assert answer["Location"] == "/accounts/second-factor/"


def test_the_code_is_asked_only_after_the_password(key, client):
    assert client.get(CODE)["Location"] == LOGIN
    assert client.post(CODE, {"code": code_now(key)})["Location"] == LOGIN


def test_wrong_codes_are_limited_across_all_addresses(key, caplog):
    clients = [Client(REMOTE_ADDR=f"192.0.2.{n}") for n in range(8)]
    with caplog.at_level(logging.WARNING, "stoppress.site"):
        for client in clients:
            give_password(client)
            page = client.post(CODE, {"code": wrong_code(key)}).content.decode()
    assert "Too many failed login attempts" in page
    assert "Too many" in clients[0].post(CODE, {"code": code_now(key)}).content.decode()
    assert not any(map(is_signed_in, clients))
    told = [each for each in caplog.messages if "the code was wrong" in each]
    assert len(told) == 5 and told[0].startswith(f"signing in as {NAME!r} from 192.0.2.0")


def test_wrong_codes_count_as_wrong_passwords_of_their_address(key, client, settings):
    settings.AXES_FAILURE_LIMIT = 2
    failed = []
    user_login_failed.connect(failed_with := lambda credentials, **_: failed.append(credentials))
    give_password(client)
    assert client.post(CODE, {"code": wrong_code(key)}).status_code == 200
    assert client.post(CODE, {"code": wrong_code(key)}).status_code == 429
    user_login_failed.disconnect(failed_with)
    assert failed == [{"username": NAME}] * 2
    assert AccessAttempt.objects.get().username == NAME
    assert give_password(Client()).status_code == 429


def test_wrong_passwords_are_counted_and_lock_for_one_address(ann, client, settings):
    settings.AXES_FAILURE_LIMIT = 2
    assert [give_password(client, "wrong").status_code for _ in range(2)] == [200, 429]
    locked = give_password(client)
    assert locked.status_code == 429 and "Locked for a while" in locked.content.decode()
    assert give_password(Client(REMOTE_ADDR="192.0.2.9")).status_code == 302


@pytest.mark.parametrize("decoy", [{}, {"username": "zz"}])
def test_only_the_field_of_the_form_names_the_account(ann, rf, settings, decoy):
    settings.AXES_FAILURE_LIMIT = 2
    sent = {"login": NAME, "password": "wrong", **decoy}
    client = Client(REMOTE_ADDR="192.0.2.1")
    assert [client.post(LOGIN, sent).status_code for _ in range(2)] == [200, 429]
    assert AccessAttempt.objects.get().username == NAME
    assert slowed_seconds(rf.post(LOGIN, sent, REMOTE_ADDR="192.0.2.2")) == 1.0
    passed = timedelta(minutes=10)
    AccessAttempt.objects.update(attempt_time=database_time() - passed)
    assert "5 minutes" in client.post(LOGIN, sent).content.decode()


def test_a_recovery_code_counts_once(key):
    signed_in = Client()
    give_password(signed_in)
    signed_in.post(CODE, {"code": code_now(key)})
    codes = recovery_codes(signed_in)
    assert len(codes) == 10
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client)
        client.post(CODE, {"code": codes[0]})
    assert is_signed_in(first) and not is_signed_in(second)
    assert codes[0] not in recovery_codes(signed_in)
    text = signed_in.get(f"{CODES}file/").content.decode()
    assert text.split() == codes[1:]


def test_new_recovery_codes_replace_the_old(key):
    client = Client()
    give_password(client)
    client.post(CODE, {"code": code_now(key)})
    old = recovery_codes(client)
    assert client.get(f"{CODES}renew/").status_code == 200
    assert client.post(f"{CODES}renew/")["Location"] == CODES
    assert not {*old} & {*recovery_codes(client)}


def test_sensitive_pages_ask_again_some_time_after_the_sign_in(key, client):
    give_password(client)
    client.post(CODE, {"code": code_now(key)})
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    for address in (CODES, f"{APP}remove/", f"{CODES}renew/"):
        assert client.get(address)["Location"].startswith("/accounts/reauthenticate/")
    again = client.get(CODES)["Location"]
    assert client.post(again, {"password": "wrong"}).status_code == 200
    assert client.post(again, {"password": RIGHT})["Location"] == CODES
    assert len(recovery_codes(client)) == 10


def test_wrong_codes_in_a_session_do_not_shut_the_sign_in(key, client, caplog):
    give_password(client)
    client.post(CODE, {"code": code_now(key)})
    codes = recovery_codes(client)
    with caplog.at_level(logging.WARNING, "stoppress.site"):
        pages = [client.post(AGAIN, {"code": wrong_code(key)}) for _ in range(6)]
    said = ["Too many" in page.content.decode() for page in pages]
    assert said == [False] * 5 + [True]
    assert "Too many" in client.post(AGAIN, {"code": codes[0]}).content.decode()
    told = [each for each in caplog.messages if "code" in each]
    assert len(told) == 5 and "password was right" not in told[0]
    give_password(other := Client(REMOTE_ADDR="192.0.2.9"))
    other.post(CODE, {"code": codes[0]})
    assert is_signed_in(other)


def test_a_second_factor_can_be_removed(key, client):
    give_password(client)
    client.post(CODE, {"code": code_now(key)})
    assert "Remove the second factor" in client.get("/accounts/second-factor/").content.decode()
    assert client.get(f"{APP}remove/").status_code == 200
    assert client.post(f"{APP}remove/").status_code == 302
    assert not Authenticator.objects.exists()
    assert "Set up a second factor" in client.get("/accounts/second-factor/").content.decode()


def test_writes_to_a_session_do_not_prolong_it(key, client, settings):
    settings.SESSION_COOKIE_AGE = 3600
    give_password(client)
    client.post(CODE, {"code": code_now(key)})
    end = client.session.get_expiry_date()
    assert abs(end - database_time() - timedelta(hours=1)) < timedelta(minutes=1)
    client.get(APP)
    session = client.session
    session["written"] = "later"
    session.save()
    assert client.session.get_expiry_date() == end
    assert Session.objects.get(session_key=session.session_key).expire_date == end


def test_a_session_that_waits_for_the_code_ends_soon(key, client):
    give_password(client)
    assert client.session.get_expiry_age() == 900


def test_djangos_signal_is_sent_once_the_sign_in_is_complete(key, client):
    told = []
    user_logged_in.connect(tell := lambda user, **_: told.append(user.username))
    give_password(client)
    assert told == []
    client.post(CODE, {"code": code_now(key)})
    user_logged_in.disconnect(tell)
    assert told == [NAME]


def test_the_admin_links_to_the_second_factor(ann, client):
    client.force_login(ann)
    assert 'href="/accounts/second-factor/"' in client.get("/admin/").content.decode()
