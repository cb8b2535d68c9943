"""`python -m benchmarks` from its first line to its last, with a few readers."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks.stage import Setting

pytestmark = pytest.mark.backend("sqlite")

SVG = "{http://www.w3.org/2000/svg}"


def test_a_tiny_run_measures_the_floor_and_ours(setting: Setting, tmp_path: Path) -> None:
    results, table, chart = (tmp_path / name for name in ("raw.json", "table.md", "chart.svg"))
    files = ["--results", results, "--table", table, "--chart", chart]
    size = ["--quick", "--readers", "50", "--servers", "sendloop,fast"]
    command = [sys.executable, "-m", "benchmarks", "fan_out", "resume", *size, *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stdout + done.stderr

    [measured] = json.loads(results.read_text())["rounds"]
    for server in ("sendloop", "fast"):
        sample = measured["fan_out"][server]
        assert sample["readers"] == 50 and sample["faults"] == []
        assert min(sample["cpu_us"]) > 0 and min(sample["last_ms"]) > 0
        assert sample["burst_per_second"] > 0
    assert measured["resume"]["fast"]["faults"] == []

    told = table.read_text()
    assert told in done.stdout
    assert "| CPU per delivered message | ≤ 3.00 × g | not measured | ≤ 1.50 × g | " in told
    assert "50 readers, not 10,000" in told

    drawn = ET.fromstring(chart.read_text())
    assert drawn.findtext(f"{SVG}title") == "What one article costs to deliver"
    assert "Stop Press " in (drawn.findtext(f"{SVG}desc") or "")
    words = [text.text for text in drawn.iter(f"{SVG}text")]
    assert "C send loop (g)" in words and "Stop Press" in words


def test_an_unknown_name_is_refused_with_the_list_of_names() -> None:
    command = [sys.executable, "-m", "benchmarks", "fan_in"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "there is no fan_in: there are fan_out, " in done.stderr
