"""Publishers of a site of rows: what an editor may do to the streams, named by a verb."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from stoppress import live

from . import truth
from .truth import STREAMS, Item, Truth

KEYS = [f"k{n}" for n in range(6)]
VERBS = ["put"] * 8 + ["update"] * 4 + ["remove"] * 3 + ["redact"] * 2
VERBS += ["stale", "again", "rerender", "retell"]

# A verb, a stream, a key, and a number that says how or which.
Change = tuple[str, str, str, int]


class Publisher:
    """Changes the site and tells the streams, in the caller's transaction."""

    def __init__(self, told: Truth) -> None:
        self.truth = told
        self._texts = 0

    def make(self, changes: list[Change]) -> None:
        for verb, stream, key, number in changes:
            getattr(self, f"_{verb}")(stream, key, number)

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """Have the site forget what a rollback takes out of its database."""
        versions, redacting = dict(self.truth.versions), list(self.truth.redacting)
        try:
            yield
        finally:
            self.truth.versions, self.truth.redacting = versions, redacting

    def _put(self, stream: str, key: str, place: int) -> None:
        self.truth.put(stream, self._item(key, f"{place}{key[1:]}", self._next_version(key)))

    def _update(self, stream: str, key: str, which: int) -> None:
        if known := self._shown(stream, which):
            key = known["key"]
            self.truth.put(stream, self._item(key, known["order"], self._next_version(key)))

    def _again(self, stream: str, key: str, which: int) -> None:
        """Show what was taken away without a version, as it was."""
        away = [(s, item) for s in STREAMS for k in KEYS if (item := self.truth.taken_away(s, k))]
        away = [(s, item) for s, item in away if self._may_come_back(item)]
        if away:
            self.truth.put(*away[which % len(away)])

    def _may_come_back(self, item: Item) -> bool:
        changed = item.get("version") != self._version(item["key"])
        return not changed and not any(item["text"] in texts for texts in self.truth.redacting)

    def _stale(self, stream: str, key: str, which: int) -> None:
        """Publish a version below the one that is shown: it changes nothing."""
        known = self._shown(stream, which)
        if known is not None and "version" in known:
            version = max(0, known["version"] - 1 - which % 2)
            live.publish(stream, "thing.said", self._item(known["key"], known["order"], version))

    def _rerender(self, stream: str, key: str, which: int) -> None:
        """Publish what is shown in its version and with another text, as by a new template."""
        if known := self._shown(stream, which):
            self.truth.put(stream, self._item(known["key"], known["order"], known.get("version")))

    def _remove(self, stream: str, key: str, which: int) -> None:
        known = self._shown(stream, which)
        self._take_away(stream, known["key"] if known else key, which % 2 == 0)

    def _take_away(self, stream: str, key: str, versioned: bool) -> None:
        self.truth.remove(stream, key, self._next_version(key) if versioned else None)

    def _redact(self, stream: str, key: str, which: int) -> None:
        """Withdraw a key everywhere; with the next version, the one it has, or none."""
        versions = (lambda: None, partial(self._version, key), partial(self._next_version, key))
        self.truth.redact(key, versions[which % 3]())

    def _retell(self, stream: str, key: str, which: int) -> None:
        """Take an item away without an event, and tell its stream anew."""
        known = self._shown(stream, which)
        self.truth.retell(stream, known["key"] if known else key)

    def _version(self, key: str) -> int | None:
        return self.truth.versions.get(key, 0) if int(key[1:]) % 2 else None

    def _next_version(self, key: str) -> int | None:
        """Return a version above all that the key had; every second key has none."""
        self.truth.versions[key] = self.truth.versions.get(key, 0) + 1
        return self._version(key)

    def _item(self, key: str, order: str, version: int | None) -> Item:
        self._texts += 1
        text = f"text {self._texts}."
        self.truth.texts[key].add(text)
        item = {"key": key, "order": order, "text": text}
        return item if version is None else item | {"version": version}

    def _shown(self, stream: str, which: int) -> Item | None:
        shown = truth.shown_in(stream)
        return shown[which % len(shown)] if shown else None
