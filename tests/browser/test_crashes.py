"""A test whose browser crashed runs once more, in a new one."""

from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error

from tests.services import browser

# The summary of each run counts this one as "1 rerun".
runs: list[Browser] = []


def test_a_test_whose_browser_crashes_runs_again_in_another(chromium: Browser) -> None:
    runs.append(chromium)
    if len(runs) == 1:
        with suppress(Error):  # the answer never comes
            chromium.new_browser_cdp_session().send("Browser.crash")
        pytest.fail("its browser crashed")
    assert len(runs) == 2
    chromium.new_page().close()


def test_a_test_that_fails_otherwise_does_not_run_again(
    request: pytest.FixtureRequest, chromium: Browser
) -> None:
    with browser.watched(request.node, chromium):
        chromium.new_page().close()
    assert not browser.has_crashed(request.node)
