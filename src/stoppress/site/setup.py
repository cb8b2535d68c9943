"""Prepare an installation: settings, data directory, secret key, database."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from . import env
from .private_files import close_to_others

SETTINGS = "stoppress.site.settings"


def load() -> None:
    """Load Django with the site's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


def prepare(close: bool = True) -> None:
    """Load Django and migrate the database; the data directory may be empty.

    Args:
        close: make existing files private to their owner.
    """
    load()
    if close:
        close_to_others()
    with _one_process_at_a_time(settings.DATA):
        call_command("migrate", verbosity=0, interactive=False)


def missing() -> Path | None:
    """Return the data directory if it holds no installation yet, else None.

    Call this before the settings are loaded, which creates the directory and a key. It returns
    None too where another settings module or DATABASE_URL is in use, which it cannot judge.
    """
    if os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS) != SETTINGS or env.text("DATABASE_URL"):
        return None
    data = Path(env.text("STOPPRESS_DATA", "./data")).resolve()
    return None if (data / "stoppress.sqlite3").exists() else data


@contextmanager
def _one_process_at_a_time(directory: Path) -> Iterator[None]:
    """Hold a lock, so that processes which start together migrate one after another."""
    try:
        lock = (directory / ".prepare.lock").open("w")
    except OSError as error:
        raise ImproperlyConfigured(f"STOPPRESS_DATA: cannot write to it: {error}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
