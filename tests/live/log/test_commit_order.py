"""Two transactions that are open at one time and commit in either order.

On SQLite there are none such: the second writer waits at BEGIN until the first has committed.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections, transaction

from stoppress.live.hub.hub import Hub
from stoppress.live.models import LoggedEvent
from tests.live.asking import until
from tests.live.conftest import put
from tests.live.reader import PATIENCE, Reader

from .lock_waits import one_waits_for_a_lock

pytestmark = pytest.mark.backend("postgres")

ORDERS = pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])


class Writer(threading.Thread):
    """A transaction in a thread, and on a connection, of its own; each step waits for its word."""

    def __init__(self, key: str, *, logs_first: bool) -> None:
        super().__init__(name=key)
        self._key, self._logs_first = key, logs_first
        self.began, self._publish, self.published, self._commit = (
            threading.Event() for _ in range(4)
        )

    def run(self) -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                self.began.set()
                assert self._publish.wait(PATIENCE)
                put(self._key)
                if self._logs_first:
                    self._commits, connection._commit = connection._commit, self._wait
                else:
                    self._wait_for_word()
        finally:
            connections.close_all()

    def _wait(self) -> None:
        self._wait_for_word()
        self._commits()

    def _wait_for_word(self) -> None:
        self.published.set()
        assert self._commit.wait(PATIENCE)

    def end(self) -> None:
        self._publish.set()
        self._commit.set()
        self.join()

    def publish(self) -> None:
        """Have it publish; does not wait."""
        self._publish.set()

    async def commit(self) -> None:
        self._commit.set()
        await asyncio.to_thread(self.join)


@pytest.fixture
def ending() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


async def both_begun(ending: ExitStack, *, logs_first: bool) -> dict[str, Writer]:
    """Return two writers whose transactions are open: a's began first.

    Args:
        logs_first: they publish up to the last step, COMMIT; otherwise they only mark.
    """
    writers = {key: Writer(key, logs_first=logs_first) for key in "ab"}
    for writer in writers.values():
        ending.callback(writer.end)
        writer.start()
        await until(writer.began.is_set)
    return writers


def the_log() -> list[tuple[int, str]]:
    events = LoggedEvent.objects.filter(stream="board").order_by("position")
    return list(events.values_list("position", "key"))


async def sees(hub: Hub, reader: Reader, keys: tuple[str, ...]) -> None:
    """Have the hub look at the log, and check what the reader was sent in all."""
    await hub.watch.look()
    await reader.until(len(keys))
    assert tuple(reader.keys()) == keys


@ORDERS
async def test_events_are_logged_in_the_order_of_the_commits_and_not_of_their_collection(
    hub: Hub, order: tuple[str, str], ending: ExitStack
) -> None:
    reader = await Reader(hub).join("board")
    writers = await both_begun(ending, logs_first=False)
    for writer in writers.values():
        writer.publish()
        await until(writer.published.is_set)
    await sees(hub, reader, ())
    for count, key in enumerate(order, start=1):
        await writers[key].commit()
        await sees(hub, reader, order[:count])
    assert await sync_to_async(the_log)() == list(enumerate(order, start=1))


@ORDERS
async def test_a_position_is_given_to_one_transaction_and_the_next_waits_for_its_commit(
    hub: Hub, order: tuple[str, str], ending: ExitStack
) -> None:
    reader = await Reader(hub).join("board")
    writers = await both_begun(ending, logs_first=True)
    first, second = (writers[key] for key in order)
    first.publish()
    await until(first.published.is_set)
    second.publish()
    await sync_to_async(one_waits_for_a_lock)()
    assert not second.published.is_set()
    await sees(hub, reader, ())
    await first.commit()
    await until(second.published.is_set)
    await sees(hub, reader, order[:1])
    await second.commit()
    await sees(hub, reader, order)
    assert await sync_to_async(the_log)() == list(enumerate(order, start=1))
