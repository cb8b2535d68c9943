import logging
from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.core.management import call_command
from django.utils import timezone

from stoppress.cli.doctor import LOCKS_SHOWN, _signing_in
from stoppress.site.signing_in.locks import Lock, locks, slowed_seconds

from .editor import LOGIN, NAME, RIGHT, form, sign_in

MOST = 3


@pytest.fixture(autouse=True)
def three_failures(settings) -> None:
    settings.AXES_FAILURE_LIMIT = MOST


def fail(address: str = "192.0.2.1", name: str = NAME) -> None:
    for _ in range(MOST):
        sign_in(name, address=address)


def test_an_account_is_locked_for_the_address_that_failed(ann):
    assert [sign_in().status_code for _ in range(MOST)] == [200, 200, 429]
    answer = sign_in(password=RIGHT)
    assert answer.status_code == 429
    assert b">Stop Press</a>" in answer.content
    assert 880 < int(answer["Retry-After"]) <= 900
    assert "no-store" in answer["Cache-Control"]
    assert "15 minutes" in answer.content.decode()


def test_an_account_is_not_locked_for_another_address(ann):
    fail()
    assert sign_in(password=RIGHT, address="192.0.2.2").status_code == 302


def test_another_account_of_the_address_is_not_locked(ann):
    fail(name="bob")
    assert sign_in(password=RIGHT).status_code == 302


def test_an_unknown_name_is_locked_in_the_same_way(ann):
    assert [sign_in("nobody").status_code for _ in range(MOST + 1)] == [200, 200, 429, 429]


def test_another_browser_counts_as_the_same_address(ann, client):
    for n in range(MOST):
        client.post(
            LOGIN, form(NAME, "wrong"), headers={"user-agent": str(n)}, REMOTE_ADDR="192.0.2.1"
        )
    assert sign_in(password=RIGHT).status_code == 429


def test_a_lock_ends_by_itself_and_tries_do_not_prolong_it(ann, settings):
    fail()
    before = AccessAttempt.objects.get().attempt_time
    sign_in()
    assert AccessAttempt.objects.get().attempt_time == before
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME)
    assert sign_in(password=RIGHT).status_code == 302


def test_a_lock_is_logged_in_one_line(ann, caplog):
    name = "an\nn" + "x" * 100
    with caplog.at_level(logging.WARNING):
        for _ in range(MOST + 3):
            sign_in(name, "s3cret")
    [told] = [r.getMessage() for r in caplog.records if r.name.startswith("stoppress")]
    assert told.startswith("signing in as 'an\\nnxxx") and "192.0.2.1" in told
    assert "\n" not in told and len(told) < 200 and "s3cret" not in told


def test_the_list_of_locks_names_accounts_and_the_command_to_unlock(ann, capsys):
    fail()
    fail("192.0.2.9", "odd; name")
    sign_in(address="192.0.2.5")
    newest, oldest = locks(timezone.now())
    assert (oldest.account, oldest.address) == (NAME, "192.0.2.1")
    assert "axes_reset_username -- 'odd; name'" in str(newest)
    call_command("axes_reset_username", "--", NAME)
    assert sign_in(password=RIGHT).status_code == 302


def test_the_doctor_names_some_locks_and_counts_the_rest(ann, capsys, settings):
    settings.AXES_FAILURE_LIMIT = 1
    for number in range(LOCKS_SHOWN + 3):
        sign_in(f"editor{number}")
    assert list(_signing_in()) == []
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == LOCKS_SHOWN + 1 and "'editor22' is locked" in lines[0]
    assert lines[-1].startswith("  3 more locks")


def test_a_name_unsafe_in_a_shell_is_unlocked_with_the_option_all():
    lock = Lock("\x1b[31mred", "::", timezone.now())
    assert str(lock).endswith("unlock: stoppress manage axes_reset")
    assert "\x1b" not in str(lock) and "a socket file" in str(lock)


def test_failures_from_other_addresses_slow_an_account(ann, rf, settings):
    settings.AXES_FAILURE_LIMIT = MOST

    def slowed(address: str) -> float:
        return slowed_seconds(rf.post(LOGIN, form(NAME, "x"), REMOTE_ADDR=address))

    assert slowed("192.0.2.1") == 0.0
    fail()
    assert slowed("192.0.2.1") == 0.0  # its own failures lock it
    assert slowed("192.0.2.2") == 1.0
    fail("192.0.2.2")
    assert slowed("192.0.2.3") == 2.0
    AccessAttempt.objects.update(failures_since_start=10_000)
    assert slowed("192.0.2.3") == 10.0
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(hours=1))
    assert slowed("192.0.2.3") == 0.0


def test_a_field_of_another_form_changes_nothing(ann, rf):
    fail()
    sent = {**form(NAME, "x"), "login": "zz"}
    assert slowed_seconds(rf.post(LOGIN, sent, REMOTE_ADDR="192.0.2.2")) == 1.0


def test_a_form_that_cannot_be_read_is_not_slowed(rf, db):
    request = rf.generic("POST", LOGIN, b"--x\r\n", content_type="multipart/form-data; boundary=")
    assert slowed_seconds(request) == 0.0


def test_without_the_throttle_nothing_is_locked(ann, settings):
    settings.AXES_ENABLED = False
    assert {sign_in().status_code for _ in range(MOST + 2)} == {200}
    assert not AccessAttempt.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a\0b", "a\ud800"])
def test_an_unknown_name_is_not_looked_up(rf, name, django_assert_num_queries):
    request = rf.post(LOGIN)
    request.POST = {"username": name}
    with django_assert_num_queries(0):
        assert slowed_seconds(request) == 0.0


@pytest.fixture
def fast_axes(fast_machine, monkeypatch) -> timedelta:
    """Set this process's clock ahead for axes too, which has imported it."""
    monkeypatch.setattr("axes.handlers.proxy.now", timezone.now)  # of the fast machine
    return fast_machine


@pytest.mark.backend("postgres")
def test_a_lock_that_a_fast_machine_sets_ends_no_later(ann, fast_axes, settings):
    settings.AXES_COOLOFF_TIME = fast_axes / 2
    fail()
    now = datetime.now(UTC)  # of the machine under the test
    [lock] = locks(now)
    assert lock.until <= now + settings.AXES_COOLOFF_TIME
    assert 290 < int(sign_in(password=RIGHT)["Retry-After"]) <= 300


@pytest.mark.backend("postgres")
def test_a_lock_holds_on_a_fast_machine(ann, request, settings):
    fail()
    settings.AXES_COOLOFF_TIME = request.getfixturevalue("fast_axes") / 2
    assert sign_in(password=RIGHT).status_code == 429
