import logging

import pytest

from stoppress.live import metrics
from stoppress.live.relays.health import RelayHealth


def gauge():
    return metrics.RELAY_UP.labels("test")._value.get()


def reconnects():
    return metrics.RELAY_RECONNECTS.labels("test")._value.get()


@pytest.fixture
def line(caplog):
    caplog.set_level(logging.INFO, "stoppress.live")
    return RelayHealth("test", "the wire")


def test_loss_and_return_of_a_connection_are_logged_once(line, caplog):
    before = reconnects()
    line.up()
    for _ in range(20):
        line.lost(OSError("no route\n  to host"))
    assert gauge() == 0
    line.up()
    line.up()
    assert gauge() == 1 and reconnects() == before + 1
    lost, back = (record.getMessage() for record in caplog.records)
    assert "the wire is not reachable (no route to host)" in lost and lost.count("\n") == 0
    assert back == "relay: the wire is back"


def test_the_back_off_grows_to_a_second_with_jitter(line):
    waits = [line.lost(TimeoutError()) for _ in range(2000)]
    assert 0.02 < waits[0] <= 0.05 and max(waits) <= 1
    assert min(waits[20:]) < 0.6 and max(waits[20:]) > 0.9


def test_a_relay_that_only_sends_is_not_counted_as_up(line):
    line.up()
    line.lost(OSError("x"), hears=False)
    assert gauge() == 1
    line.ended()
    assert gauge() == 0
    line.up(hears=False)
    assert gauge() == 0
