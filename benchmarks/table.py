"""The table of goals, measurements and verdicts: `python -m benchmarks.table`.

It reads `benchmarks/results/latest.json`, or the named file. `--write` puts the table into
docs/performance.md.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .asked import BURST, CPU, KIB, LAST, NOTHING, ROWS, Row, at
from .faults import faults, missing, noise, peer_faults
from .figures import Figure, Pick, figure, samples, too_late
from .stage import SERVERS

RESULTS = Path(__file__).parent / "results" / "latest.json"
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN = "<!-- table: made by `python -m benchmarks.table --write` -->\n"
END = "<!-- end of the table -->\n"
ASKED_READERS = 10_000


def markdown(results: dict[str, Any]) -> str:
    """Return both tables and all faults as Markdown."""
    lines = [*_asked(results), "", *_servers(results), "", *_notes(results)]
    return "\n".join(lines).rstrip() + "\n"


def _asked(results: dict[str, Any]) -> Iterator[str]:
    yield "| | portable, asked | measured | fast path, asked | measured |"
    yield "|---|---|---|---|---|"
    for row in ROWS:
        cells = []
        for server in ("portable", "fast"):
            found = row.find(results, server)
            asked = row.limit(server) != NOTHING
            cells.append(row.asked(server) if asked else "")
            cell = _cell(row, server, found, asked and results["readers"] == ASKED_READERS)
            cells.append(_beside(cell, found, row, results))
        yield f"| {row.what} | {' | '.join(cells)} |"


def _cell(row: Row, server: str, found: Figure | None, judged: bool) -> str:
    if found is None:
        return "not measured"
    words = row.form.format(found.middle)
    if len(found.rounds) > 1:
        low, high = (row.form.format(one) for one in found.spread)
        words += f" ({_bare(low)} to {_bare(high)})"
    if not judged:
        return words
    return f"{words}, {'met' if row.met(server, found) else '**missed**'}"


def _beside(cell: str, found: Figure | None, row: Row, results: dict[str, Any]) -> str:
    """Return the cell with the peer's late articles added, which the ratio does not show."""
    late = too_late(results, *row.beside) if row.beside else ""
    if not late:
        return cell
    return f"{cell}; the recipe: {late}" if found else f"the recipe: {late}"


def _bare(words: str) -> str:
    return words.split(" ")[0]


COLUMNS: tuple[tuple[str, Pick, str], ...] = (
    ("CPU µs/message", CPU, "{:.2f}"),
    ("last reader ms", LAST, "{:.0f}"),
    ("burst messages/s", BURST, "{:,.0f}"),
    ("burst CPU µs", at("burst_cpu_us"), "{:.2f}"),
    ("load waited %", at("load_waited", scale=100), "{:.0f}"),
    ("connects/s", at("connects_per_second"), "{:,.0f}"),
    ("CPU µs/connect", at("connect_cpu_us"), "{:.0f}"),
    ("KiB/connection", at("memory_per_reader", scale=1 / KIB), "{:.1f}"),
)


def _servers(results: dict[str, Any]) -> Iterator[str]:
    sizes = [("fan_out", f"{results['readers']:,} readers")]
    sizes += [("recipe.cpu", "the smaller size"), ("recipe.last", "the larger size")]
    for place, size in sizes:
        rows = [
            (name, [figure(results, place, name, pick) for _, pick, _ in COLUMNS])
            for name in SERVERS
        ]
        rows = [
            (name, found) for name, found in rows if any(found) or too_late(results, place, name)
        ]
        if not rows:
            continue
        yield f"| {_size(results, place) or size} | {' | '.join(name for name, _, _ in COLUMNS)} |"
        yield "|---" * (len(COLUMNS) + 1) + "|"
        for name, found in rows:
            cells = [
                _figures(one, form, too_late(results, place, name) if pick is LAST else "")
                for one, (_, pick, form) in zip(found, COLUMNS, strict=True)
            ]
            yield f"| {name} | {' | '.join(cells)} |"
        yield ""


def _figures(found: Figure | None, form: str, late: str) -> str:
    return "; ".join(filter(None, [form.format(found.middle) if found else "", late]))


def _size(results: dict[str, Any], place: str) -> str:
    for name in SERVERS:
        for sample in samples(results, place, name):
            if sample:
                return f"{sample['readers']:,} readers"
    return ""


def _notes(results: dict[str, Any]) -> Iterator[str]:
    facts = results["machine"]
    yield (
        f"Medians of {len(results['rounds'])} interleaved round(s) on {facts['cores']} cores "
        f"({facts['cpu']}), Linux {facts['kernel']}, Python {facts['python']}. "
        "g is the C loop of the same round; in brackets the lowest and the highest round."
    )
    if results["readers"] != ASKED_READERS:
        yield f"**{results['readers']:,} readers, not {ASKED_READERS:,}: no verdict on anything.**"
    for words in sorted(missing(results)):
        yield f"- not measured: {words}"
    for words in noise(results):
        yield f"- foreign load: {words}"
    for words in [*faults(results), *peer_faults(results)]:
        yield f"- **{words}**"


def placed(page: str, told: str) -> str:
    """Return the page with the table between its two marks.

    Raises:
        ValueError: the page does not have the marks.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page does not have the marks {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}{told}{END}{after}"


def main() -> None:
    """Print the table, or write it into docs/performance.md."""
    parser = argparse.ArgumentParser("python -m benchmarks.table", description=__doc__)
    parser.add_argument("results", nargs="?", type=Path, default=RESULTS)
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    options = parser.parse_args()
    told = markdown(json.loads(options.results.read_text()))
    if options.write:
        PAGE.write_text(placed(PAGE.read_text(), f"\n{told}\n"))
    else:
        print(told, end="")


if __name__ == "__main__":
    main()
