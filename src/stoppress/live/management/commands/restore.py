"""`restore FILE`: restore a backup, also under a running server."""

import math
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from stoppress.live.backups.restoring import Restored, restore
from stoppress.live.backups.signals import restored as backup_restored
from stoppress.live.backups.sqlite_files import BackupError
from stoppress.live.database import log_database
from stoppress.live.management.meter import Meter
from stoppress.live.management.stopping import stopped_in_order

# Most keys of withdrawn items that are listed; the rest are counted.
_LISTED = 50


class Command(BaseCommand):
    help = "Restore a backup: its contents replace the database's, in one commit."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file made by `backup`")
        parser.add_argument(
            "--wait",
            type=_seconds,
            default=30.0,
            metavar="SECONDS",
            help="how long to wait for another process's write lock (default: 30)",
        )

        parser.add_argument(
            "--accept-triggers",
            action="store_true",
            help="also restore triggers, views and virtual tables that the database does not have",
        )

    def handle(self, *args: Any, file: Path, wait: float, **options: Any) -> None:
        alias = log_database()
        if connections[alias].vendor == "postgresql":
            raise CommandError(
                "The database is PostgreSQL: restore it with PostgreSQL's own pg_restore --clean "
                "--if-exists --single-transaction --dbname=DATABASE_URL FILE; readers then "
                "get a new snapshot by themselves. Nothing was changed."
            )
        tell = Meter(self.stderr.write)
        try:
            with stopped_in_order():
                restored = restore(
                    file.absolute(),
                    alias,
                    wait=wait,
                    report=self.stderr.write,
                    progress=lambda percent: tell(f"{percent} % written"),
                    accept_triggers=options["accept_triggers"],
                )
        except BackupError as error:
            raise CommandError(str(error)) from error
        backup_restored.send(type(self), file=file.absolute(), using=alias)
        self._report(file, restored)

    def _report(self, file: Path, restored: Restored) -> None:
        self.stdout.write(f"{file} is restored: {restored.contents}.")
        if restored.kept:
            self.stdout.write(f"The previous contents are in {restored.kept}.")
        self.stdout.write(
            "Open pages whose streams changed get a new snapshot at once. Accounts, "
            "passwords, sessions and API tokens are those of the backup: revoke again what was "
            "revoked since."
        )
        withdrawn = restored.withdrawn
        if withdrawn:
            more = len(withdrawn) - _LISTED
            listed = ", ".join(withdrawn[:_LISTED]) + (f" and {more} more" if more > 0 else "")
            self.stdout.write(
                f"These items were withdrawn after the backup and are now visible again: {listed}. "
                "Withdraw them again."
            )


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < math.inf:
        raise ArgumentTypeError(f"must be a number of seconds, 0 or more; it is {text!r}")
    return number
