"""`trim [--keep N]`: delete the oldest events of every stream's log, and all of quiet streams."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from stoppress.live import conf
from stoppress.live.backups.sqlite_files import BackupError, require_database
from stoppress.live.clock import database_time
from stoppress.live.database import log_database
from stoppress.live.log.removing import remove_gone_heads
from stoppress.live.log.trimming import trim_streams
from stoppress.live.management.meter import Meter
from stoppress.live.publishing.registry import is_gone

# More than a log can hold, and within the integers of both databases.
_MOST = 10**15
# Most remaining streams that are listed; the rest are counted.
_LISTED = 20


class Command(BaseCommand):
    help = (
        "Delete the oldest events of every stream, beyond KEEP_EVENTS and KEEP_HOURS, and all of "
        "streams that had none for KEEP_QUIET_DAYS. Remove the heads of streams that are gone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--keep",
            type=_count,
            metavar="N",
            help="keep the N newest events of each stream, whatever the settings say",
        )

    def handle(self, *args: Any, keep: int | None, **options: Any) -> None:
        trimmed = removed = 0
        left: list[str] = []
        tell = Meter(self.stderr.write)
        try:
            require_database(log_database())
        except BackupError as error:
            raise CommandError(str(error)) from error

        def progress(stream: str, gone: int) -> None:
            nonlocal trimmed
            trimmed += gone
            tell(f"{trimmed} events so far, now at {stream}")

        try:
            count = trim_streams(
                database_time(),
                keep_events=keep,
                keep_hours=None if keep is None else 0,
                keep_quiet_days=None if keep is None else 0,
                progress=progress,
                left=left.append,
            )
            for step in remove_gone_heads(is_gone) if not left else ():
                removed += step.heads
                tell(f"{trimmed} events so far; {removed} heads removed, now at {step.stream}")
        except DatabaseError as error:
            raise CommandError(
                f"{trimmed} events were trimmed, then the database reported: {_line(error)}. "
                "Deleting needs some free space on the disk. If a table or column is missing, "
                "run `stoppress manage migrate` first."
            ) from error
        except KeyboardInterrupt:
            self.stderr.write(f"Interrupted. {trimmed} events were trimmed; the next trim goes on.")
            raise
        if left:
            more = f" and {len(left) - _LISTED} more" if len(left) > _LISTED else ""
            raise CommandError(
                f"{count} events were trimmed. Not trimmed, because their lock is held: "
                f"{', '.join(left[:_LISTED])}{more}. Try again later."
            )
        gone = f" Removed heads of streams that are gone: {removed}." if removed else ""
        self.stdout.write(f"{count} events were trimmed. Kept of each stream: {_kept(keep)}.{gone}")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


def _kept(keep: int | None) -> str:
    if keep == 0:
        return "no event"
    if keep is not None:
        return f"the newest {keep}"
    events, hours = conf.whole("KEEP_EVENTS"), conf.get("KEEP_HOURS")
    quiet_days = conf.get("KEEP_QUIET_DAYS")
    but = f", but none where no event came for {quiet_days:g} days" if quiet_days else ""
    return f"the newest {events} and all of the last {hours:g} hours{but}"


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 0 <= number <= _MOST:
        raise ArgumentTypeError(f"must be a whole number, 0 or more; it is {text!r}")
    return number
