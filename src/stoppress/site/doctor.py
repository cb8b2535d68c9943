"""`stoppress doctor`: say in words what is wrong with this installation."""

import os
import shutil
from collections.abc import Iterator

from django.conf import settings
from django.core.checks import Error, run_checks
from django.db import DatabaseError, connection
from django.utils import timezone

from stoppress.live.backups.sqlite_files import BackupError, require_database
from stoppress.live.models import StreamHead

from .signing_in.locks import locks

FREE_BYTES = 256 * 1024 * 1024


def examine(new: bool) -> int:
    """Print what is wrong, a line each; return 1 where something is, else 0.

    Args:
        new: there was no installation before this command.
    """
    if new:
        print(f"  There was no installation in {settings.DATA}: this one is new and empty.")
    return _tell([*_settings(), *_data_directory(), *_database(), *_signing_in()])


def _tell(wrong: list[str]) -> int:
    for complaint in wrong:
        print(f"✗ {complaint}")
    if not wrong:
        print("✓ Nothing is wrong that can be seen from here.")
    return 1 if wrong else 0


def _settings() -> Iterator[str]:
    for message in run_checks():
        if message.level >= Error("").level or (message.id or "").startswith("stoppress."):
            yield f"{message.msg} {message.hint or ''}".strip()
    if settings.DEBUG:
        yield "STOPPRESS_DEBUG is on: errors show readers the source. Turn it off."


def _database() -> Iterator[str]:
    try:
        require_database(connection.alias)
        streams = StreamHead.objects.count()
    except (BackupError, DatabaseError) as error:
        yield f"The database cannot be read: {' '.join(str(error).split())}"
        return
    print(f"  {connection.vendor} database, {streams} streams written to, data in {settings.DATA}")


def _signing_in() -> Iterator[str]:
    if not settings.AXES_ENABLED:
        yield (
            "STOPPRESS_LOGIN_FAILURES is 0: passwords can be guessed without end. Leave it out, "
            "or set it to 10."
        )
        return
    try:
        # No fault of the installation's, and often the very reason to ask.
        for lock in locks(timezone.now()):
            print(f"  {lock}")
    except DatabaseError:
        return  # that it cannot be read was said


def _data_directory() -> Iterator[str]:
    if not os.access(settings.DATA, os.W_OK):
        yield f"{settings.DATA} cannot be written to: give it to the user who runs Stop Press."
    free = shutil.disk_usage(settings.DATA).free
    if free < FREE_BYTES:
        yield f"{settings.DATA} has {free // 2**20} MiB free: publishing fails when it is full."
