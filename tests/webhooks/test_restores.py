"""A restored backup: every endpoint is told, before anything else."""

from pathlib import Path

import pytest

from stoppress.live.backups.signals import restored
from stoppress.webhooks.models import Endpoint


@pytest.mark.django_db
def test_every_endpoint_is_notified_of_a_restore_even_a_disabled_one(endpoint: Endpoint) -> None:
    Endpoint.objects.update(enabled=False)
    restored.send("test", file=Path("backup.sqlite3"), using="default")
    assert Endpoint.objects.get().history_changed is not None
