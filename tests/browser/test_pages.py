"""The reader's pages in a real browser: how they look, and how they change while open."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.services import backend
from tests.services.serve import Server
from tests.site.log_of import log_of

from .gone import wait_until_gone

pytestmark = pytest.mark.timeout(300)

Open = Callable[..., Page]

PAPER = """
from stoppress.newsroom.models import Article, Section
from stoppress.newsroom.publishing import *

def publish(headline, **fields):
    return publish_article(create_article({"headline": headline} | fields))

def article(pk):
    return Article.objects.get(pk=pk)

"""

# Articles 1 to 6, the last on top: an ordinary one, awkward ones, and one of each state.
SEED = """
town = Section.objects.create(slug="town", name="Town")
publish("Choir seeks tenors", urgency=9)
publish("Word" * 60, summary="https://example.org/" + "part/" * 40, byline="N" * 90,
        located="Llan" * 20, urgency=1, body="`" + "code" * 60 + "`\\n\\n    " + "line " * 60
        + "\\n\\n" + "|wordy" * 30 + "|\\n" + "|-" * 30 + "|\\n" + "|12" * 30
        + "|\\n\\n999999999. The longest number")
publish("إغلاق الجسر القديم", summary="تُحوَّل حركة المرور إلى رصيف العبّارة.", body="نص الخبر.")
retract_article(publish("Withdrawn canary"), "It named the wrong company.")
correct_article(publish("Herring landings up", section=town, summary="By a third."),
                "They did not double.", {"headline": "Herring landings up a third"})
publish("The bridge is shut", section=town, urgency=3, byline="By Mara Voss",
        summary="Traffic goes by ferry.", body="It was *shut* at nine.\\n\\n> So they said.")
for n in range(12):
    publish(f"Filler {n}")
"""

EVERY_PAGE = ["/", "/section/town/", "/articles/6/", "/articles/2/", "/articles/4/", "/nothing"]


@pytest.fixture(scope="module")
def paper(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A paper with some news in it. Of the module: a test that changes news brings its own."""
    env = {}
    if request.config.getoption("backend") == "postgres":
        env["DATABASE_URL"] = request.config.stash[backend.SERVER].migrated_database()
    server = Server(tmp_path_factory.mktemp("paper") / "data", env, ("--no-worker",))
    try:
        act(server, SEED)
        yield server
    finally:
        server.end()


def act(server: Server, code: str) -> str:
    """Let another process do something in the newsroom; return what it printed."""
    return server.shell(PAPER + code).strip()


@pytest.fixture
def open_page(chromium: Browser, paper: Server) -> Iterator[Open]:
    """Open one of the paper's pages; nothing that it does may be an error."""
    said: list[str] = []
    contexts = []

    def open_(address: str, *, live: bool = True, **options: Any) -> Page:
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(paper.url + address)
        if live:
            expect(page.locator("live-feed").first).to_have_attribute("data-state", "live")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []


MARKUP = """item => {
  const copy = item.cloneNode(true)
  for (const name of ['data-fresh', 'data-unread', 'data-unseen']) copy.removeAttribute(name)
  for (const block of copy.querySelectorAll('[data-changed]')) block.removeAttribute('data-changed')
  // How long ago it is was said at another moment, or waits until it is in view.
  for (const time of copy.querySelectorAll('time[data-format=ago]')) {
    for (const name of ['role', 'tabindex']) time.removeAttribute(name)
    time.textContent = ''
  }
  return copy.outerHTML
}"""


def markup(page: Page, key: str) -> str:
    """Return an item's element without what tells that it is new, or how long ago it was."""
    element = page.locator(f'[data-key="{key}"]')
    element.wait_for()
    return str(element.evaluate(MARKUP))


LAYOUT = """() => [...document.querySelectorAll('main [data-key]')].map(
    item => [item.dataset.key, item.offsetTop, item.offsetHeight])"""


def test_a_story_comes_onto_the_open_page_and_changes_no_other(
    paper: Server, open_page: Open
) -> None:
    page = open_page("/")
    before = page.evaluate(LAYOUT)
    act(paper, "publish('Divers find a second crack', urgency=1, summary='It is smaller.')")
    expect(page.locator("main h2", has_text="Divers find a second crack")).to_be_visible()
    _, *others = page.evaluate(LAYOUT)
    assert [key for key, _, _ in others] == [key for key, _, _ in before]
    # What was the lead is an item like the others now; they keep their size.
    assert [own for _, _, own in others[1:]] == [own for _, _, own in before[1:]]
    moved = {now - was for (_, now, _), (_, was, _) in zip(others[1:], before[1:], strict=True)}
    assert max(moved) - min(moved) <= 1  # whole pixels


def test_an_item_is_the_same_whether_it_came_live_or_with_the_page(
    paper: Server, open_page: Open
) -> None:
    pk = act(paper, "print(publish('Ferry stops', body='It *stops*.', located='East Quay').pk)")
    front, story = open_page("/"), open_page(f"/articles/{pk}/")
    act(paper, f"correct_article(article({pk}), 'It is late.', {{'body': 'It is **late**.'}})")
    expect(front.get_by_text("It is late.")).to_be_visible()
    expect(story.locator("strong", has_text="late")).to_be_visible()
    for page in (front, story):
        live = markup(page, f"article:{pk}")
        page.reload()
        expect(page.locator("live-feed").first).to_have_attribute("data-state", "live")
        assert markup(page, f"article:{pk}") == live


def test_a_time_at_the_top_that_ends_moves_the_story_on_the_open_page(
    paper: Server, open_page: Open
) -> None:
    act(
        paper,
        "from datetime import timedelta\nfrom django.utils import timezone\n"
        "publish('Flood in the old town', urgency=1,"
        " top_until=timezone.now() + timedelta(hours=1))\npublish('Council meets')",
    )
    page = open_page("/")
    flood, council = (
        page.locator("main [data-key]", has_text=headline)
        for headline in ("Flood in the old town", "Council meets")
    )
    assert top(flood) < top(council)
    assert flood.get_by_text("Breaking").is_visible()
    act(
        paper,
        "from datetime import timedelta\nfrom django.utils import timezone\n"
        "lower_ranks(timezone.now() + timedelta(hours=1))",
    )
    expect(flood.get_by_text("Breaking")).to_have_count(0)
    assert top(council) < top(flood)
    keys = "() => [...document.querySelectorAll('main [data-key]')].map(item => item.dataset.key)"
    live = page.evaluate(keys)
    page.reload()
    assert page.evaluate(keys) == live


def top(element: Locator) -> float:
    """Return where an element begins on its page."""
    box = element.bounding_box()
    assert box is not None
    return box["y"]


HEAD = "() => document.title + [...document.querySelectorAll('meta')].map(m => m.content).join('|')"


def test_the_head_of_an_article_s_page_follows_the_article(paper: Server, open_page: Open) -> None:
    pk = act(paper, "print(publish('Mill burns', summary='Since six.', byline='Voss').pk)")
    page = open_page(f"/articles/{pk}/")
    act(paper, f"update_article(article({pk}), {{'headline': 'Fire out', 'summary': 'At ten.'}})")
    expect(page).to_have_title("Fire out – Stop Press")
    assert "At ten." in page.evaluate(HEAD)
    assert "Mill" not in page.evaluate(HEAD)

    act(paper, f"retract_article(article({pk}), 'Nobody said so.')")
    expect(page).to_have_title("Withdrawn – Stop Press")
    wait_until_gone(page, "Mill burns|Since six|Fire out|At ten|Voss")
    page.get_by_role("link", name="Read the editors’ note").click()
    expect(page.get_by_text("Nobody said so.")).to_be_visible()

    act(paper, f"restore_article(article({pk}))")
    expect(page).to_have_title("Fire out – Stop Press")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fire out")


DESCRIPTIONS = """() => [...document.querySelectorAll(
  'meta[name=description], meta[property="og:description"]')].map(meta => meta.content)"""


def test_the_descriptions_of_an_open_page_are_the_summary_the_opening_or_not_there(
    paper: Server, open_page: Open
) -> None:
    pk = act(paper, "print(publish('Mill burns', body='It began *at six*.').pk)")
    page = open_page(f"/articles/{pk}/")
    for changes, described in (
        ({"summary": "Since six."}, ["Since six."] * 2),
        ({"summary": "", "body": "It is out."}, ["It is out."] * 2),
        ({"body": "***"}, []),
        ({"body": "It burns again."}, ["It burns again."] * 2),
    ):
        act(paper, f"update_article(article({pk}), {changes!r})")
        page.wait_for_function(f"() => ({DESCRIPTIONS})().join() === {','.join(described)!r}")
    act(paper, f"retract_article(article({pk}), 'Nobody said so.')")
    page.wait_for_function(f"() => ({DESCRIPTIONS})().length === 0")
    assert page.locator("meta[content='']").count() == 0


TEXTS = "h1, .item h2, .item-summary, .story-standfirst, .item-by, .story-byline bdi, .story-body"
LANGUAGES = """([key, texts]) => [...document.querySelectorAll(`[data-key="${key}"]`)].flatMap(
  item => [...item.querySelectorAll(texts)].map(text => text.lang))"""


def test_an_articles_language_is_on_each_of_its_texts_however_they_came(
    paper: Server, open_page: Open
) -> None:
    front = open_page("/")
    pk = act(
        paper,
        "print(publish('Brücke gesperrt', language='de', summary='Seit neun.', byline='Von Ada',"
        " body='Text.').pk)",
    )
    key = f"article:{pk}"
    expect(front.locator(f'[data-key="{key}"]')).to_be_visible()
    assert front.evaluate(LANGUAGES, [key, TEXTS]) == ["de"] * 3
    story = open_page(f"/articles/{pk}/")
    page, text = story.locator("html"), story.locator(".story-body")
    expect(page).to_have_attribute("lang", "de")
    expect(text).to_have_attribute("lang", "de")
    # The page's own words, and its dates, stay in theirs.
    assert story.evaluate("document.body.lang") == "en-gb"
    published = story.locator(".story-published time")
    expect(published).to_have_text("now")
    expect(published).to_have_attribute("title", re.compile(r"^[A-Z][a-z]+day,? \d+ [A-Z]"))

    act(paper, f"update_article(article({pk}), {{'language': 'ar', 'body': 'النص.'}})")
    expect(page).to_have_attribute("lang", "ar")
    expect(text).to_have_attribute("lang", "ar")
    # The headline is in Latin letters still, and runs as its language does.
    for at in (text, story.locator(".story h1"), front.locator(f'[data-key="{key}"] h2')):
        expect(at).to_have_css("direction", "rtl")
    for at in (front, story):
        at.wait_for_function(f"() => !({LANGUAGES})(['{key}', '{TEXTS}']).includes('de')")
        assert set(at.evaluate(LANGUAGES, [key, TEXTS])) == {"ar"}


TOLD = "[role=status][data-tell]"


def test_a_screen_reader_announces_a_correction_and_a_withdrawal(
    paper: Server, open_page: Open
) -> None:
    pk = act(paper, "print(publish('Swans return', body='See [the pond](/section/town/).').pk)")
    page = open_page(f"/articles/{pk}/")
    status = page.locator(TOLD)
    expect(status).to_be_empty()
    act(paper, f"update_article(article({pk}), {{'headline': 'Swans are back'}})")
    expect(page).to_have_title("Swans are back – Stop Press")
    expect(status).to_be_empty()
    act(paper, f"correct_article(article({pk}), 'They are geese.', {{'summary': 'Geese.'}})")
    expect(status).to_have_text("This article has been corrected.")

    page.get_by_role("link", name="the pond").focus()
    act(paper, f"retract_article(article({pk}), 'Nobody said so.')")
    expect(status).to_have_text("This article has been withdrawn.")
    # Or the next Tab would begin at the top of the page.
    expect(page.get_by_role("heading", name="This article has been withdrawn")).to_be_focused()

    act(paper, f"restore_article(article({pk}))")
    expect(status).to_have_text("This article is back.")


def test_a_withdrawal_takes_the_focus_from_nowhere_else(paper: Server, open_page: Open) -> None:
    pk = act(paper, "print(publish('Swans leave', body='See [the pond](/section/town/).').pk)")
    page = open_page(f"/articles/{pk}/")
    page.get_by_role("link", name="the pond").focus()
    page.get_by_role("link", name="Front page", exact=True).focus()
    act(paper, f"retract_article(article({pk}), 'Nobody said so.')")
    expect(page.locator(TOLD)).not_to_be_empty()
    expect(page.get_by_role("link", name="Front page", exact=True)).to_be_focused()


def test_the_page_of_a_restored_article_may_be_indexed_again(
    paper: Server, open_page: Open
) -> None:
    pk = act(paper, "print(retract_article(publish('Owl found'), 'It was lost.').pk)")
    page = open_page(f"/articles/{pk}/")
    robots = page.locator("meta[name=robots]")
    expect(robots).to_have_attribute("content", "noindex")
    act(paper, f"restore_article(article({pk}))")
    expect(page).to_have_title("Owl found – Stop Press")
    expect(robots).to_have_count(0)


def test_a_lost_connection_is_shown_without_moving_the_page(paper: Server, open_page: Open) -> None:
    page = open_page("/")
    before = page.evaluate(LAYOUT)
    expect(page.locator("main [data-connection]").first).to_be_hidden()
    paper.kill9()
    expect(page.locator("main [data-connection]").first).to_be_visible(timeout=20_000)
    assert page.evaluate(LAYOUT) == before
    paper.start()
    expect(page.locator("main [data-connection]").first).to_be_hidden(timeout=30_000)


def test_pages_are_complete_without_javascript(paper: Server, open_page: Open) -> None:
    page = open_page("/", live=False, java_script_enabled=False)
    _, items = log_of(paper)
    shown = page.locator("main .river > [data-key]").all()
    assert [item.get_attribute("data-key") for item in shown] == [item["key"] for item in items]
    expect(page.get_by_text("They did not double.")).to_be_visible()
    expect(page.get_by_text("No news yet")).to_be_hidden()
    page.get_by_role("link", name="The bridge is shut").click()
    expect(page.get_by_text("It was shut at nine.")).to_be_visible()
    expect(page.get_by_text("This article has been withdrawn")).to_be_hidden()
    page.get_by_role("link", name="Town").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Town")


# Of every text on the page: its contrast (WCAG 2.2, 1.4.3) with what is painted behind it.
FAINT = """() => {
  const light = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  const parse = (color) => color.match(/[\\d.]+/g).map(Number)
  const luminance = ([r, g, b]) =>
    0.2126 * light(r / 255) + 0.7152 * light(g / 255) + 0.0722 * light(b / 255)
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const color = parse(getComputedStyle(element).backgroundColor)
      if (color.length < 4 || color[3] > 0) return color
    }
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const faint = []
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue
    const [a, b] = [parse(getComputedStyle(element).color), behind(element)].map(luminance)
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (contrast < 4.5) faint.push([walker.currentNode.data.trim(), contrast])
  }
  return faint
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_and_nothing_is_wider_than_the_page(
    paper: Server, open_page: Open, scheme: str
) -> None:
    page = open_page("/", color_scheme=scheme)
    for address in EVERY_PAGE:
        page.goto(paper.url + address)
        assert page.evaluate(FAINT) == []
        for width in (320, 390, 800, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_gets_past_the_masthead_at_once(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the news")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_with_reduced_motion_fresh_news_does_not_move(paper: Server, open_page: Open) -> None:
    page = open_page("/", reduced_motion="reduce")
    act(paper, "publish('The ferry runs')")
    item = page.locator("[data-fresh]")
    item.wait_for()
    assert item.evaluate("item => getComputedStyle(item).animationName") == "none"
