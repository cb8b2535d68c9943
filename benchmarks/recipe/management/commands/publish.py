"""Publish an article for each number on standard input, as an editor's save does."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from benchmarks.article import article
from benchmarks.recipe.writing import write_article


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        print("ready", flush=True)
        for line in sys.stdin:
            number = int(line)
            write_article(number, str(article(number)["headline"]))
