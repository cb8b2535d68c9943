"""The text being read does not move."""

import pytest
from playwright.sync_api import expect

from .reading import Reader, feed, item, three

LONG = [item(n, f"{n:03}") for n in range(60, 0, -1)]


@pytest.mark.parametrize("anchoring", ["auto", "none"])
def test_the_text_being_read_does_not_move(reader: Reader, anchoring: str) -> None:
    reader.server.style = (
        f"html {{ overflow-anchor: {anchoring}; scroll-behavior: smooth }} "
        "article { padding: 7.3px; border: 1px solid }"
    )
    talk = reader.read(LONG, limit="100")
    reader.ask("document.querySelector('[data-key=\"article:30\"]').scrollIntoView("
               "{behavior: 'instant'})")  # fmt: skip
    reader.ask("scrollBy({top: 20, behavior: 'instant'})")
    top = f"document.querySelector('{reader.article(30)}').getBoundingClientRect().top"
    before = reader.ask(top)
    for n in range(61, 71):
        talk.put(item(n, f"{n:03}", body=[["p", "Long. " * 80]]))
    talk.remove("article:45", 2)
    talk.put(item(44, "044", 2, body=[["p", "Long. " * 200]]))
    talk.put(item(10, "071", 2))
    talk.put(item(65, "005", 2))
    talk.close(4002)
    reader.wait_until(24)
    again = reader.server.next()
    again.greet(24)
    reader.wait_for("live")
    settle = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    reader.ask(settle)
    assert abs(reader.ask(top) - before) <= 1
    # What would come in above waits; what stands below is put there.
    assert reader.keys[0] == "article:60" and "article:65" in reader.keys
    assert len(reader.keys) == 60


def test_the_first_item_on_the_screen_may_itself_go_away(reader: Reader) -> None:
    reader.server.style = "html { overflow-anchor: none }"
    talk = reader.read(LONG)
    reader.ask("document.querySelector('[data-key=\"article:30\"]').scrollIntoView()")
    top = f"document.querySelector('{reader.article(29)}').getBoundingClientRect().top"
    before = reader.ask(top)
    talk.remove("article:30", 2, redacts=True)
    talk.put(item(61, "061"))
    reader.wait_until(12)
    # The withdrawn item's own room closes: 29 stays, and what stood above comes down to it.
    assert abs(reader.ask(top) - before) <= 1


def test_a_correction_above_the_line_being_read_in_one_long_item_does_not_move_it(
    reader: Reader,
) -> None:
    reader.server.style = "html { overflow-anchor: none }"
    talk = reader.read([item(1, "1")])
    body = [["p", f"Paragraph {n}. " * 60] for n in range(40)]
    talk.put(item(1, "1", 2, body=body))
    reader.wait_until(11)
    reader.ask("document.querySelectorAll('.body p')[20].scrollIntoView()")
    reader.ask("scrollBy(0, 8)")
    reader.ask("window.read = document.querySelectorAll('.body p')[20]")
    before = reader.ask("window.read.getBoundingClientRect().top")
    talk.put(item(1, "1", 3, correction={"text": "Note. " * 90}, body=[["p", "New."], *body]))
    reader.wait_until(12)
    assert abs(reader.ask("window.read.getBoundingClientRect().top") - before) <= 1


@pytest.mark.parametrize("anchoring", ["auto", "none"])
def test_a_reader_below_the_feed_is_not_moved(reader: Reader, anchoring: str) -> None:
    reader.server.style = f"html {{ overflow-anchor: {anchoring} }} footer {{ height: 3000px }}"
    reader.open(feed(three()) + "<footer>Imprint</footer>")
    talk = reader.server.next()
    talk.greet(10)
    reader.ask("scrollTo(0, document.querySelector('footer').offsetTop + 50)")
    before = reader.ask("document.querySelector('footer').getBoundingClientRect().top")
    talk.put(item(4, "4"))
    reader.wait_until(11)
    reader.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert (
        abs(reader.ask("document.querySelector('footer').getBoundingClientRect().top") - before)
        <= 1
    )


def test_news_appears_in_view_at_the_top_of_the_page(reader: Reader) -> None:
    talk = reader.read(LONG, limit="100")
    talk.put(item(61, "061"))
    reader.wait_until(11)
    assert reader.ask("scrollY") == 0
    expect(reader.page.locator(reader.article(61))).to_be_in_viewport()


def test_a_heading_on_the_screen_is_not_scrolled_away_by_news_below_it(reader: Reader) -> None:
    reader.server.style = "html { overflow-anchor: none }"
    reader.open("<h1>News</h1>" + feed(LONG, limit="100"))
    talk = reader.server.next()
    talk.greet(10)
    reader.ask("scrollTo(0, 5)")
    talk.put(item(61, "061"))
    reader.wait_until(11)
    assert reader.ask("scrollY") == 5
    expect(reader.page.locator(reader.article(61))).to_be_in_viewport()


def test_the_text_right_below_a_sticky_header_does_not_move(reader: Reader) -> None:
    reader.server.style = (
        "html { overflow-anchor: none } header { position: sticky; top: 0; background: white }"
        "article { margin-top: 60px }"
    )
    reader.open("<header>Masthead</header>" + feed(LONG, limit="100"))
    talk = reader.server.next()
    talk.greet(10)
    top = f"document.querySelector('{reader.article(60)}').getBoundingClientRect().top"
    reader.ask(f"scrollBy(0, {top} - 40)")
    before = reader.ask(top)
    talk.put(item(61, "061"))
    reader.wait_until(11)
    assert abs(reader.ask(top) - before) <= 1
