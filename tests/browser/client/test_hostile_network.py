"""A real newsroom behind a proxy that does not let its transports through."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_pages import act
from tests.services.proxy import running
from tests.services.serve import Server

from .hostile_proxy import HostileProxy

pytestmark = pytest.mark.timeout(300)

PUBLISH = "print(publish({!r}).pk)"


@pytest.fixture
def newsroom(serve) -> Server:
    server: Server = serve("--no-worker")
    act(server, PUBLISH.format("Before"))
    return server


@pytest.fixture
def proxy(newsroom: Server) -> Iterator[HostileProxy]:
    with running(HostileProxy(newsroom.port)) as proxy:
        yield proxy


@pytest.fixture
def page(chromium: Browser, proxy: HostileProxy) -> Iterator[Page]:
    """A page that must end without one violation of its policy and without an error."""
    said: list[str] = []
    context = chromium.new_context()
    page = context.new_page()
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "console",
        lambda line: said.append(line.text) if "Content Security" in line.text else None,
    )
    yield page
    context.close()
    assert said == []


def expect_served(page: Page, transport: str) -> None:
    # Of the news: the front page has the key events too.
    shown = page.locator("live-feed").first
    state = "polling" if transport == "poll" else "live"
    expect(shown).to_have_attribute("data-transport", transport, timeout=20_000)
    expect(shown).to_have_attribute("data-state", state, timeout=20_000)


def expect_newest(page: Page, headline: str, seconds: float) -> None:
    newest = page.locator("live-feed [data-key]").first
    expect(newest).to_contain_text(headline, timeout=seconds * 1000)


def test_with_websocket_blocked_and_sse_buffered_news_comes_within_ten_seconds(
    newsroom: Server, proxy: HostileProxy, page: Page
) -> None:
    proxy.ways = {"/live/ws": "swallowed", "/live/sse": "buffered"}
    page.goto(proxy.url)
    act(newsroom, PUBLISH.format("While it connects"))
    expect_newest(page, "While it connects", 10)
    expect_served(page, "poll")
    act(newsroom, PUBLISH.format("While it polls"))
    expect_newest(page, "While it polls", 10)
    # The reader has found another network.
    proxy.ways = {}
    page.evaluate("dispatchEvent(new Event('online'))")
    expect_served(page, "ws")
    act(newsroom, PUBLISH.format("While it is live"))
    expect_newest(page, "While it is live", 20)
    headlines = page.locator("live-feed [data-key] h2 a").all_inner_texts()
    assert headlines == ["While it is live", "While it polls", "While it connects", "Before"]


def test_an_event_stream_survives_a_restart_if_websockets_are_cut(
    newsroom: Server, proxy: HostileProxy, page: Page
) -> None:
    proxy.ways = {"/live/ws": "cut"}
    page.goto(proxy.url)
    expect_served(page, "sse")
    act(newsroom, PUBLISH.format("Before the restart"))
    expect_newest(page, "Before the restart", 20)
    newsroom.stop()
    act(newsroom, PUBLISH.format("While it was away"))
    newsroom.start()
    expect_newest(page, "While it was away", 25)
    expect_served(page, "sse")
    act(newsroom, PUBLISH.format("After the restart"))
    expect_newest(page, "After the restart", 20)


def test_the_poll_reveals_that_a_stream_may_not_be_read(proxy: HostileProxy, page: Page) -> None:
    proxy.ways = {"/live/ws": "swallowed"}
    page.goto(proxy.url)
    page.evaluate(
        "for (const feed of document.querySelectorAll('live-feed')) feed.remove();"
        "const other = document.createElement('live-feed');"
        "other.setAttribute('stream', 'section:nowhere');"
        "document.body.append(other)"
    )
    shown = page.locator("live-feed")
    expect(shown).to_have_attribute("data-state", "stopped", timeout=15_000)
    expect(shown).to_have_attribute("data-code", "4404")
