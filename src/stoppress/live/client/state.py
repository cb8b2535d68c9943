"""A client's state of one stream: an old state plus the events since gives the present state."""

from collections.abc import Mapping, Sequence
from typing import Any

from stoppress.live.protocol.cursor import Cursor, parse_cursor

Item = Mapping[str, Any]


class StreamState:
    """The items of one stream, from a snapshot and the events after it.

    Attributes:
        cursor: the cursor of what was applied last.
        floor: the lowest order that is shown; None where everything is shown.
    """

    def __init__(self) -> None:
        self.cursor: Cursor | None = None
        self.limit = 0
        self.floor: str | None = None
        self._items: dict[str, Item] = {}
        self._versions: dict[str, int] = {}

    def items(self) -> list[Item]:
        """Return the items, sorted by descending order, then by key."""
        by_key = sorted(self._items.values(), key=lambda item: str(item["key"]))
        return sorted(by_key, key=lambda item: str(item["order"]), reverse=True)

    def replace(self, snapshot: Mapping[str, Any]) -> None:
        """Replace everything by a `snapshot` frame."""
        self.cursor = parse_cursor(snapshot["cursor"])
        self.limit = snapshot["limit"]
        self.floor = snapshot["floor"]
        items: Sequence[Item] = snapshot["items"]
        self._items = {item["key"]: item for item in items}
        self._versions = {item["key"]: self._version(item) for item in items}

    def apply(self, event: Mapping[str, Any]) -> None:
        """Apply an `event` frame, which the rule has accepted."""
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
        """Remove a key, and remember the version of its removal.

        A removal without a version always counts, and is not remembered. Its position would exceed
        the versions of an item that has them, and the item would be dropped if it came back
        unchanged. A withdrawal also removes an item of the same version.
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
        """Return an item's version, or the position of its event where it has none."""
        position = self.cursor.position if self.cursor else 0
        version: int = item.get("version", position)
        return version
