"""Acts that anybody can repeat fill no table."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stoppress.newsroom.auditing import Actor, Thing, record_bounded
from stoppress.newsroom.auditing.bounded import DAY, Remembered, written
from stoppress.newsroom.models import AuditEntry
from tests.newsroom.auditing.entries import told

Act, Kind = AuditEntry.Act, AuditEntry.ActorKind


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    written.forget()


def stranger(n: int = 1) -> Actor:
    return Actor(Kind.NOBODY, "", f"192.0.2.{n}")


def earlier(hours: float) -> None:
    """Make the entries older, as if the time had passed."""
    for entry in AuditEntry.objects.all():
        once = entry.once and entry.once[:-13] + "2000-01-01T00"
        values = [entry.time - timedelta(hours=hours), once, entry.pk]
        with connection.cursor() as database:
            sql = "UPDATE newsroom_auditentry SET time = %s, once = %s WHERE id = %s"
            database.execute(sql, values)
    written.forget()


@pytest.mark.django_db(transaction=True)
def test_a_key_makes_one_entry_an_hour_and_no_further_query():
    with CaptureQueriesContext(connection) as asked:
        for n in range(1000):
            record_bounded(Act.TOKEN_REFUSED, actor=stranger(), most=5, key="a")
            if not n:
                first = len(asked)
    assert len(asked) == first
    written.forget()  # as another process
    record_bounded(Act.TOKEN_REFUSED, actor=stranger(), most=5, key="a")
    assert AuditEntry.objects.count() == 1
    earlier(hours=1)
    record_bounded(Act.TOKEN_REFUSED, actor=stranger(), most=5, key="a")
    assert AuditEntry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_last_entry_of_too_many_keys_mentions_the_omitted_ones():
    for n in range(1000):
        record_bounded(Act.TOKEN_REFUSED, actor=stranger(n % 250), most=5, key=str(n))
    assert told() == ["nobody: token_refused"] * 5 + ["nobody: left_out (Token refused)"]
    record_bounded(Act.NO_SUCH_ACCOUNT, actor=stranger(), most=5, key="a")
    assert AuditEntry.objects.count() == 7  # another act has its own bound
    earlier(hours=1)
    record_bounded(Act.TOKEN_REFUSED, actor=stranger(), most=5, key="a")
    assert AuditEntry.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_each_user_has_a_separate_bound_and_each_call_counts():
    ann, ben = Actor(Kind.USER, "ann"), Actor(Kind.USER, "ben")
    for _ in range(5):
        record_bounded(Act.SIGNED_IN, actor=ann, most=3)
    record_bounded(Act.SIGNED_IN, actor=ben, most=3)
    assert told() == [
        *["ann: signed_in"] * 3,
        "ann: left_out (Signed in)",
        "ben: signed_in",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_flood_on_one_account_hides_no_failure_on_another():
    ann, ben = Thing("user", "1", "ann"), Thing("user", "2", "ben")
    for n in range(5):
        record_bounded(Act.SIGN_IN_FAILED, ann, actor=stranger(n), most=3, key=f"1 {n}")
    record_bounded(Act.SIGN_IN_FAILED, ben, actor=stranger(), most=3, key="2")
    assert told() == [
        *["nobody: sign_in_failed ann"] * 3,
        "nobody: left_out ann (Sign-in failed: wrong password)",
        "nobody: sign_in_failed ben",
    ]


@pytest.mark.django_db
def test_a_day_begins_at_midnight():
    record_bounded(Act.TOKEN_USED, actor=stranger(), most=5, key="a", span=DAY)
    assert AuditEntry.objects.get().once == f"token_used a {timezone.now():%Y-%m-%d}T00"


@pytest.mark.django_db
def test_a_rolled_back_entry_is_not_remembered(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():
        record_bounded(Act.TOKEN_USED, actor=stranger(), most=5, key="a")
    assert not [key for key in written._keys if "token_used" in key]


def test_a_process_remembers_only_the_newest_keys():
    remembered = Remembered(most=2)
    for key in "abc":
        remembered.add(key)
    assert [key in remembered for key in "abc"] == [False, True, True]
