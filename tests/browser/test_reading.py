"""Reading marks on a reader's device: news since the last visit, and corrections."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.services.serve import Server

from .test_pages import LAYOUT, act, paper

__all__ = ["paper"]

pytestmark = pytest.mark.timeout(300)

MARKED = """() => [...document.querySelectorAll('[data-unread] h2')].map(h => h.innerText)"""
AFTER_THE_LINE = "() => document.querySelector('.read-to').nextElementSibling.innerText"


@pytest.fixture
def device(chromium: Browser) -> Iterator[BrowserContext]:
    """One reader's browser; nothing that a page does there may be an error."""
    said: list[str] = []
    context = chromium.new_context()
    context.on("weberror", lambda error: said.append(str(error.error)))
    yield context
    assert context.cookies() == []
    context.close()
    assert said == []


def visit(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("main live-feed").first).to_have_attribute("data-state", "live")


def visit_when_told(page: Page, address: str, words: str) -> None:
    """Visit a page once its server knows of what another process has done."""
    while words not in page.request.get(address).text():
        pass  # it ends with the test's time
    visit(page, address)


def publish_and_see(paper: Server, page: Page, headline: str) -> None:
    """Let an article come onto an open list, and the reader see it: it is below the lead."""
    page.evaluate("scrollTo(0, 0)")
    act(paper, f"publish({headline!r})")
    item = page.locator("[data-key]", has_text=headline)
    expect(item).to_have_attribute("data-unread", "")
    see(item)


def see(item: Locator) -> None:
    item.scroll_into_view_if_needed()
    expect(item).not_to_have_attribute("data-unread", "")


def test_a_returning_reader_sees_new_items_and_the_last_one_read(
    paper: Server, device: BrowserContext
) -> None:
    page = device.new_page()
    asked: list[tuple[str, str | None, str]] = []
    page.on("request", lambda sent: asked.append((sent.method, sent.post_data, sent.url)))
    visit(page, f"{paper.url}/")
    assert page.evaluate(MARKED) == []
    publish_and_see(paper, page, "Read before")
    page.goto(f"{paper.url}/nothing")
    act(paper, "publish('New one')\npublish('New two')")

    visit_when_told(page, f"{paper.url}/", "New two")
    line = page.locator(".read-to")
    expect(line).to_have_text(page.evaluate(SENTENCE))
    assert "Read before" in page.evaluate(AFTER_THE_LINE)
    assert page.evaluate(MARKED) == ["New two", "New one"]
    before = page.evaluate(LAYOUT)
    line.evaluate("line => line.hidden = true")
    assert page.evaluate(LAYOUT) == before
    line.evaluate("line => line.hidden = false")
    # It stays where it is, also when news comes, until the reader comes again.
    for headline in ("New two", "New one"):
        see(page.locator("[data-key]", has_text=headline))
    publish_and_see(paper, page, "New three")
    assert "Read before" in page.evaluate(AFTER_THE_LINE)
    act(paper, "retract_article(Article.objects.get(headline='Read before'), 'No.')")
    page.wait_for_function("() => !document.body.innerText.includes('Read before')")
    assert "Filler 11" in page.evaluate(AFTER_THE_LINE)

    page.reload()
    expect(page.locator("main live-feed").first).to_have_attribute("data-state", "live")
    assert (page.evaluate(MARKED), line.count()) == ([], 0)
    # Nothing of it was sent.
    assert {(method, body) for method, body, _ in asked} == {("GET", None)}
    place = page.evaluate("JSON.parse(localStorage['stoppress:reading']).list.news.place")
    assert place and not any(place in url for _, _, url in asked)


SENTENCE = """() => `You read to here at ${
  new Intl.DateTimeFormat('en-gb', {timeStyle: 'short'}).format(
    JSON.parse(localStorage['stoppress:reading']).list.news.at)}`"""


def test_a_reader_of_the_story_before_its_correction_gets_a_link_to_the_changes(
    paper: Server, device: BrowserContext
) -> None:
    pk = act(paper, "print(publish('Mill burns', body='It began at six.').pk)")
    address = f"{paper.url}/articles/{pk}/"
    page = device.new_page()
    visit(page, address)
    note = page.locator(".read-before")
    page.goto(f"{paper.url}/nothing")
    act(paper, f"update_article(article({pk}), {{'summary': 'Since six.'}})")
    visit_when_told(page, address, "Since six.")
    expect(note).to_have_count(0)
    page.goto(f"{paper.url}/nothing")
    act(paper, f"correct_article(article({pk}), 'At five.', {{'body': 'It began at five.'}})")
    visit_when_told(page, address, "At five.")
    expect(note).to_have_text("You read this before it was corrected. What changed")
    note.get_by_role("link").click()
    expect(page.locator("section del")).to_contain_text("six")
    visit(page, address)
    expect(note).to_have_count(0)

    # A version that was withdrawn is not linked: its address answers 404.
    page.goto(f"{paper.url}/nothing")
    act(
        paper,
        f"seen = article({pk}).version\n"
        f"correct_article(article({pk}), 'At four.', {{'body': 'It began at four.'}})\n"
        f"withdraw_version(article({pk}), seen, note='Libel.')",
    )
    visit_when_told(page, address, "text has been withdrawn")
    expect(note).to_have_text("You read this before it was corrected.")
    expect(note.get_by_role("link")).to_have_count(0)


def test_the_row_shows_the_state_of_the_page_and_its_last_change(
    paper: Server, device: BrowserContext
) -> None:
    page = device.new_page()
    visit(page, f"{paper.url}/")
    row, line = page.locator("[data-status]"), page.locator("[data-status-line]")
    expect(row).to_have_attribute("data-state", "live")
    expect(row).to_have_attribute("data-in-view", "")
    expect(line).to_have_text(page.evaluate(CHANGED))
    # No live region: the feed's own line is what a screen reader hears.
    assert row.evaluate("row => row.closest('[role=status], [aria-live]')") is None
    act(paper, "update_article(article(6), {'summary': 'It is open.'})")
    expect(page.get_by_text("It is open.")).to_be_visible()
    expect(line).to_contain_text("Live, last change")
    page.evaluate("document.querySelector('main live-feed').setAttribute('data-state', 'offline')")
    expect(row).to_have_attribute("data-state", "offline")
    expect(line).to_contain_text("No connection since")


CHANGED = """() => {
  const times = [...document.querySelectorAll('main [data-key] time[data-time]')]
  const last = new Date(Math.max(...times.map(time => Date.parse(time.dateTime))))
  return `Live, last change ${new Intl.DateTimeFormat('en-gb', {timeStyle: 'short'}).format(last)}`
}"""


def test_the_title_counts_waiting_items_and_follows_the_article(
    paper: Server, device: BrowserContext
) -> None:
    pk = act(paper, "print(publish('Owl found').pk)")
    page = device.new_page()
    visit(page, f"{paper.url}/articles/{pk}/")
    waiting = """count => document.querySelector('main live-feed').dispatchEvent(
      new CustomEvent('stoppress:waiting', {bubbles: true, detail: {count}}))"""
    page.evaluate(waiting, 3)
    expect(page).to_have_title("(3) Owl found – Stop Press")
    act(paper, f"update_article(article({pk}), {{'headline': 'Owl is back'}})")
    expect(page).to_have_title("(3) Owl is back – Stop Press")
    page.evaluate(waiting, 0)
    expect(page).to_have_title("Owl is back – Stop Press")


def test_a_browser_that_refuses_to_store_shows_every_page(
    paper: Server, device: BrowserContext
) -> None:
    device.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})"
    )
    page = device.new_page()
    visit(page, f"{paper.url}/")
    publish_and_see(paper, page, "Nothing is kept")
    page.reload()
    expect(page.get_by_role("heading", name="Nothing is kept")).to_be_visible()
    assert page.evaluate(MARKED) == []
