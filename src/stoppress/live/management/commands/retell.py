"""`retell STREAM…`: send every reader of some streams what they hold now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stoppress.live.errors import StreamBusy, UnknownStream
from stoppress.live.log.retelling import retell_stream
from stoppress.live.protocol.names import OWN
from stoppress.live.publishing.registry import check_stream


class Command(BaseCommand):
    help = (
        "Send every reader a snapshot of some streams, after a change of templates or of data that "
        "nothing published. The streams' events are deleted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("streams", nargs="+", metavar="STREAM", help="such as section:world")

    def handle(self, *args: Any, streams: list[str], **options: Any) -> None:
        try:
            for name in streams:
                check_stream(name)
        except UnknownStream as error:
            raise CommandError(f"{error} Nothing was done.") from error
        for name in streams:
            if name.startswith(OWN):
                raise CommandError(f"{name} has no items: it is a stream of stoppress.live itself.")
        for name in streams:
            try:
                retell_stream(name)
            except StreamBusy as error:
                raise CommandError(f"{name} was not retold: {error}") from error
            self.stdout.write(f"{name} is told anew to every reader.")
