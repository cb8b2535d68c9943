"""A client's state of one stream: an old state plus the later events gives the present state."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from stoppress.live.protocol.cursor import Cursor, parse_cursor

Item = Mapping[str, Any]


class _Known(NamedTuple):
    """A key's known version, and the position of the event or snapshot that it came from."""

    version: int
    position: int
    removed: bool = False

    def supersedes(self, known: "_Known") -> bool:
        """Return whether this item replaces the known one.

        It does with a larger version, or with the same version from a later position, unless the
        key was removed at that version.
        """
        if self.version != known.version:
            return self.version > known.version
        return self.position > known.position and not known.removed


class StreamState:
    """The items of one stream, from a snapshot and the events after it.

    Args:
        ceiling: only items of a smaller order are shown, and the floor does not rise. Such a state
            is given answers of `/live/range` instead of snapshots.

    Attributes:
        cursor: the cursor of what was applied last.
        floor: the lowest order that is shown; None where everything is shown.
    """

    def __init__(self, ceiling: str | None = None) -> None:
        self.ceiling = ceiling
        self.cursor: Cursor | None = None
        self.limit: int | None = 0
        self.floor: str | None = None
        self._items: dict[str, Item] = {}
        self._known: dict[str, _Known] = {}

    def items(self) -> list[Item]:
        """Return the items, sorted by descending order, then by key."""
        by_key = sorted(self._items.values(), key=lambda item: str(item["key"]))
        return sorted(by_key, key=lambda item: str(item["order"]), reverse=True)

    def replace(self, snapshot: Mapping[str, Any]) -> None:
        """Replace everything by a `snapshot` frame, or by an answer of `/live/range`."""
        self.cursor = parse_cursor(snapshot["cursor"])
        self.limit = snapshot["limit"] if self.ceiling is None else None
        self.floor = snapshot["floor"]
        items: Sequence[Item] = snapshot["items"]
        self._items = {item["key"]: item for item in items}
        self._known = {item["key"]: self._known_by(item) for item in items}

    def apply(self, event: Mapping[str, Any]) -> None:
        """Apply an `event` frame, which the rule has accepted."""
        self.cursor = parse_cursor(event["cursor"])
        item: Item = event["item"]
        key = event["key"]
        if event["op"] == "remove":
            self._remove(key, item)
            return
        known, new = self._known.get(key), self._known_by(item)
        if known is not None and not new.supersedes(known):
            return
        self._known[key] = new
        self._items.pop(key, None)
        if self._includes(str(item["order"])):
            self._items[key] = item
            self._drop_lowest()

    def _includes(self, order: str) -> bool:
        above = self.floor is None or order >= self.floor
        return above and (self.ceiling is None or order < self.ceiling)

    def _remove(self, key: str, item: Item) -> None:
        """Remove a key, and remember the version of its removal.

        A removal without a version always counts, and is not remembered. Its position would exceed
        the versions of an item that has them, and the item would be dropped if it came back
        unchanged.
        """
        known = self._known.get(key)
        if "version" in item and known is not None and item["version"] < known.version:
            return
        self._items.pop(key, None)
        self._known.pop(key, None)
        if "version" in item:
            self._known[key] = self._known_by(item)._replace(removed=True)

    def _drop_lowest(self) -> None:
        if self.limit is not None and len(self._items) > self.limit:
            shown = self.items()
            del self._items[shown[-1]["key"]]
            self.floor = str(shown[-2]["order"])

    def _known_by(self, item: Item) -> _Known:
        """Return an item's version and position; without a version, the position is its version."""
        position = self.cursor.position if self.cursor else 0
        return _Known(item.get("version", position), position)
