"""Name the tests that were skipped, and fail in CI if there are any."""

import os
from collections.abc import Iterator

import pytest

from . import quick


def _left_out(config: pytest.Config) -> Iterator[str]:
    reporter: pytest.TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    for report in reporter.stats.get("skipped", []):
        if quick.is_left_out(report):
            continue  # `--quick` tells of them
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        yield f"skipped: {report.nodeid}: {reason}"
    for report in reporter.stats.get("xfailed", []):
        yield f"expected to fail: {report.nodeid}: {report.wasxfail}"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("CI") == "true" and any(_left_out(session.config)):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = list(_left_out(terminalreporter.config))
    if lines:
        terminalreporter.section("not run")
        for line in lines:
            terminalreporter.line(line)
        if os.environ.get("CI") == "true":
            terminalreporter.line("In CI that is a failure.")
