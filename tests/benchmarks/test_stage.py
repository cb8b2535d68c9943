"""Can the measurements fail? Each fault here is one that a server might have."""

from collections.abc import Callable, Sequence

import pytest

from benchmarks.measures import fan_out
from benchmarks.servers.base import CannotRun
from benchmarks.servers.sendloop import Sendloop
from benchmarks.stage import WARM_EVENTS, Setting, Stage, at_most, each

Change = Callable[[Sequence[int]], Sequence[int]]


def test_events_that_every_reader_gets_once_are_no_fault(floor: Stage) -> None:
    told = floor.deliver(5)
    assert told["faults"] == []
    assert [event["count"] for event in told["events"]] == [20] * 5
    assert all(0 < event["first"] <= event["p99"] <= event["last"] for event in told["events"])
    assert len(told["cpu_ns"]) == 5 and min(told["cpu_ns"]) > 0


def test_a_burst_has_all_events_of_all_readers(floor: Stage) -> None:
    told = floor.burst(20, 8)
    assert told["faults"] == [] and len(told["events"]) == 20


def test_an_event_that_is_not_sent_is_reported(
    floor: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publishes(monkeypatch, lambda numbers: [number for number in numbers if number != 3])
    assert floor.burst(5, 5)["faults"] == [
        "20 events that did not reach a reader in time",
        "20 events that a reader got out of order, or not at all",
    ]


def test_late_events_are_reported_beside_the_figures_of_the_others(
    floor: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(1, 100))
    warmed = 2 * WARM_EVENTS  # with few readers, and with all
    _publishes(monkeypatch, lambda given: given if next(numbers) != warmed + 2 else [])
    floor.load.close()
    told = fan_out.measure(floor, readers=20, paced=5, burst=8)
    assert len(told["cpu_us"]) == len(told["last_ms"]) == 1
    assert told["late"] == 1 and told["patience"] == 1.0
    # Not of those, too, that were never published since it had lost that one.
    assert told["faults"] == ["20 events that did not reach a reader in time"]
    assert "p99_ms" not in told and "burst_per_second" not in told


def test_a_server_that_is_late_at_the_first_event_gets_no_second_wait(
    floor: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(1, 100))
    _publishes(monkeypatch, lambda given: given if next(numbers) <= WARM_EVENTS else [])
    floor.load.close()
    told = fan_out.measure(floor, readers=20, paced=5, burst=8)
    assert told["last_ms"] == [] and told["late"] == 1
    assert next(numbers) == WARM_EVENTS + 2


def test_an_event_that_is_sent_twice_is_reported(
    floor: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publishes(monkeypatch, lambda numbers: [one for number in numbers for one in (number, number)])
    [words] = floor.deliver(3)["faults"]
    assert words.endswith("events that a reader got twice")


def test_events_in_another_order_are_reported(
    floor: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publishes(monkeypatch, lambda numbers: list(reversed(numbers)))
    assert "60 events that a reader got out of order, or not at all" in floor.burst(4, 4)["faults"]


def test_readers_that_are_cut_off_are_reported(floor: Stage) -> None:
    floor.deliver(1)
    first, last = floor.numbers(1)
    floor.load.arm(first, last)
    floor.served.stop()
    assert floor.load.wait(last, 1.0)["count"] == 0
    assert floor.load.report()["lost"] == 20


def test_a_server_that_refuses_readers_is_reported_with_a_message(floor: Stage) -> None:
    floor.served.stop()
    with pytest.raises(CannotRun, match="of 5 readers 0 were let in.*Connection refused"):
        floor.load.open(floor.served, 5)


def test_a_measurement_has_a_time_limit() -> None:
    with pytest.raises(CannotRun, match=r"over 0\.05 s"), at_most(0.05):
        while True:
            pass


def test_a_server_that_fails_does_not_stop_the_others(
    setting: Setting, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(name: str) -> dict[str, object]:
        if name == "sendloop":
            raise CannotRun("it would not")
        return {"figure": 1}

    found = each(setting, ("sendloop", "fast"), measure)
    assert found["sendloop"] == {"failed": "it would not"}
    assert found["fast"]["figure"] == 1
    assert "FAILED: it would not" in capsys.readouterr().out


def _publishes(monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """Have the floor publish other numbers than it is told."""
    honest = Sendloop.publish

    def publish(self: Sendloop, numbers: Sequence[int]) -> None:
        honest(self, change(numbers))

    monkeypatch.setattr(Sendloop, "publish", publish)  # a floor that is not honest
