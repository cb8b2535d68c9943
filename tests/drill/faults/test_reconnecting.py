"""Only reconnects after the restart count, and only of readers with a lasting connection."""

from stoppress.drill.faults.reconnecting import _densest, _reconnects
from stoppress.drill.record import Record


def reader(transport, *notes):
    return Record(0, "http://127.0.0.1/", transport, {}, notes=list(notes))


def test_a_connection_from_before_the_restart_is_not_a_reconnect():
    readers = [reader("ws", (1.0, "connected"), (5.0, "trying again"), (6.0, "connected"))]
    assert _reconnects(readers, since=4.0) == [6.0]


def test_a_poll_never_reconnects():
    assert _reconnects([reader("poll", (6.0, "connected"))], since=4.0) == []


def test_both_lasting_transports_count():
    readers = [reader(kind, (6.0, "connected")) for kind in ("ws", "sse")]
    assert _reconnects(readers, since=4.0) == [6.0, 6.0]


def test_the_densest_span_of_reconnects_is_counted():
    assert _densest([1.0, 2.0, 3.0], 0.5) == 1
    assert _densest([1.0, 2.0, 2.1, 2.2, 3.0], 0.5) == 3
