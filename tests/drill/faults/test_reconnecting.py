"""Only readers who came back since the restart, and who keep a connection, count."""

from stoppress.drill.faults.reconnecting import _densest, _reconnects
from stoppress.drill.record import Record


def reader(transport, *notes):
    return Record(0, "http://127.0.0.1/", transport, {}, notes=list(notes))


def test_a_connection_from_before_the_restart_is_no_return():
    readers = [reader("ws", (1.0, "connected"), (5.0, "trying again"), (6.0, "connected"))]
    assert _reconnects(readers, since=4.0) == [6.0]


def test_a_poll_has_nothing_to_come_back_to():
    assert _reconnects([reader("poll", (6.0, "connected"))], since=4.0) == []


def test_both_lasting_transports_count():
    readers = [reader(kind, (6.0, "connected")) for kind in ("ws", "sse")]
    assert _reconnects(readers, since=4.0) == [6.0, 6.0]


def test_a_herd_is_counted_where_it_is_densest():
    assert _densest([1.0, 2.0, 3.0], 0.5) == 1
    assert _densest([1.0, 2.0, 2.1, 2.2, 3.0], 0.5) == 3
