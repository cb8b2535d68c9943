"""The broadcast: what has come is written to every reader of a stream."""

from collections.abc import Callable

from stoppress.live.event_loop import BETWEEN_LOOKS, in_turns
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.wrapping import websocket_texts

from .audience import Audience
from .connection import Connection
from .feed import Feed
from .ring import BATCH_BYTES
from .row import Row

Pump = Callable[[Connection], None]


async def broadcast(feed: Feed, after: Cursor, pump: Pump) -> None:
    """Write the events after a cursor to all who have those before, and pump the others.

    Nearly all readers stand at the head, and are handed the same bytes.

    Args:
        pump: writes to a connection whatever there is to write.
    """
    batch, audience = feed.ring.batch(after), feed.audience
    large = batch is not None and len(batch.frames[0]) > BATCH_BYTES
    async for rows in in_turns(audience.rows_in_turn(), at_once=1):
        for row in rows:
            if batch is None or large or row.cursor != batch.after or audience.is_sparse(row):
                audience.dissolve(row)
            else:
                row.cursor = batch.cursor
                write_to_row(row, audience, websocket_texts(batch.frames), pump)
    at_once = 1 if large else BETWEEN_LOOKS
    async for some in in_turns(audience.single_in_turn(), at_once):
        for subscription in some:
            connection = subscription.connection
            try:
                done = batch is not None and subscription.follow(batch)
            except Exception:  # whatever a sink may raise: the others have nothing to do with it
                connection.give_up()
                done = False
            if not done:
                pump(connection)


def write_to_row(row: Row, audience: Audience, data: bytes, pump: Pump) -> None:
    """Send WebSocket messages to all of a row; those whose socket is full are left to their sinks.

    Args:
        pump: as for `broadcast`.
    """
    try:
        left = row.send(data)
    except Exception:  # it cannot be told who was sent what
        for subscription in tuple(row):
            subscription.connection.give_up()
            pump(subscription.connection)
        return
    for subscription, rest in left:
        audience.single_out(subscription)
        connection = subscription.connection
        connection.written += 1
        try:
            wire = connection.sink.wire
            assert wire is not None, "who has no wire stands in no row"
            wire.write_rest(rest)
        except Exception:  # as in `broadcast`
            connection.give_up()
            pump(connection)
