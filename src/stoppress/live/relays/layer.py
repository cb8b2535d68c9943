"""The layer relay: hints from process to process through a Channels layer, as on Redis.

One member for each process, however many readers it has; and never content, only that something
grew. A layer may lose that: the safety poll finds what nobody was told of.
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


def announce() -> None:
    """Tell the other processes soon, where there is a layer; never waits and never fails."""
    if not configured():
        return
    try:
        with _lock:
            member = _running_member()
        member.tell()
    except RuntimeError as error:  # the process has no more threads, or is about to end
        logger.warning("relay: the other processes were not told: %s", error)


class LayerRelay:
    """A hub's share in the process's member of the layer, which ends with the last hub."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        with _lock:
            self._member = _running_member()
            self._member.listen(wake)

    def stop(self) -> None:
        """Wake the hub no more; returns when the thread has ended, if it was the last one."""
        with _lock:
            if self._wake in self._member.wakes:
                self._member.wakes.remove(self._wake)
            # From here on whoever comes starts another.
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
    """Give a command that ends right after its commit the time to tell of it."""
    if _member is not None and _member.is_alive():
        _member.flush(EXIT_SECONDS)
