"""`make budgets`: a page of the demo must be live in time, and cost its reader little.

Prints a table and writes it to `build/budgets.md`. Ends with 1 if a budget is exceeded. Nothing
else may run on the machine meanwhile: the figures are seconds of its processor, too.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from stoppress.drill.free_port import free_port
from tests.services.browser import MISSING, launched
from tests.services.command import COMMAND, inherited
from tests.services.process import Process
from tests.services.proxy import running

from .line import Line, SlowLine
from .measure import cold, idle, longest_task

BUILD = Path(__file__).parents[2] / "build"
DSL = Line("1.6 Mbit/s, 150 ms", 1_600_000, 0.150)
POOR = Line("400 kbit/s, 400 ms", 400_000, 0.400)
# Fifty stories come, each in a task of its own, as from the network.
FIFTY_STORIES = """async () => {
  const feed = [...document.querySelectorAll('main live-feed')].find(
    each => each.querySelector('[data-key]'))
  const text = feed.querySelector('[data-key]').textContent
  const { cursor, stream } = feed
  for (let n = 10; n < 60; n++) {
    const key = `article:9${n}`
    const view = ['article', { class: 'item' }, ['h2', `Story ${n}`], ['p', text]]
    feed.take({ type: 'event', op: 'put', event: 'article.published', stream, cursor, key,
      item: { key, version: 1, order: `9-${n}`, view } })
    await new Promise(done => setTimeout(done, 20))
  }
}"""


@dataclass(frozen=True)
class Budget:
    """One figure and its limit; `format` writes both."""

    page: str
    what: str
    limit: float
    figure: float
    format: str = "{:.2f} s"

    @property
    def holds(self) -> bool:
        return self.figure <= self.limit

    @property
    def line(self) -> str:
        verdict = "yes" if self.holds else "**no**"
        figure, limit = self.format.format(self.figure), self.format.format(self.limit)
        return f"| {self.page} | {self.what} | {figure} | {limit} | {verdict} |"


def main() -> int:
    """Measure; return 1 if a budget is exceeded, 2 without a browser."""
    parser = argparse.ArgumentParser("tests.budgets")
    parser.add_argument("--runs", type=int, default=11, help="of each the median counts")
    parser.add_argument("--pages", default="/,/articles/1/", help="addresses, with commas")
    options = parser.parse_args()
    lines = ["| page | what | figure | budget | holds |", "|---|---|---|---|---|"]
    print(*lines, sep="\n", flush=True)
    held = True
    with launched() as browser, _demo() as port:
        if browser is None:
            print(MISSING)
            return 2
        for page in options.pages.split(","):
            for budget in _budgets(browser, port, page, options.runs):
                held = held and budget.holds
                lines.append(budget.line)
                print(budget.line, flush=True)
    BUILD.mkdir(exist_ok=True)
    (BUILD / "budgets.md").write_text("\n".join(lines) + "\n")
    return 0 if held else 1


def _budgets(browser: Browser, port: int, page: str, runs: int) -> Iterator[Budget]:
    here = f"http://127.0.0.1:{port}{page}"
    yield Budget(page, "first paint", 1.0, _median(runs, lambda: cold(browser, here)["paint"]))
    for line, limit in ((DSL, 1.5), (POOR, 4.0)):
        with running(SlowLine(line, port)) as slow:
            there = slow.url + page
            live = _median(runs, lambda there=there: cold(browser, there)["live"])
        yield Budget(page, f"live at {line.name}", limit, live)
    longest = _median(3, lambda: longest_task(browser, here, 4, FIFTY_STORIES))
    yield Budget(page, "longest task, processor ÷ 4", 0.05, longest)
    yield Budget(page, "idle, of a core", 0.005, idle(browser, here, 30), "{:.2%}")


def _median(runs: int, measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(runs))


@contextmanager
def _demo() -> Iterator[int]:
    """Run the demo, which tells nothing new for an hour; yield its port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        command = [COMMAND, "demo", "--port", str(port), "--pace", "3600"]
        env = inherited() | {"STOPPRESS_DATA": f"{folder}/data", "PYTHONUNBUFFERED": "1"}
        process = Process(command, log, env=env)
        try:
            words = b"Stop Press is live at"
            process.wait_until(lambda: words in log.read_bytes(), "it said that it is live")
            yield port
        finally:
            process.stop(30.0)
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
