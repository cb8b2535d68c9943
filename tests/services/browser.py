"""Chromium, driven by Playwright."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

from . import programs

MISSING = "Chromium is not on this machine (`make services` tells more)"

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
    path = programs.chromium()
    if path is None:
        yield None
        return
    with sync_playwright() as playwright:
        left_out = ["--disable-back-forward-cache"] if cached else None
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=FLAGS, ignore_default_args=left_out
        )
        try:
            yield browser
        finally:
            browser.close()
