"""The audience of a stream: its subscriptions in this process, in rows or one by one."""

import random
from collections.abc import Iterable, Iterator
from typing import TypeVar

from .row import Row, Seated

Thing = TypeVar("Thing")


class Audience:
    """The subscriptions of one stream in this process.

    Attributes:
        single: subscriptions that are written to one by one.
        rows: groups of subscriptions that are written to together. A subscription that ends leaves
            its seat free. No reader is moved to fill it: in another row a reader might wait longer
            than the interval for its next heartbeat.
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
        """Add a subscription; at first it is written to by itself."""
        self.single.add(subscription)

    def discard(self, subscription: Seated) -> None:
        """Remove the subscription of a reader that disconnects."""
        if subscription.row is not None:
            self._unseat(subscription, subscription.row)
        self.single.discard(subscription)

    def seat(self, subscription: Seated, descriptor: int) -> None:
        """Move a subscription into a row of readers at the same cursor.

        Args:
            descriptor: file descriptor of the socket that takes the reader's WebSocket messages.
        """
        assert subscription.cursor is not None, "a subscription without a cursor cannot join a row"
        row = self._last()
        if row is None or row.full or row.cursor != subscription.cursor:
            row = Row(subscription.cursor, subscription.connection.slot)
            self.rows[row] = None
        self.single.discard(subscription)
        row.seat(subscription, descriptor)

    def remove_from_row(self, subscription: Seated) -> None:
        """Remove a subscription from its row: from now on its reader is written to by itself."""
        if subscription.row is not None:
            self._unseat(subscription, subscription.row)
            self.single.add(subscription)

    def rows_in_turn(self) -> list[Row]:
        """Return the rows from a random one on, so that no row is always last."""
        return _from_any_on(self.rows)

    def single_in_turn(self) -> list[Seated]:
        """Return the single subscriptions from a random one on."""
        return _from_any_on(self.single)

    def is_sparse(self, row: Row) -> bool:
        """Return whether so many readers left a row that it should be refilled from scratch."""
        return row.sparse and row is not self._last()

    def dissolve(self, row: Row) -> None:
        """Make every subscription of a row a single one, and drop the row."""
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
