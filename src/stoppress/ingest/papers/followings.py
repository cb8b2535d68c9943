"""Follow all papers, each in a thread of its own: one that hangs harms no other."""

import time
from importlib import import_module
from threading import Thread

from django.db.models import Q
from django.db.models.functions import Now

from stoppress.ingest.models import Source

END_SECONDS = 10.0


class Followings:
    """Keeps a thread for each paper that is a source."""

    def __init__(self) -> None:
        self._threads: dict[int, Thread] = {}

    def look(self) -> None:
        """Begin to follow what is new, and end what is no longer a source."""
        # A paper that was just added is read by the command that added it.
        free = Q(polling_until=None) | Q(polling_until__lt=Now())
        papers = Source.objects.filter(kind=Source.Kind.PAPER)
        wanted = set(papers.values_list("pk", flat=True))
        for pk in self._threads.keys() - wanted:
            self._threads.pop(pk).end()  # type: ignore[attr-defined]
        for pk in papers.filter(free).values_list("pk", flat=True):
            if pk not in self._threads or not self._threads[pk].is_alive():
                self._threads[pk] = _following(pk)
                self._threads[pk].start()

    def end(self) -> None:
        """End all threads, and wait a bounded time until they have."""
        threads = list(self._threads.values())
        self._threads.clear()
        for thread in threads:
            thread.end()  # type: ignore[attr-defined]
        until = time.monotonic() + END_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))


def _following(pk: int) -> Thread:
    # With the HTTP client, which takes an eighth of the time in which a process starts; only a site
    # that follows papers needs it.
    made: Thread = import_module(".following", __package__).Following(pk)
    return made
