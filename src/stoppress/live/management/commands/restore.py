"""`restore FILE`: put a backup back, under a running server too."""

import math
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from stoppress.live.backups.restoring import Restored, restore
from stoppress.live.backups.sqlite_files import BackupError
from stoppress.live.database import log_database
from stoppress.live.management.meter import Meter

# Keys of withdrawn items that are listed; the rest is counted.
_LISTED = 50


class Command(BaseCommand):
    help = "Put a backup back: its contents become the database's, in one commit."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` has made")
        parser.add_argument(
            "--wait",
            type=_seconds,
            default=30.0,
            metavar="SECONDS",
            help="how long to wait for others who write (default: 30)",
        )

        parser.add_argument(
            "--accept-triggers",
            action="store_true",
            help="take triggers, views and virtual tables that the database in use has not",
        )

    def handle(self, *args: Any, file: Path, wait: float, **options: Any) -> None:
        alias = log_database()
        if connections[alias].vendor == "postgresql":
            raise CommandError(
                "The database is PostgreSQL: restore it with its own program, pg_restore --clean "
                "--if-exists --single-transaction --dbname=DATABASE_URL FILE; readers are then "
                "given a fresh snapshot by themselves. Nothing was changed."
            )
        tell = Meter(self.stderr.write)
        try:
            restored = restore(
                file.absolute(),
                alias,
                wait=wait,
                say=self.stderr.write,
                progress=lambda percent: tell(f"{percent} % written"),
                accept_triggers=options["accept_triggers"],
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        self._report(file, restored)

    def _report(self, file: Path, restored: Restored) -> None:
        self.stdout.write(f"{file} is restored: {restored.contents}.")
        if restored.kept:
            self.stdout.write(f"What was there before is in {restored.kept}.")
        self.stdout.write(
            "Every open page of what has changed is given a fresh snapshot at once. Accounts, "
            "passwords, sessions and API tokens are those of the backup: take away again what was "
            "taken away since."
        )
        withdrawn = restored.withdrawn
        if withdrawn:
            more = len(withdrawn) - _LISTED
            listed = ", ".join(withdrawn[:_LISTED]) + (f" and {more} more" if more > 0 else "")
            self.stdout.write(
                f"Withdrawn since the backup was made, and as it was then again: {listed}. "
                "Withdraw them once more."
            )


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < math.inf:
        raise ArgumentTypeError(f"it is a number of seconds, 0 or more, and not {text!r}")
    return number
