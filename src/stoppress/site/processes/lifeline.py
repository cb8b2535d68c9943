"""The lifeline between the supervisor and a process of it: a word each way, and its end.

Not by signals: a service manager sends those to every process of the group at once, where a
second one would mean "at once". And its end tells either side that the other is gone.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

READY = "ready"
"""From the process: it does its work."""
LEAVE = "leave"
"""To the process: be ready no more, let the readers go, end."""
RETIRE = "retire"
"""To the process: the same, but the siblings take over at once."""
NOW = "now"
"""To the process: end at once."""


class Lifeline:
    """The process's end."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)

    def ready(self) -> None:
        """Tell the supervisor that this process does its work."""
        with suppress(OSError):  # it is gone; `listen` will say so
            self._socket.sendall(f"{READY}\n".encode())

    def listen(self, obey: Callable[[str], None]) -> None:
        """Call `obey`, in a thread of its own, with each word of the supervisor's.

        When the supervisor is gone the word is LEAVE: nobody else looks after this process.
        """
        threading.Thread(
            target=self._listen, args=(obey,), name="stoppress-lifeline", daemon=True
        ).start()

    def _listen(self, obey: Callable[[str], None]) -> None:
        with suppress(OSError), self._socket, self._socket.makefile("r") as words:
            for word in words:
                obey(word.strip())
        obey(LEAVE)
