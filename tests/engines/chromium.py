"""Chromium, driven by Playwright, as the other engines are driven."""

from contextlib import ExitStack
from typing import Any

from playwright.sync_api import Page

from tests.services.browser import MISSING, launched


class Chromium:
    """A headless Chromium."""

    name = "chromium"

    def __init__(self) -> None:
        self._ending = ExitStack()
        browser = self._ending.enter_context(launched())
        assert browser, MISSING
        self._context = browser.new_context()
        self._tabs: list[Page] = []

    def open(self, url: str) -> None:
        if not self._tabs:
            self._tabs.append(self._context.new_page())
        self._tabs[-1].goto(url)

    def open_beside(self, url: str) -> None:
        self._tabs.append(self._context.new_page())
        self.open(url)

    def close_tab(self) -> None:
        self._tabs.pop().close()

    def ask(self, expression: str) -> Any:
        return self._tabs[-1].evaluate(f"() => Promise.resolve({expression})")

    def end(self) -> None:
        self._ending.close()
