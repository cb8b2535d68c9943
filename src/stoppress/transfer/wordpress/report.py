"""What became of an export: how many of what, and what was left out and why."""

from collections import Counter
from collections.abc import Iterator

MOST_NAMED = 50  # of one kind of trouble; the others are counted


class Report:
    """Counts what an import does, and names what it could not take as it stands."""

    def __init__(self) -> None:
        self.new: Counter[str] = Counter()
        self.changed = self.unchanged = self.known = 0
        self.made: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.again = 0
        self._named: dict[str, list[str]] = {}
        self._more: Counter[str] = Counter()

    def leave_out(self, what: str) -> None:
        """Count something that the paper has no place for, such as `page`."""
        self.left_out[what] += 1

    def name(self, trouble: str, what: str) -> None:
        """Name what is not as it was.

        Args:
            trouble: the kind, as a heading.
            what: which of them, and why.
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
            yield f"There already, and not compared: {self.known}."
        if self.changed + self.unchanged:
            yield f"There already: {self.changed} changed, {self.unchanged} as they were."
        if self.made:
            yield f"Made for them: {_counted(self.made)}."
        if +self.left_out:
            yield f"Left out: {_counted(self.left_out)}."
        for trouble, named in self._named.items():
            yield f"{trouble}:"
            for what in named:
                yield f"  {what}"
            if self._more[trouble]:
                yield f"  and {self._more[trouble]} more"
        if self.again:
            yield "Not all could be done just now: run the same command again."


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{number} × {what}" for what, number in counter.most_common() if number)
