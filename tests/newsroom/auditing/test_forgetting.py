"""Entries that are too old are deleted, a few at a time."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from stoppress.live.clock import database_time
from stoppress.newsroom.auditing import forget_old_entries, forgetting
from stoppress.newsroom.models import AuditEntry

pytestmark = pytest.mark.django_db


def entry(days: float) -> AuditEntry:
    time = database_time() - timedelta(days=days)
    return AuditEntry.objects.create(time=time, act="signed_in", actor_kind="user", actor="ann")


def test_entries_are_kept_as_long_as_the_setting_demands(settings):
    for days in (0, 729.9, 730.1, 10_000):
        entry(days)
    settings.STOPPRESS_AUDIT_DAYS = 0
    assert not forget_old_entries(database_time())
    assert AuditEntry.objects.count() == 4
    settings.STOPPRESS_AUDIT_DAYS = 10**9
    assert not forget_old_entries(database_time())
    assert AuditEntry.objects.count() == 4
    del settings.STOPPRESS_AUDIT_DAYS
    assert not forget_old_entries(database_time())
    assert AuditEntry.objects.count() == 2


def test_a_bounded_number_of_entries_is_deleted_at_once_the_oldest_first(monkeypatch):
    monkeypatch.setattr(forgetting, "BATCH", 2)  # 500 rows would make the test slow
    kept = entry(1000)
    for days in (1001, 1002):
        entry(days)
    assert forget_old_entries(database_time())
    assert list(AuditEntry.objects.all()) == [kept]
    assert not forget_old_entries(database_time())
    assert not AuditEntry.objects.exists()


def test_deleting_a_user_deletes_no_entry():
    user = User.objects.create_user("ann")
    user.delete()
    assert {entry.object_name for entry in AuditEntry.objects.all()} == {"ann"}
