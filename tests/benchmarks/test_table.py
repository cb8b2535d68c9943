"""The table says what was met, what was missed, and what is not there."""

from typing import Any

from benchmarks.chart import draw
from benchmarks.faults import faults, peer_faults
from benchmarks.table import PAGE, markdown, placed

FACTS = {"cores": 2, "cpu": "a CPU", "kernel": "6", "python": "3"}


def _results(*rounds: dict[str, Any]) -> dict[str, Any]:
    return {"readers": 10_000, "machine": FACTS, "rounds": list(rounds)}


def _fan_out(**cpu: float) -> dict[str, Any]:
    return {"fan_out": {name.replace("_", "-"): _sample(used) for name, used in cpu.items()}}


def _sample(cpu: float) -> dict[str, Any]:
    return {"readers": 10_000, "cpu_us": [cpu, cpu, 100.0], "last_ms": [], "faults": []}


def _line(told: str, begins: str) -> str:
    return next(line for line in told.splitlines() if line.startswith(f"| {begins} "))


def test_a_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    told = markdown(
        _results(
            _fan_out(sendloop=4, fast=4),
            _fan_out(sendloop=10, fast=14),
            _fan_out(sendloop=5, fast=8),
        )
    )
    assert "1.40 × g (1.00 to 1.60), met" in _line(told, "CPU per delivered message")


def test_a_ratio_above_its_limit_is_marked_missed() -> None:
    told = markdown(_results(_fan_out(sendloop=4, fast=7, portable=7, nchan=3)))
    line = _line(told, "CPU per delivered message")
    assert "≤ 3.00 × g | 1.75 × g, met" in line
    assert "≤ 1.50 × g | 1.75 × g, **missed**" in line
    assert "2.33 × nchan, **missed**" in _line(told, "the same, to nchan")


def test_a_round_without_the_floor_counts_for_nothing() -> None:
    broken = {"fan_out": {"sendloop": {"failed": "no compiler"}, "fast": _sample(1)}}
    results = _results(broken, _fan_out(sendloop=4, fast=8))
    assert "2.00 × g, **missed**" in _line(markdown(results), "CPU per delivered message")
    assert faults(results) == ["round 1, fan_out, sendloop: failed: no compiler"]


def test_a_missing_peer_and_a_lost_event_are_named() -> None:
    lossy = _sample(8) | {"faults": ["3 events that did not reach a reader"]}
    results = _results({"fan_out": {"nchan": {"missing": "not on this machine"}, "fast": lossy}})
    told = markdown(results)
    assert "- not measured: nchan: not on this machine" in told
    assert "- **round 1, fan_out, fast: 3 events that did not reach a reader**" in told
    assert faults(results) and not peer_faults(results)


def test_a_delivery_that_never_came_is_shown_in_place_of_its_figure() -> None:
    ours = _sample(8) | {"last_ms": [40.0], "late": 0, "patience": 60.0}
    never = ours | {"cpu_us": [], "last_ms": [], "late": 1, "faults": ["5000 events"]}
    results = _results({"recipe": {"last": {"fast": ours, "recipe-daphne": never}}})
    told = markdown(results)
    assert "| ≥ 250 × | the recipe: not in 60 s |" in _line(
        told, "last of 5,000 readers, recipe-daphne to ours"
    )
    assert "|  | not in 60 s |" in _line(told, "recipe-daphne")
    assert peer_faults(results) == ["round 1, recipe.last, recipe-daphne: 5000 events"]
    assert not faults(results)
    assert ">not in 60 s<" in draw(results)


def test_a_partial_delivery_is_shown_beside_its_figure() -> None:
    ours = _sample(8) | {"last_ms": [40.0], "late": 0, "patience": 60.0}
    partly = ours | {"last_ms": [15_000.0, 17_000.0], "late": 1}
    told = markdown(_results({"recipe": {"last": {"fast": ours, "recipe-daphne": partly}}}))
    line = _line(told, "last of 5,000 readers, recipe-daphne to ours")
    assert "400 ×, met; the recipe: 1 of 3 not in 60 s |" in line
    assert "| 16000; 1 of 3 not in 60 s |" in _line(told, "recipe-daphne")


def test_foreign_load_is_named() -> None:
    results = _results({"fan_out": {"fast": _sample(8) | {"foreign_cores": 0.9}}})
    assert "in 1 of 1 measurements others used more than 0.2 cores" in markdown(results)


def test_the_page_has_a_place_for_the_table() -> None:
    once = placed(PAGE.read_text(), "| a table |\n")
    assert once.count("| a table |") == 1 and "## How to run it" in once
    assert placed(once, "| another |\n").count("table |") == 0


def test_without_nginx_the_herd_is_not_measured() -> None:
    herd = {"ours": [100.0, 110.0], "nginx": [200.0, 220.0], "newcomers": {}, "faults": []}
    row = "front page to nginx's file"
    assert "0.50 ×, met" in _line(markdown(_results({"herd": {"fast": herd}})), row)
    without = {"herd": {"fast": herd | {"nginx": []}}}
    assert "0.50" not in _line(markdown(_results(without)), row)
    assert "met" in _line(markdown(_results(without, {"herd": {"fast": herd}})), row)
