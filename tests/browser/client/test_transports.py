"""By which transport news comes, whatever the network lets through, and nothing lost or twice."""

import random
import threading
import time

import pytest
from playwright.sync_api import Route, expect

from .newswire import START, Newswire
from .reading import Reader, feed, item, three
from .scripted import cursor

WATCH = """
window.applied = []
window.states = []
document.addEventListener('stoppress:event', ({ detail }) => window.applied.push(detail.cursor))
document.addEventListener('DOMContentLoaded', () => {
  const shown = document.querySelector('live-feed')
  if (!shown) return
  new MutationObserver(() => {
    const state = [shown.dataset.state, shown.dataset.transport].join(' ')
    if (window.states.at(-1) !== state) window.states.push(state)
  }).observe(shown, { attributeFilter: ['data-state', 'data-transport'] })
})
"""


@pytest.fixture
def reader(wired: Reader) -> Reader:
    wired.page.add_init_script(WATCH)
    return wired


def expect_served(reader: Reader, transport: str) -> None:
    shown = reader.page.locator("live-feed")
    state = "polling" if transport == "poll" else "live"
    expect(shown).to_have_attribute("data-transport", transport, timeout=20_000)
    expect(shown).to_have_attribute("data-state", state, timeout=20_000)


def publish(wire: Newswire, number: int) -> None:
    wire.publish(item(number, f"{number:04}"))


def expect_all(reader: Reader, wire: Newswire) -> None:
    """Wait for the head; every event was applied once, in order."""
    expect(reader.page.locator("live-feed")).to_have_attribute(
        "cursor", cursor(wire.head), timeout=20_000
    )
    applied = reader.ask("window.applied")
    assert applied == [cursor(n) for n in range(START + 1, wire.head + 1)]


def test_one_websocket_serves_everything_in_an_open_network(reader: Reader, wire: Newswire) -> None:
    wire.heartbeat = 0.2
    reader.open(feed(three()))
    expect_served(reader, "ws")
    publish(wire, 4)
    expect_all(reader, wire)
    reader.page.wait_for_function("() => window.states.length")
    assert wire.transports == ["ws"]
    assert reader.ask("window.states") == ["live ws"]


def test_news_comes_as_an_event_stream_if_websockets_are_blocked(
    reader: Reader, wire: Newswire
) -> None:
    wire.ways["ws"] = "cut"
    reader.open(feed(three()))
    expect_served(reader, "sse")
    publish(wire, 4)
    expect_all(reader, wire)
    assert wire.transports == ["ws", "ws", "poll", "sse"]


@pytest.mark.parametrize("transport", ["ws", "sse", "poll"])
def test_news_between_rendering_and_subscribing_is_shown_once(
    reader: Reader, wire: Newswire, transport: str
) -> None:
    wire.ways |= dict.fromkeys(list(wire.ways)[: list(wire.ways).index(transport)], "cut")

    def late(route: Route) -> None:
        publish(wire, 4)
        route.continue_()

    # The page is there, and the client is not yet.
    reader.page.route("**/static/index.js", late)
    reader.open(feed(three()))
    expect_served(reader, transport)
    expect_all(reader, wire)
    assert reader.keys == ["article:3", "article:2", "article:1", "article:4"]
    assert wire.asked[0][1] == cursor(START)


def test_news_comes_within_ten_seconds_if_both_let_nothing_through(
    reader: Reader, wire: Newswire
) -> None:
    wire.ways |= {"ws": "silent", "sse": "silent"}
    reader.open(feed(three()))
    publish(wire, 4)
    # By the client's own timers six seconds after it has first asked.
    expect(reader.page.locator(reader.article(4))).to_be_visible(timeout=10_000)
    assert wire.transports[:3] == ["ws", "ws", "poll"]
    publish(wire, 5)
    expect_all(reader, wire)
    expect_served(reader, "poll")
    assert wire.transports[3:5] == ["sse", "poll"]
    # The network is worse than it was, and the page is up to date: no need to say anything.
    assert reader.ask("window.states") == ["reconnecting ", "polling poll"]


def test_polls_of_nothing_new_are_no_error_and_answered_by_the_cache(
    reader: Reader, wire: Newswire
) -> None:
    wire.ways |= {"ws": "cut", "sse": "cut"}
    wire.next = 0.1
    reader.open(feed(three()))
    expect_served(reader, "poll")
    deadline = time.monotonic() + 30
    # After the first poll an event stream is tried; the browser asks for one that is cut again.
    while "sse" not in wire.transports or wire.transports[-1] != "poll":
        assert time.monotonic() < deadline
        reader.page.wait_for_timeout(10)
    begun = len(wire.asked)
    while len(wire.asked) < begun + 8:
        assert time.monotonic() < deadline
        reader.page.wait_for_timeout(50)
    assert set(wire.transports[begun:]) == {"poll"}
    assert all(wire.known[-5:]), "the browser asks whether its own copy still holds"
    publish(wire, 4)
    expect_all(reader, wire)
    assert reader.ask("window.states").count("polling poll") == 1


def test_a_poll_that_has_more_is_asked_again_at_once(reader: Reader, wire: Newswire) -> None:
    wire.ways |= {"ws": "cut", "sse": "cut"}
    wire.most = 3
    wire.next = 30
    for number in range(4, 20):
        publish(wire, number)
    reader.open(feed(three()))
    expect_all(reader, wire)
    expect_served(reader, "poll")


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_known_only_from_the_poll_stops_the_page(
    reader: Reader, wire: Newswire, status: int
) -> None:
    wire.ways |= {"ws": status, "poll": status}
    reader.open(feed(three()))
    reader.wait_for("stopped")
    expect(reader.page.locator("live-feed")).to_have_attribute("data-code", str(4000 + status))
    assert wire.transports == ["ws", "ws", "poll"]
    reader.ask("dispatchEvent(new Event('online'))")
    reader.page.wait_for_timeout(300)
    assert len(wire.asked) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_the_page_respects_the_wait_of_the_server(
    reader: Reader, wire: Newswire, status: int
) -> None:
    wire.ways |= {"ws": status, "poll": status}
    wire.retry_after = "2"
    reader.open(feed(three()))
    reader.page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(e => e.name.includes('/live/poll'))"
    )
    reader.wait_for_loss()
    reader.ask("dispatchEvent(new Event('online'))")
    wire.ways |= {"ws": "open", "poll": "open"}
    expect_served(reader, "ws")
    assert wire.transports == ["ws", "ws", "poll", "ws"]
    assert wire.asked[3][2] - wire.asked[2][2] >= 2


def test_the_page_retries_a_server_that_fails_without_a_reason(
    reader: Reader, wire: Newswire
) -> None:
    wire.ways |= {"ws": 500, "poll": 500}
    reader.open(feed(three()))
    deadline = time.monotonic() + 30
    while wire.transports.count("poll") < 2:
        assert time.monotonic() < deadline
        reader.page.wait_for_timeout(50)
    wire.ways |= {"ws": "open", "poll": "open"}
    expect_served(reader, "ws")
    assert "sse" not in wire.transports


def test_one_lost_connection_does_not_change_the_transport(reader: Reader, wire: Newswire) -> None:
    reader.open(feed(three()))
    for lost in range(3):
        publish(wire, 4 + lost)
        expect_all(reader, wire)
        reader.page.wait_for_function(
            "lost => window.states.filter(s => s === 'live ws').length === lost + 1", arg=lost
        )
        wire.cut("ws")
    publish(wire, 7)
    expect_all(reader, wire)
    assert wire.transports == ["ws"] * 4
    assert set(reader.ask("window.states")) == {"live ws", "reconnecting ws"}


def test_a_lost_event_stream_comes_back_from_the_cursor_of_the_page(
    reader: Reader, wire: Newswire
) -> None:
    wire.ways["ws"] = "cut"
    reader.open(feed(three()))
    expect_served(reader, "sse")
    publish(wire, 4)
    expect_all(reader, wire)
    wire.cut("sse")
    publish(wire, 5)
    expect_all(reader, wire)
    expect_served(reader, "sse")
    assert wire.transports == ["ws", "ws", "poll", "sse", "sse"]
    assert wire.asked[-1][1] == cursor(START + 1)


def test_a_websocket_that_has_served_is_left_only_when_the_server_is_there_without_it(
    reader: Reader, wire: Newswire
) -> None:
    reader.open(feed(three()))
    expect_served(reader, "ws")
    wire.ways["ws"] = "cut"
    wire.cut("ws")
    publish(wire, 4)
    expect_served(reader, "sse")
    publish(wire, 5)
    expect_all(reader, wire)
    assert wire.transports == ["ws", "ws", "ws", "poll", "ws", "poll", "sse"]


def test_an_event_stream_that_falls_silent_is_left_when_its_heartbeat_is_overdue(
    reader: Reader, wire: Newswire
) -> None:
    wire.ways["ws"] = "cut"
    reader.open(feed(three()))
    expect_served(reader, "sse")
    reader.page.clock.install()
    publish(wire, 4)
    expect_all(reader, wire)
    reader.page.clock.fast_forward(34_000)
    assert wire.transports[-2:] == ["poll", "sse"]
    reader.page.clock.fast_forward(2_000)
    reader.wait_for_loss()
    reader.page.clock.fast_forward(1_000)
    expect_served(reader, "sse")
    assert wire.transports[-2:] == ["sse", "sse"]


@pytest.mark.parametrize("below", ["sse", "poll"])
def test_a_page_that_comes_online_rises_without_a_flicker(
    reader: Reader, wire: Newswire, below: str
) -> None:
    wire.ways |= {"ws": "cut", "sse": "open" if below == "sse" else "cut"}
    reader.open(feed(three()))
    expect_served(reader, below)
    publish(wire, 4)
    expect_all(reader, wire)
    # One try beside what serves, which goes on serving.
    reader.ask("window.states.length = 0; dispatchEvent(new Event('online'))")
    deadline = time.monotonic() + 30
    while "ws" not in wire.transports[3:]:
        assert time.monotonic() < deadline
        reader.page.wait_for_timeout(20)
    publish(wire, 5)
    expect_all(reader, wire)
    wire.ways["ws"] = "open"
    reader.ask("dispatchEvent(new Event('online'))")
    publish(wire, 6)
    expect_served(reader, "ws")
    publish(wire, 7)
    expect_all(reader, wire)
    states = reader.ask("window.states")
    assert not any("connecting" in state for state in states), states
    assert states[-1] == "live ws"


def test_a_page_on_sse_tries_a_websocket_again_after_some_minutes(
    reader: Reader, wire: Newswire
) -> None:
    wire.ways["ws"] = "cut"
    wire.heartbeat = 0.3
    reader.page.add_init_script(
        "window.ahead = 0; const now = Date.now; Date.now = () => now() + window.ahead"
    )
    reader.open(feed(three()))
    expect_served(reader, "sse")
    wire.ways["ws"] = "open"
    reader.ask("window.ahead = 170_000")
    reader.page.wait_for_timeout(700)
    assert wire.transports.count("ws") == 2
    reader.ask("window.ahead = 181_000")
    expect_served(reader, "ws")
    publish(wire, 4)
    expect_all(reader, wire)
    assert wire.transports.count("ws") == 4


def test_nothing_is_lost_or_comes_twice_while_the_network_changes_in_mid_stream(
    reader: Reader, wire: Newswire
) -> None:
    wire.next = 0.1
    wire.heartbeat = 0.5
    reader.page.add_init_script(
        # Changing over is what is tested, not how seldom it is done.
        "setInterval(() => dispatchEvent(new Event('online')), 700)"
    )
    chance = random.Random(5)
    reader.open(feed(three()))
    expect_served(reader, "ws")
    done = threading.Event()

    def publish_on() -> None:
        number = 3
        while not done.wait(chance.random() * 0.03):
            number += 1
            publish(wire, number)

    publisher = threading.Thread(target=publish_on)
    publisher.start()
    try:
        for ws, sse, best in (
            ("cut", "open", "sse"),
            ("cut", "cut", "poll"),
            ("open", "cut", "ws"),
            ("cut", "open", "sse"),
        ):
            wire.ways |= {"ws": ws, "sse": sse}
            wire.cut("ws")
            wire.cut("sse")
            expect_served(reader, best)
    finally:
        done.set()
        publisher.join()
    assert {"ws", "sse", "poll"} == set(wire.transports)
    expect_all(reader, wire)


def test_a_hidden_page_polls_once_a_minute_and_a_shown_one_at_once(
    reader: Reader, wire: Newswire
) -> None:
    wire.ways |= {"ws": "cut", "sse": "cut"}
    wire.next = 0.1
    reader.page.clock.install()
    reader.open(feed(three()))
    expect_served(reader, "poll")
    # Hidden in the midst of an answer: the wait after it is a hidden page's.
    reader.ask(
        "document.addEventListener('stoppress:event', () => Object.defineProperty("
        "document, 'hidden', { value: true, configurable: true }), { once: true })"
    )
    publish(wire, 4)
    expect_all(reader, wire)
    asked = wire.transports.count("poll")
    publish(wire, 5)
    reader.page.clock.fast_forward(45_000)
    assert wire.transports.count("poll") == asked
    reader.page.clock.fast_forward(16_000)
    expect_all(reader, wire)
    assert wire.transports.count("poll") == asked + 1
    publish(wire, 6)
    reader.ask(
        "Object.defineProperty(document, 'hidden', { value: false });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect_all(reader, wire)


def test_a_page_in_the_back_forward_cache_stops_polling_and_resumes_when_it_returns(
    reader: Reader, wire: Newswire
) -> None:
    wire.ways |= {"ws": "cut", "sse": "cut"}
    reader.open(feed(three()))
    expect_served(reader, "poll")
    reader.ask("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    reader.page.wait_for_timeout(300)
    asked = len(wire.asked)
    publish(wire, 4)
    reader.page.wait_for_timeout(600)
    assert len(wire.asked) == asked
    reader.ask("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect_all(reader, wire)


def test_a_paused_page_that_polls_says_that_it_is_paused(reader: Reader, wire: Newswire) -> None:
    wire.ways |= {"ws": "cut", "sse": "cut"}
    reader.open(feed(three()))
    expect_served(reader, "poll")
    reader.ask("document.querySelector('live-feed').pause()")
    reader.wait_for("paused")
    reader.ask("document.querySelector('live-feed').resume()")
    reader.wait_for("polling")


def test_only_a_websocket_reports_the_applied_cursors(reader: Reader, wire: Newswire) -> None:
    wire.heartbeat = 0.2
    wire.ways["ws"] = "cut"
    reader.open(feed(three()))
    expect_served(reader, "sse")
    reader.page.wait_for_timeout(600)
    assert wire.applied == []
    wire.ways["ws"] = "open"
    reader.ask("dispatchEvent(new Event('online'))")
    deadline = time.monotonic() + 30
    while not wire.applied:
        assert time.monotonic() < deadline
        reader.page.wait_for_timeout(20)
    assert wire.applied[0]["cursors"] == {"news": cursor(START)}
