"""Notices of writes to files, from the kernel's inotify where it exists."""

import os
import selectors
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

if sys.platform == "linux":
    from inotify_simple import INotify, flags
else:
    INotify = flags = None


class Notices:
    """Listens for writes to some files.

    Where the system has no inotify, or no free watches, no notice ever comes: the caller has to
    poll.

    Args:
        paths: of files; missing ones are skipped.
        bell: a socket that ends each wait once it is readable.
    """

    def __init__(self, paths: Iterable[str], bell: socket.socket) -> None:
        self._selector = selectors.DefaultSelector()  # select() itself ends at 1024 files
        self._selector.register(bell, selectors.EVENT_READ)
        self._told: Any = None
        with suppress(OSError):  # the user has no free instances or watches
            self._told = _watch(paths)
        if self._told is not None:
            self._selector.register(self._told, selectors.EVENT_READ)

    def wait(self, seconds: float) -> bool:
        """Wait for the next notice, or for the bell; return whether there was a notice."""
        self._selector.select(seconds)
        return self.take()

    def take(self) -> bool:
        """Return whether a notice has come since the last call."""
        return self._told is not None and bool(self._told.read(timeout=0))

    def close(self) -> None:
        """Stop listening."""
        self._selector.close()
        if self._told is not None:
            self._told.close()


def _watch(paths: Iterable[str]) -> Any:
    if INotify is None:
        return None
    told = INotify(nonblocking=True)
    try:
        for path in filter(os.path.exists, paths):
            told.add_watch(path, flags.MODIFY)
    except OSError:
        told.close()
        raise
    return told
