"""`follow URL [--section SLUG] [--token-file F [--all]]`: add a source and poll it once."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stoppress.ingest.follow import CannotFollow, follow
from stoppress.ingest.papers.adding import follow_paper
from stoppress.live.management.stopping import stopped_in_order
from stoppress.live.shown_url import shown_url
from stoppress.newsroom.models import Section


class Command(BaseCommand):
    help = (
        "Follow an RSS or Atom feed, or another Stop Press: add it as a source, and publish what "
        "it has now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the feed's address (http, https or file), or the paper's")
        parser.add_argument("--section", metavar="SLUG", help="the section its stories go to")
        parser.add_argument(
            "--token-file",
            metavar="FILE",
            help="a file with a token of another Stop Press, which is followed from then on",
        )
        parser.add_argument(
            "--all", action="store_true", help="take in all that the other paper ever published"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        section = self._section(options["section"])
        url = options["url"].strip()
        if options["token_file"] is not None:
            self._follow_paper(url, section, options["token_file"], options["all"])
            return
        if options["all"]:
            raise CommandError("--all is for another paper: give its --token-file too.")
        try:
            with stopped_in_order():
                source, polled = follow(url, section, local_files=True)
        except CannotFollow as error:
            raise CommandError(f"{shown_url(url)}: {error}") from error
        self.stdout.write(f"{shown_url(url)} is '{source.title}': {polled.outcome}")

    def _follow_paper(
        self, url: str, section: Section | None, token_file: str, whole: bool
    ) -> None:
        path = str(Path(token_file).absolute())
        try:
            with stopped_in_order():
                source, tally = follow_paper(url, path, section, whole=whole)
        except CannotFollow as error:
            raise CommandError(f"{shown_url(url)}: {error}") from error
        done = f"{tally.read} taken in; {tally.phrase()}; " if tally else "as before; "
        self.stdout.write(f"{shown_url(source.url)}: {done}the background worker goes on from here")

    def _section(self, slug: str | None) -> Section | None:
        if slug is None:
            return None
        found = Section.objects.filter(slug=slug).first()
        if found is None:
            slugs = ", ".join(Section.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no section '{slug}'; there are: {slugs}.")
        return found
