"""Follow all papers, each in a thread of its own: one that hangs harms no other."""

import time
from datetime import datetime
from importlib import import_module
from typing import Protocol

from stoppress.ingest.models import Source

from .withdrawing import take_back_restored

END_SECONDS = 10.0


class FollowingThread(Protocol):
    """What a `following.Following` is: its module is imported late."""

    def start(self) -> None: ...

    def end(self) -> None: ...

    def is_alive(self) -> bool: ...

    def join(self, timeout: float | None = None) -> None: ...


class Followings:
    """Keeps a thread for each paper that is a source."""

    def __init__(self) -> None:
        self._threads: dict[int, FollowingThread] = {}

    def look(self, now: datetime) -> None:
        """Begin to follow what is new, and end what is no longer a source.

        A paper that was just added is read by the command that added it.
        """
        take_back_restored()
        papers = Source.objects.filter(kind=Source.Kind.PAPER)
        turns = dict(papers.values_list("pk", "polling_until"))
        for pk in self._threads.keys() - turns.keys():
            self._threads.pop(pk).end()
        for pk, until in turns.items():
            running = pk in self._threads and self._threads[pk].is_alive()
            if not running and (until is None or until < now):
                self._threads[pk] = _following(pk)
                self._threads[pk].start()

    def threads(self) -> list[FollowingThread]:
        """Return the threads that run, or may end just now."""
        return list(self._threads.values())

    def end(self) -> None:
        """End all threads, and wait a bounded time until they have."""
        threads = self.threads()
        self._threads.clear()
        for thread in threads:
            thread.end()
        until = time.monotonic() + END_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))


def _following(pk: int) -> FollowingThread:
    # With the HTTP client, which takes an eighth of the time in which a process starts; only a site
    # that follows papers needs it.
    made: FollowingThread = import_module(".following", __package__).Following(pk)
    return made
