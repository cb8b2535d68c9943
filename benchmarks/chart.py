"""Draw the chart of README.md and docs/performance.md: `python -m benchmarks.chart`.

It is an SVG without a library. It follows the reader's light or dark theme, and contains a text
description for screen readers.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from .asked import CPU, LAST, at
from .figures import Figure, Pick, figure, ratio, samples, too_late

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "latest.json"
CHART = ROOT / "docs" / "performance.svg"

NAMES = {
    "sendloop": "C send loop (g)",
    "fast": "Stop Press",
    "portable": "Stop Press, portable",
    "nchan": "nginx + nchan",
    "node-ws": "Node ws",
    "recipe-uvicorn": "plain recipe, uvicorn",
    "recipe-daphne": "plain recipe, daphne",
}
WIDTH, MARGIN, LABELS = 840, 28, 168
BAR, GAP, HEAD, BETWEEN = 20, 9, 28, 24
WORDS = 160
"""The width of a bar's figure, to the right of the longest bar."""

STYLE = """
  .ground { fill: #fdfcfa } .title { font: 600 19px Georgia, serif; fill: #1d1b19 }
  .panel { font: 600 14px system-ui, sans-serif; fill: #1d1b19 }
  .name, .figure, .small { font: 13px system-ui, sans-serif; fill: #3a3632 }
  .figure { font-variant-numeric: tabular-nums; paint-order: stroke; stroke: #fdfcfa;
    stroke-width: 6px; stroke-linejoin: round }
  .small { font-size: 12px; fill: #6a645d }
  .name.ours, .figure.ours { font-weight: 600; fill: #1d1b19 }
  .bar { fill: #b9b2a8 } .bar.floor { fill: #8a837a } .bar.ours { fill: #b3261e }
  .bar.portable { fill: #d98880 } .line { stroke: #8a837a; stroke-dasharray: 2 3 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #191817 } .title, .panel { fill: #f3efe9 }
    .name, .figure { fill: #d3cdc4 } .figure { stroke: #191817 } .small { fill: #a39c92 }
    .name.ours, .figure.ours { fill: #fff }
    .bar { fill: #5d5851 } .bar.floor { fill: #8a837a } .bar.ours { fill: #f0655a }
    .bar.portable { fill: #a34a43 } .line { stroke: #8a837a }
  }
"""


@dataclass(frozen=True)
class Bar:
    server: str
    value: float
    words: str


@dataclass(frozen=True)
class Panel:
    title: str
    bars: list[Bar]
    floor: float | None
    """The C loop's value, shown as a line through the bars; None for no line."""

    @property
    def height(self) -> int:
        return HEAD + len(self.bars) * (BAR + GAP)


def draw(results: dict[str, Any]) -> str:
    """Return the chart as SVG."""
    panels = [panel for panel in _panels(results) if panel.bars]
    top = 84
    height = top + sum(panel.height + BETWEEN for panel in panels)
    parts = []
    y = top
    for panel in panels:
        parts += _draw_panel(panel, y)
        y += panel.height + BETWEEN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
            ' aria-labelledby="title desc">',
            '<title id="title">What one article costs to deliver</title>',
            f'<desc id="desc">{escape(_told(panels))}</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="ground" width="{WIDTH}" height="{height}" rx="8"/>',
            _text(MARGIN, 36, "title", "One article, every reader: what it costs to deliver"),
            _text(MARGIN, 57, "small", _below(results)),
            *parts,
            "</svg>\n",
        ]
    )


def _panels(results: dict[str, Any]) -> Iterator[Panel]:
    readers = f"{results['readers']:,} readers"
    for title, pick, unit in (
        (f"CPU per delivered message, {readers}", CPU, "µs"),
        (f"From publishing to the last of {readers}", LAST, "ms"),
    ):
        yield _panel(results, "fan_out", title, pick, unit)
    for place, words, pick, unit in (
        ("recipe.cpu", "CPU per delivered message, {} readers, beside the plain recipe", CPU, "µs"),
        ("recipe.last", "From publishing to the last of {} readers, beside it", LAST, "ms"),
    ):
        if size := _size(results, place):
            yield _panel(results, place, words.format(f"{size:,}"), pick, unit, base="fast")


def _panel(
    results: dict[str, Any], place: str, title: str, pick: Pick, unit: str, base: str = "sendloop"
) -> Panel:
    found = {name: figure(results, place, name, pick) for name in NAMES}
    floor = found.get(base)
    bars = [
        Bar(name, one.middle, _words(one, unit, _over(results, place, name, base, pick)))
        for name, one in found.items()
        if one is not None
    ]
    if pick is LAST:
        bars += _never(results, place, [name for name, one in found.items() if one is None])
    shown = floor.middle if floor is not None and base == "sendloop" else None
    return Panel(title, bars, shown)


def _never(results: dict[str, Any], place: str, names: list[str]) -> Iterator[Bar]:
    """Yield a bar as long as the time limit for each server that delivered no article in time."""
    for name in names:
        waited = figure(results, place, name, at("patience", scale=1000))
        late = too_late(results, place, name)
        if waited is not None and late:
            yield Bar(name, waited.middle, late)


def _over(results: dict[str, Any], place: str, name: str, base: str, pick: Pick) -> str:
    """Return a server's figure as a multiple of the base's, in words; empty for the base itself."""
    found = ratio(results, place, name, base, pick) if name != base else None
    if found is None:
        return ""
    by = "g" if base == "sendloop" else "Stop Press"
    times = f"{found.middle:.1f}" if found.middle < 10 else f"{found.middle:,.0f}"
    return f" · {times} × {by}"


def _words(one: Figure, unit: str, over: str) -> str:
    value, shown = one.middle, unit
    if unit == "ms" and value >= 1000:
        value, shown = value / 1000, "s"
    exact = value < (100 if shown == "µs" else 10)
    words = f"{value:.1f} {shown}" if exact else f"{value:,.0f} {shown}"
    return words + over


def _draw_panel(panel: Panel, top: int) -> Iterator[str]:
    yield _text(MARGIN, top + 14, "panel", panel.title)
    longest = max(bar.value for bar in panel.bars)
    left = MARGIN + LABELS
    scale = (WIDTH - left - MARGIN - WORDS) / longest
    first = y = top + HEAD
    if panel.floor is not None:
        x = left + panel.floor * scale
        last = first + len(panel.bars) * (BAR + GAP) - GAP
        yield f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="{first}" y2="{last}"/>'
    for bar in panel.bars:
        kind = {"sendloop": "floor", "fast": "ours", "portable": "portable"}.get(bar.server, "")
        ours = " ours" if kind in ("ours", "portable") else ""
        width = max(2.0, bar.value * scale)
        yield _text(MARGIN, y + 15, f"name{ours}", NAMES[bar.server])
        yield (
            f'<rect class="bar {kind}" x="{left}" y="{y}" width="{width:.1f}"'
            f' height="{BAR}" rx="3"/>'
        )
        yield _text(left + width + 8, y + 15, f"figure{ours}", bar.words)
        y += BAR + GAP


def _text(x: float, y: float, kind: str, words: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _told(panels: list[Panel]) -> str:
    """Return the chart's content as text, for screen readers."""
    return " ".join(
        f"{panel.title}: "
        + "; ".join(f"{NAMES[bar.server]} {bar.words}" for bar in panel.bars)
        + "."
        for panel in panels
    )


def _below(results: dict[str, Any]) -> str:
    rounds, facts = len(results["rounds"]), results["machine"]
    how = "one round" if rounds == 1 else f"medians of {rounds} interleaved rounds"
    return f"600-byte articles, one process, one core; {how}, {facts['cpu']}. Shorter is better."


def _size(results: dict[str, Any], place: str) -> int | None:
    found = (one["readers"] for name in NAMES for one in samples(results, place, name) if one)
    return next(found, None)


def main() -> None:
    """Draw the chart from `benchmarks/results/latest.json`, or from the named file."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS
    CHART.write_text(draw(json.loads(path.read_text())))
    print(f"{CHART.relative_to(ROOT)}: {CHART.stat().st_size / 1024:.1f} KiB")


if __name__ == "__main__":
    main()
