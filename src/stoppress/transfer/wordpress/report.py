"""The report of an import: what was made, and what was left out and why."""

from collections import Counter
from collections.abc import Iterator

MOST_NAMED = 50  # lines under one heading; further ones are only counted


class Report:
    """Counts what an import does, and lists what it could not import unchanged."""

    def __init__(self) -> None:
        self.new: Counter[str] = Counter()
        self.changed = self.unchanged = self.known = 0
        self.made: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.again = 0
        self._named: dict[str, list[str]] = {}
        self._more: Counter[str] = Counter()

    def leave_out(self, what: str) -> None:
        """Count something that is left out, such as `page`."""
        self.left_out[what] += 1

    def name(self, trouble: str, what: str) -> None:
        """Add a line about something that was not imported unchanged.

        Args:
            trouble: the heading.
            what: the thing, and the reason.
        """
        named = self._named.setdefault(trouble, [])
        if what in named:
            return
        if len(named) < MOST_NAMED:
            named.append(what)
        else:
            self._more[trouble] += 1

    def lines(self, *, dry_run: bool) -> Iterator[str]:
        if dry_run:
            yield "Nothing was changed: this was a dry run."
        yield f"New: {_counted(self.new) or 'no article'}."
        if self.known:
            yield f"Already here, not compared: {self.known}."
        if self.changed + self.unchanged:
            yield f"Already here: {self.changed} changed, {self.unchanged} unchanged."
        if self.made:
            yield f"Also made: {_counted(self.made)}."
        if +self.left_out:
            yield f"Left out: {_counted(self.left_out)}."
        for trouble, named in self._named.items():
            yield f"{trouble}:"
            for what in named:
                yield f"  {what}"
            if self._more[trouble]:
                yield f"  and {self._more[trouble]} more"
        if self.again:
            yield "Some work could not be done at the moment. Run the same command again."


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{number} × {what}" for what, number in counter.most_common() if number)
