"""A stream's state as a client keeps it: stale state and events make fresh state."""

from collections.abc import Mapping, Sequence
from typing import Any

from stoppress.live.protocol.cursor import Cursor, parse_cursor

Item = Mapping[str, Any]


class StreamState:
    """The items of one stream, from a snapshot and the events after it.

    Attributes:
        cursor: what was applied last.
        floor: the lowest order that is shown; None where everything is.
    """

    def __init__(self) -> None:
        self.cursor: Cursor | None = None
        self.limit = 0
        self.floor: str | None = None
        self._items: dict[str, Item] = {}
        self._versions: dict[str, int] = {}

    def items(self) -> list[Item]:
        """Return the items: the largest order first, equal ones by key."""
        by_key = sorted(self._items.values(), key=lambda item: str(item["key"]))
        return sorted(by_key, key=lambda item: str(item["order"]), reverse=True)

    def replace(self, snapshot: Mapping[str, Any]) -> None:
        """Take a `snapshot` frame for all that is known."""
        self.cursor = parse_cursor(snapshot["cursor"])
        self.limit = snapshot["limit"]
        self.floor = snapshot["floor"]
        items: Sequence[Item] = snapshot["items"]
        self._items = {item["key"]: item for item in items}
        self._versions = {item["key"]: self._version(item) for item in items}

    def apply(self, event: Mapping[str, Any]) -> None:
        """Apply an `event` frame that the rule says to apply."""
        self.cursor = parse_cursor(event["cursor"])
        item: Item = event["item"]
        key = event["key"]
        known = self._versions.get(key, -1)
        if event["op"] == "remove":
            self._remove(event, known)
            return
        if self._version(item) <= known:
            return
        self._versions[key] = self._version(item)
        self._items.pop(key, None)
        if self.floor is None or item["order"] >= self.floor:
            self._items[key] = item
            self._drop_lowest()

    def _remove(self, event: Mapping[str, Any], known: int) -> None:
        """Take a key away, and remember the version at which it went.

        A removal without a version always counts, and is not remembered: its position would
        outdo the versions of an item that has them, and what comes back unchanged would be
        dropped. A withdrawn text goes at its own version too.
        """
        version = event["item"].get("version")
        withdraws = event.get("redacts") or event.get("redacted")
        if version is None or version > known or (withdraws and version == known):
            self._items.pop(event["key"], None)
            self._versions.pop(event["key"], None)
            if version is not None:
                self._versions[event["key"]] = version

    def _drop_lowest(self) -> None:
        if len(self._items) > self.limit:
            shown = self.items()
            del self._items[shown[-1]["key"]]
            self.floor = str(shown[-2]["order"])

    def _version(self, item: Item) -> int:
        """Return an item's version: where it has none, the position it came with."""
        position = self.cursor.position if self.cursor else 0
        version: int = item.get("version", position)
        return version
