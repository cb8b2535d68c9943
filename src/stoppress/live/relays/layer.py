"""The layer relay: sends hints between processes through a Channels layer, such as Redis.

Each process is one member, however many readers it has. A hint has no content; it only says that
the log grew. If the layer loses one, the safety poll finds the event.
"""

import atexit
import logging
import threading
from collections.abc import Callable

from channels.layers import channel_layers

from stoppress.live import conf

from .layer_member import EXIT_SECONDS, LayerMember

logger = logging.getLogger("stoppress.live")

_IN_MEMORY = "channels.layers.InMemoryChannelLayer"

_lock = threading.Lock()
_member: LayerMember | None = None


def configured() -> bool:
    """Return whether the site has a layer that reaches other processes."""
    layer = channel_layers.configs.get(conf.text("CHANNEL_LAYER"))
    return layer is not None and layer.get("BACKEND") != _IN_MEMORY


def send_hint() -> None:
    """Send a hint to the other processes soon, if there is a layer; never waits or fails."""
    if not configured():
        return
    try:
        with _lock:
            member = _running_member()
        member.tell()
    except RuntimeError as error:  # no thread can start: too many, or the process is about to end
        logger.warning("relay: no hint was sent to the other processes: %s", error)


class LayerRelay:
    """A hub's share in the process's layer member, which stops with the last hub."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        with _lock:
            self._member = _running_member()
            self._member.listen(wake)

    def stop(self) -> None:
        """Stop waking the hub; if it was the last one, return once the thread has ended."""
        with _lock:
            if self._wake in self._member.wakes:
                self._member.wakes.remove(self._wake)
            # From here on a new hub starts a new member.
            self._member.leaving = last = not self._member.wakes
        if last:
            self._member.stop()


def _running_member() -> LayerMember:
    global _member
    # A forked child has none of its parent's threads.
    if _member is None or _member.leaving or not _member.is_alive():
        _member = LayerMember(conf.text("CHANNEL_LAYER"))
        _member.start()
    return _member


@atexit.register
def _send_the_last() -> None:
    """Let a command send its hint before it ends."""
    if _member is not None and _member.is_alive():
        _member.flush(EXIT_SECONDS)
