"""The audit is append-only."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from stoppress.newsroom.models import AuditEntry

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_an_entry_is_neither_changed_nor_deleted():
    made = AuditEntry.objects.create(time=NINE, act="signed_in", actor_kind="user", actor="ann")
    entries = AuditEntry.objects.all()
    made.actor = "ben"
    for change in (
        made.save,
        made.delete,
        entries.delete,
        lambda: entries.update(actor="ben"),
        lambda: entries.bulk_update([made], ["actor"]),
        lambda: entries.update_or_create(pk=made.pk, defaults={"actor": "ben"}),
        lambda: entries.bulk_create(
            [made], update_conflicts=True, update_fields=["actor"], unique_fields=["id"]
        ),
    ):
        with pytest.raises(TypeError, match="An audit entry is never"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry(pk=made.pk, time=NINE, act="signed_out", actor_kind="user", actor="ben").save()
    assert AuditEntry.objects.values_list("actor", "act").get() == ("ann", "signed_in")
