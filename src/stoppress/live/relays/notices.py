"""Notices: the kernel's word that somebody writes to a file, by inotify, where there is such."""

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

    Where the system tells of none, or has no more room for those who ask, there are none: whoever
    listens has to look by itself.

    Args:
        paths: of files; one that is not there is passed over.
        bell: ends each waiting once it can be read.
    """

    def __init__(self, paths: Iterable[str], bell: socket.socket) -> None:
        self._selector = selectors.DefaultSelector()  # select() itself ends at 1024 files
        self._selector.register(bell, selectors.EVENT_READ)
        self._told: Any = None
        with suppress(OSError):  # the user has no more instances, or no more watches
            self._told = _watch(paths)
        if self._told is not None:
            self._selector.register(self._told, selectors.EVENT_READ)

    def wait(self, seconds: float) -> bool:
        """Wait for the next notice, or for the bell; say whether there was one."""
        self._selector.select(seconds)
        return self.take()

    def take(self) -> bool:
        """Say whether a notice has come since it was last asked for."""
        return self._told is not None and bool(self._told.read(timeout=0))

    def close(self) -> None:
        """Listen no more."""
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
