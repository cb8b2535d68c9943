"""The lifeline: a socket between the supervisor and one child process, for one-word commands.

Signals are not suitable. A service manager sends them to every process of the group, and a child
would take a second one for "end at once". A closed socket also tells each side that the other
process has ended.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

READY = "ready"
"""From the process: it is ready."""
LEAVE = "leave"
"""To the process: report "not ready", let the readers go, then end."""
RETIRE = "retire"
"""To the process: stop listening so that its siblings take over, let the readers go, then end."""
NOW = "now"
"""To the process: end at once."""


class Lifeline:
    """The child's end of the lifeline."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)

    def ready(self) -> None:
        """Tell the supervisor that this process is ready."""
        with suppress(OSError):  # the supervisor has ended; `listen` notices it
            self._socket.sendall(f"{READY}\n".encode())

    def listen(self, obey: Callable[[str], None]) -> None:
        """Call `obey`, in a separate thread, with each command of the supervisor.

        When the supervisor ends, the command is LEAVE, since nobody else controls this process.
        """
        threading.Thread(
            target=self._listen, args=(obey,), name="stoppress-lifeline", daemon=True
        ).start()

    def _listen(self, obey: Callable[[str], None]) -> None:
        with suppress(OSError), self._socket, self._socket.makefile("r") as words:
            for word in words:
                obey(word.strip())
        obey(LEAVE)
