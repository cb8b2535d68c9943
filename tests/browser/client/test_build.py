"""A page that another build has made offers to reload itself."""

import pytest
from playwright.sync_api import Locator, expect

from .reading import Reader, feed, item
from .scripted import Conversation, cursor

LONG = [item(n, f"{n:03}") for n in range(60, 0, -1)]
OFFER = '<p data-live-build="1" hidden>This page has changed. <a href="">Reload</a></p>'


# Whatever a test asks of the page counts as an act of the reader for five seconds.
IDLE = "Object.defineProperty(navigator, 'userActivation', {value: {isActive: false}})"


def read(reader: Reader, build: str | None) -> tuple[Conversation, Locator]:
    """Open a page of build 1 that a server of some build answers; return the offer."""
    reader.page.add_init_script(IDLE)
    reader.open(OFFER + feed(LONG))
    talk = reader.server.next()
    answer(talk, build)
    reader.wait_for("live")
    return talk, reader.page.locator("[data-live-build]")


def answer(talk: Conversation, build: str | None) -> None:
    talk.hello(**({} if build is None else {"build": build}))
    talk.say({"type": "live", "stream": "news", "cursor": cursor(10)})
    beat(talk)


def beat(talk: Conversation) -> None:
    """Send a heartbeat, and wait until the page has dealt with it."""
    talk.say({"type": "heartbeat", "cursors": {"news": cursor(10)}})
    assert talk.received.get(timeout=10)["type"] == "applied"


def test_a_page_of_another_build_offers_to_reload_until_it_meets_its_own(reader: Reader) -> None:
    talk, offer = read(reader, "2")
    expect(offer).to_be_visible()
    talk.close(4002)
    answer(reader.server.next(), "1")
    expect(offer).to_be_hidden()


def test_only_the_offer_reloads_the_page(reader: Reader) -> None:
    talk, offer = read(reader, "2")
    reader.ask("window.opened = 'once'")
    beat(talk)
    assert reader.ask("window.opened") == "once"
    with reader.page.expect_navigation():
        offer.get_by_role("link").click()
    assert reader.ask("window.opened") is None


@pytest.mark.parametrize("build", ["1", None])
def test_a_server_of_the_same_build_or_of_none_offers_nothing(
    reader: Reader, build: str | None
) -> None:
    _, offer = read(reader, build)
    assert offer.is_hidden()


def test_a_reader_who_types_is_not_interrupted(reader: Reader) -> None:
    reader.open(OFFER + "<form><input></form>" + feed(LONG))
    talk = reader.server.next()
    reader.page.locator("input").press_sequentially("half a w")
    answer(talk, "2")
    offer = reader.page.locator("[data-live-build]")
    assert offer.is_hidden()
    reader.page.wait_for_function("() => !navigator.userActivation.isActive")
    beat(talk)
    expect(offer).to_be_visible()
    expect(reader.page.locator("input")).to_have_value("half a w")
    expect(reader.page.locator("input")).to_be_focused()


def test_the_offer_does_not_move_the_text_being_read(reader: Reader) -> None:
    reader.server.style = "html { overflow-anchor: none } [data-live-build] { padding: 3em }"
    talk, _ = read(reader, "1")
    reader.page.locator(reader.article(30)).evaluate("it => it.scrollIntoView()")
    before = reader.page.locator(reader.article(30)).bounding_box()
    answer(talk, "2")
    reader.page.wait_for_selector("[data-live-build]:not([hidden])", state="attached")
    after = reader.page.locator(reader.article(30)).bounding_box()
    assert before is not None and after is not None
    assert abs(after["y"] - before["y"]) <= 1
