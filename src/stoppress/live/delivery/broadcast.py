"""Broadcast: write new events to every reader of a stream."""

from collections.abc import Callable

from stoppress.live.event_loop import BETWEEN_LOOKS, in_turns
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.wrapping import websocket_texts

from .audience import Audience
from .connection import Connection
from .open_stream import OpenStream
from .ring import BATCH_BYTES
from .row import Row

Pump = Callable[[Connection], None]


async def broadcast(stream: OpenStream, after: Cursor, pump: Pump) -> None:
    """Write the events after a cursor to every reader of a stream.

    Nearly all readers are at the head: they are sent the same bytes. All other connections are
    pumped.

    Args:
        pump: writes what is due on a connection, and removes one that has ended.
    """
    batch, audience = stream.ring.batch(after), stream.audience
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
            except Exception:  # any error of a sink ends this connection only
                connection.give_up()
                done = False
            if not done:
                pump(connection)


def write_to_row(row: Row, audience: Audience, data: bytes, pump: Pump) -> None:
    """Send WebSocket messages to all readers of a row.

    A reader whose socket is full leaves the row; its sink sends the rest.

    Args:
        pump: as for `broadcast`.
    """
    try:
        left = row.send(data)
    except Exception:  # which readers were sent the data is unknown
        for subscription in tuple(row):
            subscription.connection.give_up()
            pump(subscription.connection)
        return
    for subscription, rest in left:
        audience.remove_from_row(subscription)
        connection = subscription.connection
        connection.written += 1
        try:
            wire = connection.sink.wire
            assert wire is not None, "a reader without a wire cannot be in a row"
            wire.write_rest(rest)
        except Exception:  # as in `broadcast`
            connection.give_up()
            pump(connection)
