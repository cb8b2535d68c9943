"""Stories of two connections: one has transactions open, the other commits whole ones beside it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import Any

from django.db import IntegrityError, OperationalError, connection, connections, transaction
from hypothesis import strategies as st
from hypothesis.stateful import rule

from stoppress.live.errors import StreamBusy

from .story import Story

LOCK_TIMEOUT = "20ms"
LOCK_NOT_AVAILABLE = "55P03"  # of PostgreSQL

Row = Any
Model = type[Any]


class NotNow(Exception):
    """There is no row to change, or it is locked, or a page need not follow the change."""


def change(**drawn: Any) -> Callable[[Callable[..., None]], Any]:
    """Make a rule: what it does is done in the open transaction, or in a whole one beside it."""

    def make(body: Callable[..., None]) -> Any:
        def step(self: "StoryOfTwo", beside: bool, **values: Any) -> None:
            self.take(partial(body, self, **values), beside)

        step.__name__ = body.__name__
        return rule(beside=st.sampled_from([False, False, True]), **drawn)(step)

    return make


class StoryOfTwo(Story):
    """On SQLite, whose writers wait for each other, the second one acts while no block is open.

    The second makes no object show a row that the first has changed and not committed: that is not
    published. What it would have to wait for is not done.
    """

    second: ThreadPoolExecutor
    beside = False  # the step is the second connection's

    def open_pages(self, *streams: str) -> None:
        super().open_pages(*streams)
        self.unseen: set[tuple[Model, Any]] = set()  # what the first has changed

    def take(self, body: Callable[[], None], beside: bool) -> None:
        """Do what a rule does, on the one connection or on the other."""
        if not self.blocks:
            self.unseen.clear()
        try:
            if not beside:
                body()
            elif connection.vendor == "postgresql" or not self.blocks:
                self.take_beside(body)
        except NotNow:
            self.idle = True

    def take_beside(self, body: Callable[[], None]) -> None:
        self.beside = True
        try:
            self.second.submit(_in_a_transaction, body).result()
        except (OperationalError, StreamBusy) as error:
            cause = error if isinstance(error, OperationalError) else error.__cause__
            if getattr(cause and cause.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
            raise NotNow from error
        finally:
            self.beside = False

    def leave(self, block: transaction.Atomic, error: Exception | None) -> None:
        # What it refers to may have been deleted beside it.
        alone = self.blocks or connection.vendor == "sqlite"
        with nullcontext() if alone else suppress(IntegrityError):
            super().leave(block, error)

    def pick(self, model: Model, which: int | None) -> Row:
        if which is None:
            return None
        found = list(model.objects.order_by("pk"))
        if not found:
            raise NotNow
        return found[which % len(found)]

    def newly(self, model: Model, which: int | None) -> Row:
        """Return a row that an object will show."""
        row = self.pick(model, which)
        self.show(row)
        return row

    def show(self, row: Row) -> None:
        if self.beside and row is not None and _identity(row) in self.unseen:
            raise NotNow

    def note(self, row: Row) -> None:
        """Note a row that changes, if others show it."""
        if not self.beside:
            self.unseen.add(_identity(row))


@contextmanager
def second_connection() -> Iterator[ThreadPoolExecutor]:
    """Give a thread with a connection of its own that waits for no lock for long."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_connect).result()
        yield thread
        thread.submit(connections.close_all).result()


def _connect() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")


def _in_a_transaction(body: Callable[[], None]) -> None:
    with transaction.atomic():
        body()


def _identity(row: Row) -> tuple[Model, Any]:
    """Return the same for a row and for its children by inheritance."""
    model = row._meta.concrete_model
    return [model, *model._meta.all_parents][-1], row.pk
