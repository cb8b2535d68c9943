"""The audience of a stream: its readers here, those at the head in rows, the others one by one."""

import random
from collections.abc import Iterable, Iterator
from typing import TypeVar

from .row import Row, Seated

Thing = TypeVar("Thing")


class Audience:
    """The subscriptions of one stream in this process.

    Attributes:
        single: those that are written to one by one.
        rows: those that are written to together. Whoever leaves one leaves a free seat: who moved
            to another row would be without a heartbeat for longer than the interval.
    """

    def __init__(self) -> None:
        self.single: set[Seated] = set()
        self.rows: dict[Row, None] = {}

    def __len__(self) -> int:
        return len(self.single) + sum(map(len, self.rows))

    def __bool__(self) -> bool:
        return bool(self.single or self.rows)

    def __iter__(self) -> Iterator[Seated]:
        yield from self.single
        for row in self.rows:
            yield from row

    def add(self, subscription: Seated) -> None:
        """Take in a reader, who is written to by itself at first."""
        self.single.add(subscription)

    def discard(self, subscription: Seated) -> None:
        """Forget a reader that leaves."""
        if subscription.row is not None:
            self._unseat(subscription, subscription.row)
        self.single.discard(subscription)

    def seat(self, subscription: Seated, descriptor: int) -> None:
        """Put a reader into a row of readers at the same place.

        Args:
            descriptor: of the socket to which the reader's WebSocket messages may be sent.
        """
        assert subscription.cursor is not None, "one without a place stands in no row"
        row = self._last()
        if row is None or row.full or row.cursor != subscription.cursor:
            row = Row(subscription.cursor, subscription.connection.slot)
            self.rows[row] = None
        self.single.discard(subscription)
        row.seat(subscription, descriptor)

    def single_out(self, subscription: Seated) -> None:
        """Have a reader written to by itself from here on."""
        if subscription.row is not None:
            self._unseat(subscription, subscription.row)
            self.single.add(subscription)

    def rows_in_turn(self) -> list[Row]:
        """Return the rows from any one on: nobody is the last at each event."""
        return _from_any_on(self.rows)

    def single_in_turn(self) -> list[Seated]:
        """Return those that are written to one by one, from any one on."""
        return _from_any_on(self.single)

    def is_sparse(self, row: Row) -> bool:
        """Say whether so many have left a row that it is better dissolved, and filled anew."""
        return row.sparse and row is not self._last()

    def dissolve(self, row: Row) -> None:
        """Single out a whole row."""
        for subscription in tuple(row):
            row.unseat(subscription)
            self.single.add(subscription)
        self.rows.pop(row, None)

    def _unseat(self, subscription: Seated, row: Row) -> None:
        row.unseat(subscription)
        if not row:
            self.rows.pop(row, None)

    def _last(self) -> Row | None:
        return next(reversed(self.rows), None)


def _from_any_on(things: Iterable[Thing]) -> list[Thing]:
    found = list(things)
    first = random.randrange(len(found)) if found else 0
    return found[first:] + found[:first]
