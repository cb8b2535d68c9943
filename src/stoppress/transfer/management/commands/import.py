"""`import FILE`: read a paper's articles, pictures and histories from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stoppress.live.management.meter import Meter
from stoppress.live.management.stopping import stopped_in_order
from stoppress.transfer.format import CannotImport, Options
from stoppress.transfer.formats import FORMATS, format_of


class Command(BaseCommand):
    help = f"Import a file: {', '.join(each.name for each in FORMATS)}. The name does not matter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--media",
            type=Path,
            metavar="DIR",
            help="the directory with the pictures, if the file only names them",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="read and check the file; change nothing"
        )

    def handle(
        self, *args: Any, file: Path, media: Path | None, dry_run: bool, **options: Any
    ) -> None:
        try:
            kind = format_of(file)
            if media is not None and not kind.takes_media:
                raise CannotImport(f"{file} is {kind.name}, which does not use --media.")
            if media is not None and not media.is_dir():
                raise CannotImport(f"--media: {media} is not a directory.")
            with stopped_in_order():
                for line in kind.load(file, Options(media, dry_run), Meter(self.stderr.write)):
                    self.stdout.write(line)
        except CannotImport as error:
            raise CommandError(str(error)) from error
