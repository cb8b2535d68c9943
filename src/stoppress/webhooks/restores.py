"""After a restored backup, send each endpoint a reset message before anything else."""

from typing import Any

from django.db import router

from stoppress.live.backups.signals import restored
from stoppress.live.clock import database_time

from .models import Endpoint


def note_restore(using: str, **_: Any) -> None:
    """Have a reset message sent to every endpoint; to a disabled one when it is enabled."""
    if using == router.db_for_write(Endpoint):
        Endpoint.objects.using(using).update(history_changed=database_time(using))


restored.connect(note_restore)
