"""`backup FILE`: copy the database while it is in use."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from stoppress.live.backups.backup import back_up
from stoppress.live.backups.signals import backed_up
from stoppress.live.backups.sqlite_files import BackupError, database_file, require_database
from stoppress.live.database import log_database
from stoppress.live.management.meter import Meter
from stoppress.live.management.stopping import stopped_in_order


class Command(BaseCommand):
    help = "Copy the database into a new file, while readers read and publishers publish."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the backup file, which must not exist yet")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        alias = log_database()
        if connections[alias].vendor == "postgresql":
            raise CommandError(
                "The database is PostgreSQL: back it up with PostgreSQL's own program, "
                "pg_dump --format=custom --file=FILE DATABASE_URL"
            )
        tell = Meter(self.stderr.write)
        target = file.absolute()
        try:
            require_database(alias)
            with stopped_in_order():
                contents = back_up(
                    database_file(alias), target, lambda percent: tell(f"{percent} % copied")
                )
        except BackupError as error:
            raise CommandError(str(error)) from error
        backed_up.send(type(self), file=target, using=alias)
        self.stdout.write(
            f"{target} holds the database: {contents}. Keep it as safe as the database itself. "
            "Files beside the database (media, the secret key) are not in it: copy them now, after "
            "it, so that no picture that it names is missing."
        )
