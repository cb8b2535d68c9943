import time

import pytest

from stoppress.live.management.meter import Meter


@pytest.mark.slow("it waits for two seconds to pass")
def test_what_is_done_within_a_second_writes_nothing_and_then_it_is_a_line_a_second():
    lines = []
    meter = Meter(lines.append)
    meter("first")
    assert lines == []
    began = time.monotonic()
    count = 0
    while len(lines) < 2:
        count += 1
        meter(f"{count} done")
        time.sleep(0.01)  # it measures this time
        assert time.monotonic() < began + 10
    assert time.monotonic() >= began + 1.5
    assert all(line.endswith(" done") for line in lines)
