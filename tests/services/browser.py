"""Chromium, driven by Playwright."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from . import programs

MISSING = "Chromium is not on this machine (`make services` tells more)"

# Set on a test whose browser crashed: it is run once more, and the summary counts it.
CRASHED = pytest.StashKey[bool]()

# What a page is expected to show may come late on a busy machine; Playwright gives it five seconds.
expect.set_options(timeout=20_000)

# Chromium calls its vendor at every start, which a closed network refuses; and the sandbox does
# not work for root.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def launched(cached: bool = False) -> Iterator[Browser | None]:
    """Yield a headless browser; None if the machine has none.

    Args:
        cached: it keeps pages in its back-forward cache, which Playwright turns off.
    """
    with launching(cached) as running:
        yield running and running()


@contextmanager
def launching(cached: bool = False) -> Iterator[Callable[[], Browser] | None]:
    """Yield a function that returns the running browser, or a new one if that has crashed.

    It is as `launched` otherwise.
    """
    path = programs.chromium()
    if path is None:
        yield None
        return
    with sync_playwright() as playwright, ExitStack() as ending:
        left_out = ["--disable-back-forward-cache"] if cached else None
        browsers: list[Browser] = []

        def running() -> Browser:
            if not browsers or not browsers[-1].is_connected():
                browser = playwright.chromium.launch(
                    executable_path=path, headless=True, args=FLAGS, ignore_default_args=left_out
                )
                browsers.append(ending.enter_context(closing(browser)))
            return browsers[-1]

        yield running


@contextmanager
def watched(test: pytest.Item, browser: Browser) -> Iterator[Browser]:
    """Yield the browser of a test, and note on the test if it crashes."""
    yield browser
    with suppress(Error):  # Playwright notices a crash when it next asks the browser
        browser.new_browser_cdp_session().detach()
    if not browser.is_connected():
        test.stash[CRASHED] = True


def has_crashed(test: pytest.Item) -> bool:
    """Return whether the browser of this run of a test crashed."""
    return test.stash.setdefault(CRASHED, False)
