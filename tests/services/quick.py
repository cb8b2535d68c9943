"""`--quick`: run only tests that need no other process, for use while working.

What a test needs is seen, not listed: it asks for a fixture that is a service, or it begins to
start a process and is left there. Of those on a database, a tenth of a second each, every module
gives a share, and so does a test that has many cases; what tries many made-up examples tries few.
Only what is long besides is marked.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SERVICES = {
    "caching": "a browser",
    "chromium": "a browser",
    "postgres": "PostgreSQL",
    "redis": "Redis",
    "serve": "a server",
}
A_PROCESS = "a process"
STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn"}
HARMLESS = (
    "/sbin/ldconfig"  # by it ctypes finds the C library, once, when a hub first watches files
)
SHARE = 12
"""Of each module's tests with a database, the first and then one in so many are run."""
CASES, CASES_SHARE = 3, 4
"""Of a test with more cases than this, the first are run, and then one in so many."""
FEWER = {
    "STOPPRESS_BODIES": "20",
    "STOPPRESS_FORMS": "2",
    "STOPPRESS_EDITS": "5",
    "STOPPRESS_REQUESTS": "2",
}
LONG = 2.0
"""A test that takes more seconds is named, so that it is made shorter or marked as slow."""

SOURCE = Path(__file__).parents[2] / "src" / "stoppress"
DJANGOS = {
    "commands",
    "formats",
    "management",
    "migrations",
    "templatetags",
}  # of the package they stand in


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="only tests that start no process")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "slow(why, one_in=0): it takes long, and `--quick` leaves it out, or runs one in so many",
    )
    if config.getoption("quick"):
        for name, examples in FEWER.items():
            os.environ.setdefault(name, examples)
        config.pluginmanager.register(Quick(config), "quick")


class Quick:
    """Deselects the tests that need more, and reports their number."""

    def __init__(self, config: pytest.Config) -> None:
        self.began, self.cpu_began = time.monotonic(), time.process_time()
        self.whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
        self.all = 0
        self.left_out: Counter[tuple[str, str]] = Counter()
        self.ran: Counter[str] = Counter()
        self.long: list[str] = []
        self.in_a_test = False
        sys.addaudithook(self.see)

    def see(self, event: str, arguments: tuple[Any, ...]) -> None:
        """End a test that is about to start a process."""
        if self.in_a_test and event in STARTS and arguments[:1] != (HARMLESS,):
            pytest.skip(A_PROCESS)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        self.all = len(items)
        kept, met, cases = [], Counter[tuple[str, Path]](), Counter[str]()
        for item in items:
            reason, one_in = _needed(item)
            turn = met[reason, item.path]
            met[reason, item.path] += 1
            test = item.nodeid.partition("[")[0]
            if not reason or one_in and turn % one_in == 0:
                cases[test] += 1
                further = cases[test] - CASES
                if further <= 0 or further % CASES_SHARE == 0:
                    kept.append(item)
                    continue
                reason = f"is a further case, and not the one in {CASES_SHARE}"
            self.left_out[reason, _directory(item.nodeid)] += 1
        kept_ones = set(kept)
        config.hook.pytest_deselected(items=[item for item in items if item not in kept_ones])
        items[:] = kept

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Iterator[None]:
        self.in_a_test = True
        try:
            return (yield)
        finally:
            self.in_a_test = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and is_left_out(report):
            self.left_out[f"needs {A_PROCESS}", _directory(report.nodeid)] += 1
        elif report.when == "call":
            self.ran[_directory(report.nodeid)] += 1
        if report.duration > LONG:
            self.long.append(f"{report.duration:.1f} s: {report.when} of {report.nodeid}")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.whole and self._too_little():
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        tell = terminalreporter.line
        terminalreporter.section("quick")
        for line in self.long:
            tell(f"long, so make it shorter or mark it as slow: {line}")
        for reason in sorted({reason for reason, _ in self.left_out}):
            places = {place: n for (why, place), n in self.left_out.items() if why == reason}
            each = ", ".join(f"{place} {n}" for place, n in sorted(places.items()))
            tell(f"left out, it {reason}: {sum(places.values()):,} ({each})")
        seconds, cpu = time.monotonic() - self.began, time.process_time() - self.cpu_began
        tell(f"{self.ran.total():,} of {self.all:,} cases, in {seconds:.0f} s ({cpu:.0f} s of CPU)")
        if self.whole:
            fewer = ", ".join(f"{name}={number}" for name, number in FEWER.items())
            tell(f"tried with fewer examples: {fewer}")
            tell(
                "left out besides, and not counted: every test on PostgreSQL, the browser client's"
            )
            for line in self._too_little():
                tell(f"Too little is tried: {line}")

    def _too_little(self) -> list[str]:
        """Return the packages of which `--quick` runs too few tests."""
        lines = [f"no case in {place}" for place in sorted(packages()) if not self.ran[place]]
        if self.ran.total() * 3 < self.all:
            lines.append("less than a third of the cases")
        return lines


def is_left_out(report: pytest.TestReport) -> bool:
    """Return whether a test was ended because it was about to start a process."""
    return isinstance(report.longrepr, tuple) and report.longrepr[2] == f"Skipped: {A_PROCESS}"


def _needed(item: pytest.Item) -> tuple[str, int]:
    """Return why a test is left out, or an empty text; and one in how many tests is run."""
    if slow := item.get_closest_marker("slow"):
        return f"takes long, {slow.args[0]}", slow.kwargs.get("one_in", 0)
    fixtures: list[str] = getattr(item, "fixturenames", [])
    for name in fixtures:
        if name in SERVICES:
            return f"needs {SERVICES[name]}", 0
    if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(fixtures):
        return f"is on a database, and not the one in {SHARE} of its module", SHARE
    return "", 0


def _directory(nodeid: str) -> str:
    return Path(nodeid.partition("::")[0]).parent.as_posix()


def packages() -> set[str]:
    """Return the tests' directory of every package: they mirror the source."""
    found = {path.parent.relative_to(SOURCE) for path in SOURCE.glob("*/**/*.py")}
    return {f"tests/{path.as_posix()}" for path in found if not DJANGOS & set(path.parts)}
