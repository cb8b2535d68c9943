"""A bounded set of keys that expire after some seconds."""

from collections import OrderedDict
from time import monotonic

from .request import Key


class Recent:
    """Remembers keys for some seconds.

    Args:
        seconds: for which a key is remembered.
        most: most keys; the oldest are dropped first.
    """

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds, self._most = seconds, most
        self._until: OrderedDict[Key, float] = OrderedDict()

    def add(self, key: Key) -> None:
        """Add or renew a key, and drop expired ones."""
        now = monotonic()
        self._until[key] = now + self._seconds
        self._until.move_to_end(key)
        while len(self._until) > self._most or next(iter(self._until.values())) <= now:
            self._until.popitem(last=False)

    def __contains__(self, key: Key) -> bool:
        return self._until.get(key, 0.0) > monotonic()
