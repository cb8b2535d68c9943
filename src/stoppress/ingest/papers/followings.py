"""Follow all papers, each in a separate thread, so that one that hangs does not affect others."""

import time
from datetime import datetime
from importlib import import_module
from typing import Protocol

from stoppress.ingest.models import Source
from stoppress.ingest.turn import TOO_LONG

from .withdrawing import take_back_restored

END_SECONDS = 10.0


class FollowingThread(Protocol):
    """The interface of `following.Following`, whose module is imported late."""

    def start(self) -> None: ...

    def end(self) -> None: ...

    def is_alive(self) -> bool: ...

    def join(self, timeout: float | None = None) -> None: ...


class Followings:
    """Keeps a thread for each source that is a paper."""

    def __init__(self) -> None:
        self._threads: dict[int, FollowingThread] = {}

    def look(self, now: datetime) -> None:
        """Start threads for new papers, and end those of deleted sources.

        A paper that is just being added is read by the command that adds it.
        """
        take_back_restored()
        papers = Source.objects.filter(kind=Source.Kind.PAPER)
        turns = dict(papers.values_list("pk", "polling_until"))
        for pk in self._threads.keys() - turns.keys():
            self._threads.pop(pk).end()
        for pk, until in turns.items():
            running = pk in self._threads and self._threads[pk].is_alive()
            if not running and (until is None or not now <= until <= now + TOO_LONG):
                self._threads[pk] = _following(pk)
                self._threads[pk].start()

    def threads(self) -> list[FollowingThread]:
        """Return the threads that have not ended."""
        return list(self._threads.values())

    def end(self) -> None:
        """End all threads, and wait for them for a limited time."""
        threads = self.threads()
        self._threads.clear()
        for thread in threads:
            thread.end()
        until = time.monotonic() + END_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))


def _following(pk: int) -> FollowingThread:
    # Imported here because it imports the HTTP client, which takes an eighth of the start of a
    # process; only sites that follow papers need it.
    made: FollowingThread = import_module(".following", __package__).Following(pk)
    return made
