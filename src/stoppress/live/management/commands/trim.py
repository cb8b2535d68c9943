"""`trim [--keep N]`: delete the oldest events of every stream's log."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from stoppress.live import conf
from stoppress.live.management.meter import Meter
from stoppress.live.trimming import trim_streams

# More than a log can hold, and within what both databases count with.
_MOST = 10**15


class Command(BaseCommand):
    help = "Delete the oldest events of every stream, beyond KEEP_EVENTS and KEEP_HOURS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--keep",
            type=_count,
            metavar="N",
            help="keep the N newest events of each stream, whatever the settings say",
        )

    def handle(self, *args: Any, keep: int | None, **options: Any) -> None:
        trimmed = 0
        tell = Meter(self.stderr.write)

        def progress(stream: str, gone: int) -> None:
            nonlocal trimmed
            trimmed += gone
            tell(f"{trimmed} events so far, now at {stream}")

        count = trim_streams(
            timezone.now(),
            keep_events=keep,
            keep_hours=None if keep is None else 0,
            progress=progress,
        )
        self.stdout.write(f"{count} events were trimmed. Kept of each stream: {_kept(keep)}.")


def _kept(keep: int | None) -> str:
    if keep is not None:
        return f"the newest {keep}"
    events, hours = conf.whole("KEEP_EVENTS"), conf.get("KEEP_HOURS")
    return f"the newest {events} and all of the last {hours:g} hours"


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= _MOST:
        raise ArgumentTypeError("it counts events: 0 or more")
    return number
