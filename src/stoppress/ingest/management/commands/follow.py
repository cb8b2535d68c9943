"""`follow URL [--section SLUG]`: add a source and poll it once."""

import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stoppress.ingest.follow import CannotFollow, follow
from stoppress.live.shown_url import shown_url
from stoppress.newsroom.models import Section


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """Make SIGTERM raise an exception, so that an interrupted poll gives its turn back."""
    before = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Command(BaseCommand):
    help = "Follow an RSS or Atom feed: add it as a source, and publish its present entries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the feed's address (http, https or file)")
        parser.add_argument("--section", metavar="SLUG", help="the section its stories go to")

    def handle(self, *args: Any, **options: Any) -> None:
        section = self._section(options["section"])
        url = options["url"].strip()
        try:
            with stopped_in_order():
                source, polled = follow(url, section, local_files=True)
        except CannotFollow as error:
            raise CommandError(f"{shown_url(url)}: {error}") from error
        self.stdout.write(f"{shown_url(url)} is '{source.title}': {polled.outcome}")

    def _section(self, slug: str | None) -> Section | None:
        if slug is None:
            return None
        found = Section.objects.filter(slug=slug).first()
        if found is None:
            slugs = ", ".join(Section.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no section '{slug}'; there are: {slugs}.")
        return found
