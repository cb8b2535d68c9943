"""Make an installation ready: settings, data directory, secret key, database."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def load() -> None:
    """Load Django with the site's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoppress.site.settings")
    django.setup()


def prepare() -> None:
    """Load Django and bring the database up to date; starts from an empty data directory."""
    load()
    with _one_process_at_a_time(settings.DATA):
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _one_process_at_a_time(directory: Path) -> Iterator[None]:
    """Let the processes that start together migrate one after another."""
    with open(directory / ".prepare.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
