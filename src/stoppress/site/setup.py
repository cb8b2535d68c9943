"""Make an installation ready: settings, data directory, secret key, database."""

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
    """Load Django and bring the database up to date; starts from an empty data directory.

    Args:
        close: take away what others may do to the files that are there.
    """
    load()
    if close:
        close_to_others()
    with _one_process_at_a_time(settings.DATA):
        call_command("migrate", verbosity=0, interactive=False)


def missing() -> Path | None:
    """Return the data directory in which no installation is yet; None where there is one.

    Loading the settings makes the directory and a key: this is asked before. Settings of another
    module, or a database that DATABASE_URL names, are not for it to judge.
    """
    if os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS) != SETTINGS or env.text("DATABASE_URL"):
        return None
    data = Path(env.text("STOPPRESS_DATA", "./data")).resolve()
    return None if (data / "stoppress.sqlite3").exists() else data


@contextmanager
def _one_process_at_a_time(directory: Path) -> Iterator[None]:
    """Let the processes that start together migrate one after another."""
    try:
        lock = (directory / ".prepare.lock").open("w")
    except OSError as error:
        raise ImproperlyConfigured(f"STOPPRESS_DATA: cannot write to it: {error}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
