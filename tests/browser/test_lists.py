"""A list of news in a real browser: its days, and its older part on the open page."""

from playwright.sync_api import Browser, Page, expect

from .test_pages import act

# Forty articles, one an hour up to yesterday noon; a part of a list has 30.
SEED = """
from datetime import timedelta
from django.utils import timezone
world = Section.objects.create(slug="world", name="World")
noon = timezone.now().replace(hour=12, minute=0) - timedelta(days=1)
rows = []
for n in range(40):
    at = noon - n * timedelta(hours=1)
    place = f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
    rows.append(Article(pub_status="usable", headline=f"Story {n}", section=world, place=place,
        order=f"0-{place}", first_published=at, version_created=at, language="en"))
Article.objects.bulk_create(rows)
"""

# The headlines under which a day is told, with how many days ago that is.
DAYS = """() => [...document.querySelectorAll('.river > [data-key]')].flatMap(item => {
  const told = item.querySelector('.item-day')
  const today = new Date().toISOString().slice(0, 10)
  const ago = (Date.parse(today) - Date.parse(told.dataset.day)) / 864e5
  return told.checkVisibility() ? [[item.querySelector('h2').innerText, ago]] : []
})"""

# How far the list's own items move, also right after a click, which a browser would excuse. What
# stands below the list goes down when the list grows.
SHIFT = """() => {
  window.shift = 0
  const list = document.querySelector('.river')
  const isOfIt = ({ node }) => node && (list.contains(node) || node.contains(list))
  new PerformanceObserver(told => told.getEntries().forEach(({ sources, value }) => {
    if (sources.some(isOfIt)) window.shift += value
  })).observe({ type: 'layout-shift' })
}"""


def test_each_day_has_one_heading_while_news_comes_and_goes_and_older_news_moves_nothing(
    serve, chromium: Browser
) -> None:
    newsroom = serve("--no-worker")
    act(newsroom, SEED)
    context = chromium.new_context(timezone_id="UTC")
    page: Page = context.new_page()
    page.goto(f"{newsroom.url}/section/world/")
    expect(page.locator("main live-feed").first).to_have_attribute("data-state", "live")
    items = page.locator(".river > [data-key]")
    assert page.evaluate(DAYS) == [["Story 0", 1], ["Story 13", 2]]
    act(newsroom, "publish('Of today', section=Section.objects.get(slug='world'))")
    expect(items.first).to_contain_text("Of today")
    assert page.evaluate(DAYS) == [["Story 0", 1], ["Story 13", 2]]

    older = page.get_by_role("link", name="Older news")
    older.scroll_into_view_if_needed()
    page.evaluate(SHIFT)
    older.click()
    expect(page.get_by_role("heading", name="Story 39")).to_be_attached()
    expect(older).to_be_hidden()
    assert page.evaluate(DAYS) == [["Story 0", 1], ["Story 13", 2], ["Story 37", 3]]
    # The next of the day takes over its heading, above what is being read.
    act(newsroom, "retract_article(Article.objects.get(headline='Story 13'), 'Nobody said so.')")
    expect(page.get_by_role("heading", name="Story 13")).to_have_count(0)
    assert page.evaluate(DAYS) == [["Story 0", 1], ["Story 14", 2], ["Story 37", 3]]
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert page.evaluate("window.shift") < 0.01
    context.close()
