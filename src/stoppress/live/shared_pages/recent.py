"""Recent keys: what was noted within some seconds, a bounded number of them."""

from collections import OrderedDict
from time import monotonic

from .request import Key


class Recent:
    """Remembers keys for a while.

    Args:
        seconds: for which a key is remembered.
        most: keys at most; the oldest go first.
    """

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds, self._most = seconds, most
        self._until: OrderedDict[Key, float] = OrderedDict()

    def note(self, key: Key) -> None:
        """Remember a key from now on, and forget those whose time is over."""
        now = monotonic()
        self._until[key] = now + self._seconds
        self._until.move_to_end(key)
        while len(self._until) > self._most or next(iter(self._until.values())) <= now:
            self._until.popitem(last=False)

    def __contains__(self, key: Key) -> bool:
        return self._until.get(key, 0.0) > monotonic()
