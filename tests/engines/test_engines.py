"""The client does the same in every engine."""

import pytest

from tests.browser.client.reading import item, three
from tests.browser.client.scripted import Frame

from .engine import Engine, wait_for
from .watched import Watched

FEED = "document.querySelector('live-feed')"
KEYS = "[...document.querySelectorAll('article')].map(a => a.dataset.key)"


# The tab that asks leads, once it had been waiting: the one that led asks for the lock anew.
STEAL = (
    "navigator.locks.query().then(({ held: [{ name }] }) =>"
    " navigator.locks.request(name, { steal: true }, () => true))"
)
LEADS = """navigator.locks.request('own', async () => {
  const { held } = await navigator.locks.query()
  const own = held.find(({ name }) => name === 'own').clientId
  return held.some(({ name, clientId }) => name !== 'own' && clientId === own)
})"""


def article(number: int) -> str:
    return f"document.querySelector('[data-key=\"article:{number}\"]')"


def expect_served(engine: Engine, transport: str) -> None:
    """Wait until the page is live by a transport."""
    state = "polling" if transport == "poll" else "live"
    shown = f"[{FEED}.dataset.state, {FEED}.dataset.transport].join(' ')"
    wait_for(engine, shown, lambda told: told == f"{state} {transport}")


def expect_all(engine: Engine, wire: Watched) -> None:
    """Wait for the head of the log: each event was applied once, in order."""
    wait_for(engine, wire.at_head)
    assert engine.ask("window.applied") == wire.cursors


def long(number: int) -> Frame:
    return item(number, f"{number:04}", body=[["p", "A line of the story. " * 60]])


def test_publications_edits_and_retractions_show_at_once(engine: Engine, wire: Watched) -> None:
    engine.open(wire.show(three()))
    expect_served(engine, "ws")
    wire.publish(item(4, "4"))
    wire.publish(item(2, "2", version=2, headline="Corrected"))
    wire.remove("article:3", version=2)
    expect_all(engine, wire)
    assert engine.ask(KEYS) == ["article:4", "article:2", "article:1"]
    assert engine.ask(f"{article(2)}.querySelector('h2').textContent") == "Corrected"


@pytest.mark.parametrize("transport", ["sse", "poll"])
def test_a_blocked_transport_is_replaced_by_the_next(
    engine: Engine, wire: Watched, transport: str
) -> None:
    wire.ways |= {"ws": "cut", "sse": "open" if transport == "sse" else "cut"}
    engine.open(wire.show(three()))
    expect_served(engine, transport)
    wire.publish(item(4, "4"))
    expect_all(engine, wire)


def test_the_page_resumes_from_its_cursor_after_a_cut(engine: Engine, wire: Watched) -> None:
    engine.open(wire.show(three()))
    expect_served(engine, "ws")
    for number in range(4, 9):
        wire.publish(item(number, str(number)))
        wire.cut("ws")
    expect_all(engine, wire)
    expect_served(engine, "ws")


def test_the_text_that_is_read_stays_where_it_is(engine: Engine, wire: Watched) -> None:
    """A reader in the middle of the page, while items come, change and go."""
    engine.open(wire.show([long(number) for number in range(20, 0, -1)]))
    expect_served(engine, "ws")
    engine.ask(f"{article(10)}.scrollIntoView()")
    top = f"{article(10)}.getBoundingClientRect().top"
    before = engine.ask(top)
    for number in range(21, 71):
        wire.publish(long(number))
        wire.publish(item(15, "0015", version=number, headline="Longer " * (number % 20)))
    wire.remove("article:18", version=2)
    expect_all(engine, wire)
    assert abs(engine.ask(top) - before) <= 1


@pytest.mark.parametrize("inner", ["a", "textarea"])
def test_an_item_that_moves_keeps_the_focus_and_the_typed_text(
    engine: Engine, wire: Watched, inner: str
) -> None:
    engine.open(wire.show(three()))
    expect_served(engine, "ws")
    engine.ask(f"{article(1)}.querySelector('textarea').value = 'Dear editor'")
    engine.ask(f"{article(1)}.querySelector('{inner}').focus()")
    wire.publish(item(1, "9", version=2))
    expect_all(engine, wire)
    assert engine.ask(KEYS)[0] == "article:1"
    assert engine.ask(f"document.activeElement === {article(1)}.querySelector('{inner}')")
    assert engine.ask(f"{article(1)}.querySelector('textarea').value") == "Dear editor"


def test_news_above_a_reader_waits_for_the_button_which_leads_to_the_first(
    engine: Engine, wire: Watched
) -> None:
    engine.open(wire.show([long(number) for number in range(30, 0, -1)]))
    expect_served(engine, "ws")
    engine.ask(f"{article(20)}.scrollIntoView()")
    wire.publish(long(31))
    wire.publish(long(32))
    expect_all(engine, wire)
    button = "document.querySelector('[data-new-count]')"
    assert engine.ask(f"{button}.textContent") == "2 more"
    assert engine.ask(f"{KEYS}[0]") == "article:30"
    engine.ask(f"{button}.click()")
    assert engine.ask(f"{KEYS}.slice(0, 3)") == ["article:32", "article:31", "article:30"]
    assert engine.ask(f"{button}.hidden")
    assert engine.ask(f"document.activeElement === {article(32)}.querySelector('a')")
    assert -1 <= engine.ask(f"{article(32)}.getBoundingClientRect().top") < 300


def test_two_tabs_share_one_connection_also_after_the_leader_is_closed(
    engine: Engine, wire: Watched
) -> None:
    url = wire.show(three())
    engine.open(url)
    expect_served(engine, "ws")
    engine.open_beside(url)
    expect_served(engine, "ws")
    wire.publish(item(4, "4"))
    expect_all(engine, wire)
    assert wire.open == 1
    # The tab that leads loses the lock, as a blocked one does, and follows from then on.
    engine.ask(STEAL)
    wait_for(engine, LEADS)
    wire.publish(item(6, "6"))
    expect_all(engine, wire)
    assert wire.open == 1
    engine.close_tab()
    expect_all(engine, wire)
    wire.publish(item(5, "5"))
    expect_all(engine, wire)
    wait_for(engine, LEADS)
    assert wire.open == 1
