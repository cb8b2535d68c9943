"""Publish an article for each number on standard input, as an editor's save does."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from benchmarks.article import BYTES, WORDS, article, compact
from benchmarks.recipe.models import Article


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        print("ready", flush=True)
        for line in sys.stdin:
            number = int(line)
            written = Article(pk=number, headline=str(article(number)["headline"]))
            room = BYTES - len(compact(written.as_json()))
            written.body = (WORDS * (room // len(WORDS) + 1))[:room]
            written.save(force_insert=True)
