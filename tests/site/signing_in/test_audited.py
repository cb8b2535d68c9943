"""Sign-ins and failures are in the audit; failures only so many."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.test import Client

from stoppress.newsroom.auditing.bounded import written
from stoppress.newsroom.models import AuditEntry
from stoppress.site.signing_in import audited
from tests.newsroom.auditing.entries import new_entries

from .editor import NAME, RIGHT, sign_in


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    written.forget()


def rows() -> str:
    return str(list(AuditEntry.objects.values()))


def test_a_sign_in_and_a_sign_out_are_recorded_with_the_address(ann):
    with new_entries() as made:
        client = Client(REMOTE_ADDR="192.0.2.1")
        client.post("/admin/login/", {"username": NAME, "password": RIGHT})
        assert client.get("/admin/").status_code == 200
        client.post("/admin/logout/")
        client.post("/admin/logout/")
    assert made == ["ann: signed_in ann", "ann: signed_out ann"]
    entries = AuditEntry.objects.filter(act__startswith="signed_")
    assert {entry.address for entry in entries} == {"192.0.2.1"}
    assert RIGHT not in rows()


def test_failures_are_recorded_once_an_hour_for_each_address_and_so_is_a_lock(ann, settings):
    settings.AXES_FAILURE_LIMIT = 3
    with new_entries() as made:
        for _ in range(6):
            sign_in(password="hunter2")
        sign_in(address="192.0.2.2", password="hunter2")
    assert made == [
        "nobody: sign_in_failed ann",
        "nobody: locked ann",
        "nobody: sign_in_failed ann",
    ]
    assert "hunter2" not in rows()


def test_the_name_of_an_unknown_account_is_not_stored(ann, settings):
    settings.AXES_FAILURE_LIMIT = 2
    with new_entries() as made:
        for typed in ("hunter2", "hunter2", "hunter2 \0", "hunter2\n", "h" * 5000):
            sign_in(typed)
    assert made == ["nobody: no_such_account"]
    assert "hunter2" not in rows()


def test_a_name_is_known_as_the_form_reads_it(ann):
    with new_entries() as made:
        sign_in(" ａｎｎ ")
    assert made == ["nobody: sign_in_failed ann"]


@pytest.mark.backend("sqlite", long="postgres")
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_failures_are_a_bounded_number_of_entries(ann, rf):
    def fail(n: int, name: str) -> None:
        request = rf.post("/", REMOTE_ADDR=f"10.0.{n >> 8}.{n & 255}")
        audited.failed({"username": name}, request)

    for n in range(10_000):
        fail(n, f"nobody {n}")
    fail(1, NAME)  # is not lost among the others
    most = audited.FAILURES
    assert AuditEntry.objects.filter(act="no_such_account").count() == most
    assert AuditEntry.objects.filter(act="left_out").count() == 1
    failures = AuditEntry.objects.filter(act="sign_in_failed")
    assert failures.count() == 1
    for n in range(audited.FAILURES_OF_ONE + 5):
        fail(n, NAME)
    User.objects.create_user("ben")
    fail(1, "ben")
    names = list(failures.values_list("object_name", flat=True))
    assert (names.count(NAME), names.count("ben")) == (audited.FAILURES_OF_ONE, 1)


def test_recorded_sign_ins_of_one_user_are_bounded_too(ann, rf):
    request = rf.post("/")
    for _ in range(audited.OWN + 5):
        audited.signed_in(request, ann)
    entries = AuditEntry.objects.filter(actor=NAME)
    assert entries.filter(act="signed_in").count() == audited.OWN
    assert entries.filter(act="left_out").count() == 1


def test_a_command_that_asks_for_a_password_is_no_sign_in(ann):
    with new_entries() as made:
        assert authenticate(username=NAME, password="wrong") is None
    assert made == []
