"""News waits while the reader is elsewhere, and comes when he does."""

import pytest
from playwright.sync_api import expect

from .reading import Item, Reader, feed, item, three
from .scripted import cursor

LONG = [item(n, f"{n:03}") for n in range(60, 0, -1)]
PICTURE = ["p", ["img", {"src": "/picture.svg", "width": "400", "height": "300", "alt": ""}]]
TALL = (
    "live-feed { display: block } article { min-height: 150px }"
    "[data-new-count] { position: sticky; top: 0; height: 20px; margin-bottom: -20px }"
)
TOP = "key => document.querySelector(key).getBoundingClientRect().top"
LISTEN = """
window.counts = []
document.addEventListener('stoppress:waiting', ({ detail }) => window.counts.push(detail.count))
window.shift = 0
new PerformanceObserver(list => {
  for (const { value } of list.getEntries()) window.shift += value
}).observe({ type: 'layout-shift', buffered: true })
"""
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
HIDE = """hidden => {
  Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}"""


def go_to(reader: Reader, number: int, down: int = 20) -> float:
    """Scroll so that an item begins a little above the window's top; returns where it stands."""
    reader.ask(
        "([key, down]) => scrollBy({ behavior: 'instant',"
        " top: document.querySelector(key).getBoundingClientRect().top + down })",
        [reader.article(number), down],
    )
    reader.ask(FRAMES)
    return float(reader.ask(TOP, reader.article(number)))


def more(reader: Reader, text: str) -> None:
    """Expect what the button says; empty: that it is hidden."""
    button = reader.page.locator("[data-new-count]")
    if not text:
        expect(button).to_be_hidden()
        return
    expect(button).to_have_text(text)
    expect(button).not_to_have_attribute("hidden", "")


@pytest.mark.parametrize("anchoring", ["auto", "none"])
def test_a_reader_in_the_middle_loses_neither_place_nor_focus_over_50_inserts(
    reader: Reader, anchoring: str
) -> None:
    reader.server.style = f"html {{ overflow-anchor: {anchoring}; scroll-behavior: smooth }} {TALL}"
    talk = reader.read(LONG[:30], limit="30", data_floor="031")
    before = go_to(reader, 45)
    field = reader.page.locator(reader.article(44)).locator("textarea")
    field.fill("a reader's note")
    field.evaluate("field => field.setSelectionRange(2, 8)")
    reader.ask(FRAMES)
    reader.ask(LISTEN)
    for n in range(61, 111):
        talk.put(item(n, f"{n:03}", body=[PICTURE]))
    talk.put(item(55, "055", 2, headline="Corrected", body=[PICTURE]))
    talk.put(item(44, "044", 2, headline="Changed", body=[["p", "More."]]))
    talk.remove("article:50", 2, redacts=True)
    talk.put(item(31, "111", 2, headline="From below"))
    reader.wait_until(64)
    reader.page.wait_for_function("() => [...document.images].every(image => image.complete)")
    reader.ask(FRAMES)
    assert abs(reader.ask(TOP, reader.article(45)) - before) <= 1
    assert reader.ask("window.shift") < 0.01
    assert reader.keys == [f"article:{n}" for n in range(60, 30, -1) if n != 50]
    assert reader.page.get_by_text("Corrected").count() == 1
    assert reader.page.get_by_text("From below").count() == 1
    assert reader.ask(
        "[document.activeElement.value, document.activeElement.selectionStart,"
        " document.activeElement.selectionEnd]"
    ) == ["a reader's note", 2, 8]
    more(reader, "50 more")
    assert reader.ask("window.counts") == list(range(1, 51))

    # A click, from the keyboard too, shows what waits and goes to the first of it, at once.
    reader.page.locator("[data-new-count]").press("Enter")
    more(reader, "")
    order = [31, *range(110, 50, -1)]
    assert reader.ask("document.activeElement.textContent") == "Story 110"
    assert reader.ask("document.getAnimations().length") == 0
    assert -1 <= reader.ask("document.querySelector('live-feed').getBoundingClientRect().top") <= 9
    assert reader.keys[:30] == [f"article:{n}" for n in order[:30]]
    # At the top what is below the limit goes, as it does without waiting.
    reader.ask("scrollTo({ top: 0, behavior: 'instant' })")
    expect(reader.page.locator("article")).to_have_count(30)
    assert reader.keys == [f"article:{n}" for n in order[:30]]
    assert reader.page.locator("live-feed").get_attribute("data-floor") == "082"
    assert reader.ask("window.counts.at(-1)") == 0


def test_back_at_the_top_news_comes_in_above_the_item_being_read(reader: Reader) -> None:
    reader.server.style = f"html {{ overflow-anchor: none }} {TALL}"
    reader.open("<h1>News</h1>" + feed(LONG[:30], data_floor="031"))
    talk = reader.server.next()
    talk.greet(10)
    go_to(reader, 45)
    talk.put(item(61, "061"))
    talk.put(item(62, "062"))
    reader.wait_until(12)
    more(reader, "2 more")
    expect(reader.page.locator("[data-announce]")).to_have_text("2 new stories")
    stands = reader.ask(TOP, reader.article(60)) + reader.ask("scrollY")
    reader.ask("scrollTo({ top: 20, behavior: 'instant' })")
    more(reader, "")
    assert reader.keys[:3] == ["article:62", "article:61", "article:60"]
    assert abs(reader.ask(TOP, reader.article(60)) - (stands - 20)) <= 1
    # Nothing that he sees has gone.
    assert len(reader.keys) == 32
    reader.ask("scrollTo({ top: 0, behavior: 'instant' })")
    expect(reader.page.locator("article")).to_have_count(30)


def test_only_the_wheel_moves_a_reader_who_scrolls_back_to_the_top(reader: Reader) -> None:
    reader.server.style = TALL
    reader.open("<h1>News</h1>" + feed(LONG[:30], data_floor="031"))
    talk = reader.server.next()
    talk.greet(10)
    before = go_to(reader, 50)
    for n in range(61, 81):
        talk.put(item(n, f"{n:03}", body=[PICTURE]))
    reader.wait_until(30)
    tools = reader.page.context.new_cdp_session(reader.page)
    turns = 0
    while reader.page.locator("[data-new-count]").is_visible():
        turns += 1
        wheel = {"x": 400, "y": 300, "deltaX": 0, "deltaY": -60}
        tools.send("Input.dispatchMouseEvent", {"type": "mouseWheel", **wheel})
        reader.ask(FRAMES)
        assert turns < 200
    more(reader, "")
    assert reader.keys[:21] == [f"article:{n}" for n in range(80, 59, -1)]
    # Chromium counts a layout shift where it scrolls by itself in the same frame; nothing jumps.
    reader.page.wait_for_function(
        "([key, there]) => Math.abs("
        "document.querySelector(key).getBoundingClientRect().top - there) <= 1",
        arg=[reader.article(50), before + 60 * turns],
    )


def test_news_waits_in_a_hidden_tab_until_it_is_shown(reader: Reader) -> None:
    talk = reader.read(three())
    reader.ask(HIDE, True)
    talk.put(item(4, "4"))
    talk.put(item(3, "3", 2, headline="Corrected"))
    reader.wait_until(12)
    more(reader, "One more")
    assert reader.keys == ["article:3", "article:2", "article:1"]
    assert reader.page.get_by_text("Corrected").count() == 1
    assert reader.page.locator("[data-announce]").text_content() == ""
    reader.ask(HIDE, False)
    more(reader, "")
    assert reader.keys == ["article:4", "article:3", "article:2", "article:1"]
    expect(reader.page.locator("[data-announce]")).to_have_text("One new story")


def test_waiting_items_can_be_corrected_and_withdrawn(reader: Reader) -> None:
    reader.server.style = TALL
    talk = reader.read(LONG[:30], data_floor="031")
    go_to(reader, 45)
    talk.put(item(61, "061"))
    talk.put(item(62, "062"))
    talk.put(item(61, "061", 2, headline="Corrected"))
    reader.wait_until(13)
    more(reader, "2 more")
    talk.remove("article:62", 2, redacts=True)
    reader.wait_until(14)
    more(reader, "One more")
    # An older version was withdrawn: the item is put again as it stands, which is no news.
    talk.remove("article:59", 2)
    talk.put(item(59, "059", 3))
    reader.wait_until(16)
    assert reader.keys[:3] == ["article:60", "article:59", "article:58"]
    more(reader, "One more")
    reader.page.locator("[data-new-count]").click()
    assert reader.ask("document.activeElement.textContent") == "Corrected"
    assert reader.page.get_by_text("Story 62").count() == 0


def test_a_snapshot_keeps_the_place_and_marks_new_items(reader: Reader) -> None:
    reader.server.style = TALL
    talk = reader.read(LONG[:30], data_floor="031")
    before = go_to(reader, 45)
    talk.put(item(61, "061"))
    reader.wait_until(11)
    # This server knows no older items: what the snapshot does not have is gone.
    fresh: list[Item] = [item(n, f"{n:03}", 2) for n in range(69, 39, -1) if n != 47]
    talk.snapshot(2000, fresh, reason="behind", floor="040")
    again = reader.server.next()
    assert again.query == ["news"]
    again.hello()
    again.snapshot(2001, fresh, floor="040")
    reader.wait_until(2001)
    assert reader.keys == [f"article:{n}" for n in range(60, 39, -1) if n != 47]
    more(reader, "9 more")
    assert abs(reader.ask(TOP, reader.article(45)) - before) <= 1
    # In another history nothing of what was read is left: then nothing waits.
    again.snapshot(5, three(), reason="fork", cursor=cursor(5, 1))
    reader.wait_until(5, 1)
    assert reader.keys == ["article:3", "article:2", "article:1"]
    more(reader, "")


def test_an_item_moves_once_the_reader_is_back_and_changes_at_once(reader: Reader) -> None:
    reader.server.style = TALL
    talk = reader.read(LONG[:30], data_floor="031")
    go_to(reader, 45)
    talk.put(item(44, "099", 2, headline="Breaking"))
    reader.wait_until(11)
    assert reader.keys.index("article:44") == 16
    assert reader.page.get_by_text("Breaking").count() == 1
    more(reader, "")
    reader.ask("scrollTo({ top: 0, behavior: 'instant' })")
    reader.page.wait_for_function(
        "() => document.querySelector('article').dataset.key === 'article:44'"
    )
    assert reader.keys[:2] == ["article:44", "article:60"]
