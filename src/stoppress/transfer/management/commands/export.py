"""`export FILE [--public] [--story ID]`: write the paper, or one story, into a new file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stoppress.live.backups.signals import backed_up
from stoppress.live.backups.sqlite_files import BackupError, new_file, words
from stoppress.live.database import log_database
from stoppress.live.management.meter import Meter
from stoppress.live.management.stopping import stopped_in_order
from stoppress.newsroom.pictures.storing import NotStored
from stoppress.transfer.archive.writing import Written, write_archive
from stoppress.transfer.story.writing import NoStory, write_story

_LISTED = 10


class Command(BaseCommand):
    help = "Write the whole paper, with its pictures, into a new file that `import` reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the new file, which must not exist yet")
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--public", action="store_true", help="only what readers see: no drafts, no users"
        )
        what.add_argument(
            "--story",
            type=int,
            metavar="ID",
            help="only this public story, as static files for any web server or disk",
        )

    def handle(
        self, *args: Any, file: Path, public: bool, story: int | None, **options: Any
    ) -> None:
        target, tell = file.absolute(), Meter(self.stderr.write)
        try:
            with (
                stopped_in_order(),
                words(f"{target} was not written"),
                new_file(target) as new,
            ):
                if story is not None:
                    told = write_story(new, story, tell)
                else:
                    written = write_archive(new, tell, public=public)
        except (BackupError, NoStory) as error:
            raise CommandError(str(error)) from error
        except NotStored as error:
            raise CommandError(f"The picture files cannot be read: {error}.") from error
        if story is not None:
            self.stdout.write(f"{target} holds {told}")
        else:
            self._report(target, written, public=public)

    def _report(self, target: Path, written: Written, *, public: bool) -> None:
        if not public:
            backed_up.send(type(self), file=target, using=log_database())
        counts = ", ".join(f"{name}: {count}" for name, count in written.rows.items() if count)
        self.stdout.write(
            f"{target} holds {counts or 'an empty paper'}; "
            f"picture files: {written.files} ({written.bytes >> 20} MiB)."
        )
        if written.missing:
            listed = ", ".join(written.missing[:_LISTED])
            more = len(written.missing) - _LISTED
            self.stdout.write(
                f"Picture files missing from the storage: {listed}"
                f"{f' and {more} more' if more > 0 else ''}."
            )
        if not public:
            self.stdout.write(
                "The file has drafts and notes: protect it like the database. It does not have "
                "passwords, tokens, the audit, or unsaved input of editors."
            )
