"""API tokens and their use are in the audit."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client

from stoppress.newsroom.auditing import tokens
from stoppress.newsroom.auditing.bounded import written
from stoppress.newsroom.models import ApiToken, AuditEntry
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.token_uses import resting
from tests.newsroom.staff import browser_of

from .entries import new_entries

TOKENS = "/admin/newsroom/apitoken/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    written.forget()
    resting.begin(0)


def call(secret: str, address: str = "192.0.2.1"):
    headers = {"Authorization": f"Bearer {secret}"}
    return Client().get("/api/articles", headers=headers, REMOTE_ADDR=address)


def test_tokens_of_the_admin_are_recorded_without_their_secrets():
    chief = browser_of(User.objects.create_superuser("vera"))
    with new_entries() as made:
        assert chief.post(f"{TOKENS}add/", {"name": "wire", "scope": "write"}).status_code == 200
        token = ApiToken.objects.get()
        old = token.digest
        chief.post(f"{TOKENS}{token.pk}/renew/", {"scope": "read", "days": "30"})
        token.refresh_from_db()
        chief.post(TOKENS, {"action": "revoke_selected", "_selected_action": [token.pk]})
    assert made == [
        "vera: token_made wire (write, no end)",
        f"vera: token_renewed wire (read, until {token.expires:%Y-%m-%d})",
        "vera: token_revoked wire",
    ]
    rows = str(list(AuditEntry.objects.values()))
    assert old not in rows and token.digest not in rows


def test_tokens_of_the_command_are_recorded():
    with new_entries() as made:
        for more in ((), ("--renew",), ("--revoke",)):
            call_command("token", "wire", *more, stdout=StringIO(), stderr=StringIO())
        token = ApiToken.objects.get()
        token.scope, token.revoked = Scope.READ, None  # by hand, in a shell
        token.save(update_fields=["scope", "revoked"])
        token.save()
        token.delete()
    assert made == [
        "command: token_made wire (publish, no end)",
        "command: token_renewed wire (publish, no end)",
        "command: token_revoked wire",
        "command: token_changed wire (read, no end)",
        "command: token_deleted wire",
    ]


def test_a_tokens_use_is_recorded_once_a_day_for_each_address():
    token, secret = ApiToken.issue("wire")
    with new_entries() as made:
        for address in ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2") * 3:
            assert call(secret, address).status_code == 200
    assert made == ["wire: token_used wire"] * 3
    used = AuditEntry.objects.filter(act="token_used").order_by("pk")
    addresses = [entry.address for entry in used]
    assert addresses == ["192.0.2.1", "192.0.2.2", "2001:db8::/64"]
    assert {entry.actor_kind for entry in used} == {"token"}
    with new_entries() as made:
        assert call(token.renew()).status_code == 200
    assert made[-1] == "wire: token_used wire"


def test_refused_tokens_are_recorded_once_an_hour_for_each_address_and_never_their_text():
    token, secret = ApiToken.issue("wire")
    token.revoke()
    with new_entries() as made:
        for _ in range(3):
            assert call("sp_hunter2").status_code == 401
            assert call(secret).status_code == 401
    assert made == [
        "nobody: token_refused (no such token)",
        "nobody: token_refused wire (was revoked)",
    ]
    assert "hunter2" not in str(list(AuditEntry.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_a_call_succeeds_on_a_read_only_database_and_the_next_does_not_wait(caplog):
    _, secret = ApiToken.issue("wire")
    tried = []

    def locked(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE")):
            tried.append(sql)
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with new_entries() as made, connection.execute_wrapper(locked):
        assert call(secret).status_code == 200
        assert call(secret).status_code == 200
        assert call("sp_wrong").status_code == 401
    assert len(tried) == 1 and "last_used" in tried[0] and made == []
    assert caplog.text.count("the use of a token is not recorded") == 1
    resting.begin(0)
    with new_entries() as made:
        assert call(secret).status_code == 200
    assert made == ["wire: token_used wire"]


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_wrong_tokens_from_as_many_addresses_are_a_hundred_entries(rf):
    for n in range(10_000):
        request = rf.get("/", REMOTE_ADDR=f"10.0.{n >> 8}.{n & 255}")
        tokens.token_refused(request, None)
    assert AuditEntry.objects.filter(act="token_refused").count() == tokens.REFUSALS
    assert AuditEntry.objects.filter(act="left_out").count() == 1
