"""Several tabs of one reader: one connection, whatever becomes of the tab that has it."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.services import browser

from .newswire import Newswire
from .reading import feed, item, three
from .scripted import cursor

COUNT = """
window.got = []
document.addEventListener('stoppress:event', ({ detail }) => window.got.push(detail.cursor))
"""

LEADS = """
navigator.locks.request('own', async () => {
  const { held } = await navigator.locks.query()
  const own = held.find(({ name }) => name === 'own').clientId
  return held.some(({ name, clientId }) => name !== 'own' && clientId === own)
})
"""

BLOCK = """
setTimeout(() => {
  const asked = new XMLHttpRequest()
  asked.open('GET', '/hold', false)
  asked.send()
})
"""


@pytest.fixture(scope="module")
def running_caching() -> Iterator[Callable[[], Browser]]:
    """A Chromium with a back-forward cache: a function that returns it."""
    with browser.launching(cached=True) as running:
        if running is None:
            pytest.skip(browser.MISSING)
        yield running


@pytest.fixture
def caching(
    request: pytest.FixtureRequest, running_caching: Callable[[], Browser]
) -> Iterator[Browser]:
    """A Chromium with a back-forward cache; a new one if the last one crashed."""
    with browser.watched(request.node, running_caching()) as running:
        yield running


@pytest.fixture
def context(caching: Browser, wire: Newswire) -> Iterator[BrowserContext]:
    wire.page = f"""<!doctype html><html lang="en-GB"><head><title>News</title>
      <script type="module" src="/static/index.js"></script></head><body>{feed(three())}</body>"""
    context = caching.new_context()
    context.set_default_timeout(30_000)
    context.add_init_script(COUNT)
    yield context
    wire.let_go()
    context.close()


def opened(context: BrowserContext, wire: Newswire, count: int) -> list[Page]:
    """Open tabs one after the other, each of them live."""
    pages = [context.new_page() for _ in range(count)]
    for page in pages:
        page.goto(wire.address)
        expect_live(page)
    return pages


def expect_live(page: Page) -> None:
    expect(page.locator("live-feed")).to_have_attribute("data-state", "live")


def expect_news(pages: list[Page], wire: Newswire) -> None:
    """Publish: every tab is given it once, and nothing else."""
    for page in pages:
        page.evaluate("window.got.length = 0")
    wire.publish(item(wire.head, f"{wire.head:04}"))
    for page in pages:
        expect(page.locator("live-feed")).to_have_attribute("cursor", cursor(wire.head))
        assert page.evaluate("window.got") == [cursor(wire.head)]


def leader(pages: list[Page]) -> Page:
    (leading,) = [page for page in pages if page.evaluate(LEADS)]
    return leading


def test_twenty_tabs_have_one_connection_and_each_is_given_each_event_once(
    context: BrowserContext, wire: Newswire
) -> None:
    pages = opened(context, wire, 20)
    expect_news(pages, wire)
    assert wire.open == 1
    assert len(wire.asked) == 1, "no tab was behind: nothing had to be asked for anew"


def test_behind_a_proxy_that_refuses_websockets_eight_tabs_do_not_block_the_browser(
    context: BrowserContext, wire: Newswire
) -> None:
    wire.ways["ws"] = "cut"
    pages = opened(context, wire, 8)
    expect_news(pages, wire)
    assert wire.open == 1
    assert {page.locator("live-feed").get_attribute("data-transport") for page in pages} == {"sse"}
    assert wire.transports == ["ws", "ws", "poll", "sse"]
    # Its successor knows what works here.
    led = leader(pages)
    led.close()
    pages.remove(led)
    expect_news(pages, wire)
    assert wire.transports[4:] == ["sse"]


def crash(page: Page) -> None:
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")


@pytest.mark.parametrize("how", ["closed", "crashed", "cached", "blocked"])
def test_the_tab_that_leads_has_a_successor(
    context: BrowserContext, wire: Newswire, how: str
) -> None:
    wire.heartbeat = 3
    pages = opened(context, wire, 3)
    led = leader(pages)
    others = [page for page in pages if page is not led]
    if how == "closed":
        led.close()
    elif how == "crashed":
        crash(led)
    elif how == "cached":
        led.evaluate("window.kept = true")
        led.goto(f"{wire.address}/style.css")
    else:
        led.evaluate(BLOCK)
    expect_news(others, wire)
    leader(others)
    if how == "cached":
        led.go_back(wait_until="commit")
        assert led.evaluate("window.kept"), "it came from the cache"
    wire.let_go()
    if how in ("cached", "blocked"):
        expect(led.locator("live-feed")).to_have_attribute("cursor", cursor(wire.head))
        expect_live(led)
        expect_news(pages, wire)
        assert not led.evaluate(LEADS)
    assert wire.open == 1


def test_a_tab_hidden_for_five_minutes_has_no_connection(
    context: BrowserContext, wire: Newswire
) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(wire.address)
    expect_live(page)
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.clock.fast_forward(310_000)
    page.wait_for_function("navigator.locks.query().then(({ held }) => !held.length)")
    wire.publish(item(4, "0004"))
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { value: false });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect(page.locator("live-feed")).to_have_attribute("cursor", cursor(wire.head))
    assert [place for _, place, _ in wire.asked] == [cursor(10), cursor(10)]
