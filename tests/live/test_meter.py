import time

from stoppress.live.management import meter
from tests.services.stand_in import StandIn


def test_progress_is_printed_once_a_second_after_the_first_second(monkeypatch):
    now = 100.0
    monkeypatch.setattr(meter, "time", StandIn(time, monotonic=lambda: now))  # the test's clock
    lines = []
    tell = meter.Meter(lines.append)
    for now in (100.0, 100.9, 101.1, 101.9, 102.2, 102.3, 110.0, 110.9, 111.0):
        tell(f"{now:g}")
    assert lines == ["101.1", "102.2", "110", "111"]
