"""Open pages of live stories in a browser, and what a page says that is opened now."""

import urllib.request
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.error import HTTPError

from playwright.sync_api import Browser, BrowserContext, Page

# Times are in the reader's words once a script runs; what is fresh is marked for five seconds.
FEEDS = """
html => {
  const whole = html ? new DOMParser().parseFromString(html, 'text/html') : document
  const text = (row) => {
    const copy = row.cloneNode(true)
    for (const each of [copy, ...copy.querySelectorAll('*')]) {
      for (const name of ['data-fresh', 'aria-current', 'open']) each.removeAttribute(name)
    }
    for (const each of copy.querySelectorAll('time[data-time]')) {
      each.textContent = each.getAttribute('datetime')
      each.removeAttribute('title')
    }
    return copy.outerHTML
  }
  return Object.fromEntries([...whole.querySelectorAll('live-feed')].map((feed) => [
    feed.getAttribute('stream'),
    {
      cursor: feed.getAttribute('cursor'),
      state: feed.getAttribute('data-state'),
      transport: feed.getAttribute('data-transport'),
      floor: feed.getAttribute('data-floor'),
      ceiling: feed.getAttribute('ceiling'),
      rows: [...feed.querySelectorAll('[data-key]')].map((row) => [
        row.dataset.key, Number(row.dataset.version) || null, row.dataset.order, text(row)
      ])
    }
  ]))
}
"""

Feeds = dict[str, dict[str, Any]]


class Answer(NamedTuple):
    status: int
    address: str
    text: str


def get(url: str, **headers: str) -> Answer:
    """Ask for a page, through its redirects."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return Answer(answer.status, answer.url, answer.read().decode())
    except HTTPError as error:
        with error:
            return Answer(error.code, error.url, error.read().decode())


class OpenPage:
    """A page that stays open, at an address of the site.

    Args:
        url: the server's, where fresh pages are read.
        through: where the page itself is read.
    """

    def __init__(self, context: BrowserContext, url: str, through: str, path: str) -> None:
        self.path, self._url = path, url
        self.errors: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(through + path)
        self._blank = context.new_page()

    def feeds(self) -> Feeds:
        return dict(self.page.evaluate(FEEDS, ""))

    def html(self) -> str:
        return str(self.page.evaluate("document.documentElement.outerHTML"))

    def fresh(self) -> Feeds:
        """Return what the page at this address says now."""
        return dict(self._blank.evaluate(FEEDS, get(self._url + self.path).text))

    def cursors(self) -> dict[str, str]:
        """Return how far it is in each stream."""
        assert self.errors == []
        return {name: feed["cursor"] for name, feed in self.feeds().items()}

    def __str__(self) -> str:
        by = {(feed["state"], feed["transport"]) for feed in self.feeds().values()}
        return f"{self.path} ({by}) is at {self.cursors()}"

    def differs(self, state: Mapping[str, Mapping[str, Any]]) -> str:
        """Return how it differs from a page that is opened now, and from what there is.

        Args:
            state: of each stream its `cursor`, `floor` and `items`; of posts all that it can show.
        """
        fresh_feeds = self.fresh()
        for name, shown in self.feeds().items():
            told, fresh = state[name], fresh_feeds.get(name, {"cursor": state[name]["cursor"]})
            where = f"{self.path} {name} ({shown['state']} by {shown['transport']})"
            if not shown["cursor"] == fresh["cursor"] == told["cursor"]:
                at = shown["cursor"], fresh["cursor"]
                return f"{where} is at {at[0]}, a fresh one at {at[1]}, of {told['cursor']}"
            here = [row[:3] for row in shown["rows"]]
            there = within(rows_of(told["items"]), shown, {} if "posts:" in name else told)
            if here != there:
                return f"{where}: {_difference(here, there)}"
            if "rows" in fresh:
                here, there = (within(each["rows"], shown, fresh) for each in (shown, fresh))
                if here != there:
                    return f"{where} and a fresh one: {_difference(here, there)}"
        return ""

    def older(self) -> None:
        """Add the posts below."""
        self.page.evaluate("document.querySelector('live-feed[stream^=\"posts:\"]').older()")


def context_of(browser: Browser) -> BrowserContext:
    return browser.new_context(timezone_id="Europe/Oslo", viewport={"width": 390, "height": 800})


def within(rows: list[Any], *ranges: dict[str, Any]) -> list[Any]:
    """Return the rows that stand in every one of some ranges; a row's order is its third value."""
    floors = [each["floor"] for each in ranges if each.get("floor")]
    ceilings = [each["ceiling"] for each in ranges if each.get("ceiling")]
    floor, ceiling = max(floors, default=""), min(ceilings, default="~")
    return [row for row in rows if floor <= row[2] < ceiling]


def rows_of(items: list[dict[str, Any]]) -> list[list[Any]]:
    """Return items as rows without their text."""
    return [[item["key"], item.get("version"), item["order"]] for item in items]


def _difference(here: list[Any], there: list[Any]) -> str:
    """Say what only one of two lists has."""
    more, less = ([row for row in a if row not in b] for a, b in ((here, there), (there, here)))
    return f"more {more}, less {less}" if more or less else f"in another order: {here}"
