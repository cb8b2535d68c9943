"""The front page against the numbers of the art direction, as the browser computes them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.newsroom.pictures.photographs import photograph
from tests.services.serve import Server

from .test_pages import act

pytestmark = [pytest.mark.timeout(300), pytest.mark.backend("sqlite")]

Open = Callable[..., Page]

# A lead with a picture, one item of each size, key events, a correction; nothing breaks.
SEED = """
from datetime import timedelta
from pathlib import Path
from django.utils import timezone
from stoppress.newsroom.pictures.sandbox import encode_safely

names = ["Town Hall", "Harbour", "Schools", "Business", "Sport", "Weather", "Courts", "Country"]
for n, name in enumerate(names):
    Section.objects.create(slug=name.lower().replace(" ", "-"), name=name, position=n)
sections = list(Section.objects.all())
now = timezone.now()
storm = publish_article(create_article({"headline": "Storm Edda", "kind": "live"}))
for n in range(9):
    publish_article(create_article({"headline": f"Bridge {n} is shut", "key_event": True,
        "occurred": now - timedelta(minutes=n)}, parent=storm))
for n in range(12):
    publish(f"The council votes on its plan for the {n}th time", section=sections[n % 8],
            summary="Councillors met for three hours and agreed on very little of it. " * 2)
correct_article(publish("Herring landings are up by a third", section=sections[1]),
                "They did not double, as we said first. " * 4, {"byline": "Mara Voss"})
publish("Choir seeks tenors", urgency=9)
publish("Ferry to run again from tomorrow morning", urgency=3)
publish("Harbour bridge stays shut after divers find a crack", section=sections[1], pinned=True,
        byline="Mara Voss", summary="Traffic goes by ferry until the engineers have seen it all.",
        image=add_picture(encode_safely(Path(picture).read_bytes()), {"alt": "The bridge"}))
"""


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("front")
    (folder / "lead.jpg").write_bytes(photograph(1920, 1280))
    server = Server(folder / "data", {}, ("--no-worker",))
    try:
        act(server, f"picture = {str(folder / 'lead.jpg')!r}\n{SEED}")
        yield server
    finally:
        server.end()


@pytest.fixture
def open_front(chromium: Browser, paper: Server) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def open_(width: int, height: int = 844, **options: Any) -> Page:
        size: Any = {"width": width, "height": height}
        context = chromium.new_context(viewport=size, reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(paper.url)
        expect(page.locator("main live-feed").first).to_have_attribute("data-state", "live")
        return page

    yield open_
    for context in contexts:
        context.close()


# Of each of these elements, the first on the page: its box, and its computed style.
NAMED = {
    "name": ".masthead-name a",
    "date": ".masthead-date",
    "sections": ".sections ul",
    "current": ".sections a[aria-current]",
    "status": ".status",
    "pause": ".status-pause",
    "lead": ".river > .item",
    "picture": ".item-picture img",
    "lead_head": ".river > .item h2",
    "second": ".river > .item:nth-child(2)",
    "major": ".item[data-urgency='3'] h2",
    "brief": ".item[data-urgency='9'] h2",
    "item": ".item:has(.item-correction)",
    "head": ".item:has(.item-correction) h2",
    "when": ".item:has(.item-correction) .item-when",
    "correction": ".item-correction",
    "summary": ".river > :nth-child(7) .item-summary",
    "section": ".river > :nth-child(7) .item-section",
    "keys": ".key-events",
    "key": ".key-event a",
    "key_when": ".key-event-when",
    "main": "main",
}
MEASURED = """named => {
  for (const button of document.querySelectorAll('.status-pause, main .pill')) button.hidden = false
  named.pill = 'main .pill'
  return Object.fromEntries(Object.entries(named).map(([name, selector]) => {
    const element = document.querySelector(selector)
    const { top, bottom, left, width, height } = element.getBoundingClientRect()
    const style = getComputedStyle(element)
    const before = getComputedStyle(element, '::before')
    return [name, { top, bottom, left, width, height,
      size: parseFloat(style.fontSize), line: parseFloat(style.lineHeight),
      spacing: parseFloat(style.letterSpacing) || 0, family: style.fontFamily,
      weight: style.fontWeight, color: style.color, hyphens: style.hyphens,
      wrap: style.overflowWrap, position: style.position, edge: style.borderInlineStartWidth,
      rule: before.borderBlockStartWidth, background: style.backgroundColor }]
  }))
}"""
LINKS = """() => [...document.querySelectorAll('.sections a')].filter(
    link => link.checkVisibility()).map(link => {
  const { top, width, height } = link.getBoundingClientRect()
  return [top, width, height, getComputedStyle(link).color]
})"""
RED, INK, TOWN_HALL, HARBOUR = (
    "rgb(163, 20, 28)",
    "rgb(27, 25, 22)",
    "rgb(18, 80, 122)",
    "rgb(11, 95, 95)",
)


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_the_front_page_has_the_measures_of_the_art_direction(open_front: Open, width: int) -> None:
    page = open_front(width)
    it = page.evaluate(MEASURED, NAMED)

    def lines(name: str, size: float, line: float) -> None:
        assert (it[name]["size"], it[name]["line"]) == (size, pytest.approx(size * line, abs=0.1))

    # Type.
    page.wait_for_function("document.fonts.check('680 16px Newsreader')")
    for name in ("name", "lead_head", "major", "head", "brief"):
        assert (it[name]["family"].split(",")[0], it[name]["weight"]) == ("Newsreader", "680")
        assert it[name]["wrap"] == "break-word"
    for name in ("lead_head", "major", "head", "brief"):
        assert it[name]["hyphens"] == "auto"
    lines("when", 13, 1.4)
    lines("key_when", 13, 1.4)
    lines("summary", 16, 1.5)
    lines("head", 21, 1.2)
    for name, small, large, line in (("major", 28, 40, 1.1), ("lead_head", 34, 56, 1.04)):
        assert small <= it[name]["size"] <= large
        lines(name, it[name]["size"], line)
    assert it["lead_head"]["spacing"] == pytest.approx(-0.02 * it["lead_head"]["size"], abs=0.05)
    assert 28 <= it["name"]["size"] <= 44

    # Grid.
    assert it["main"]["width"] <= 1280
    assert it["summary"]["width"] <= 608 and it["correction"]["width"] <= 608
    if width >= 1024:
        assert it["keys"]["width"] == 320
        assert it["keys"]["left"] - it["lead"]["left"] - it["lead"]["width"] + 16 == 48
    if width >= 768:
        assert it["head"]["left"] - it["when"]["left"] == 88 + 24
        assert abs(it["when"]["top"] - it["head"]["top"]) < it["when"]["height"] + 8
    else:
        assert it["when"]["bottom"] <= it["head"]["top"]
    assert (it["lead"]["rule"], it["item"]["rule"]) == ("3px", "1px")
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    # Masthead: the name, the date at the right or below it, one row of sections.
    if width >= 768:
        assert it["date"]["left"] + it["date"]["width"] == pytest.approx(
            it["main"]["left"] + it["main"]["width"], abs=1
        )
        assert it["date"]["bottom"] <= it["name"]["bottom"]
    else:
        assert it["status"]["top"] <= 150
    links = page.evaluate(LINKS)
    assert len({top for top, *_ in links}) == 1
    assert all(min(wide, high) >= 44 for _, wide, high, _ in links)
    assert [color for *_, color in links][:3] == [RED, TOWN_HALL, HARBOUR]
    # The seventh takes the first colour again.
    assert links[7][3] == TOWN_HALL

    # Cues.
    assert it["pause"]["height"] >= 32
    assert it["pill"]["height"] >= 44 and it["pill"]["position"] == "sticky"
    assert it["pill"]["background"] == RED
    assert it["key_when"]["color"] == RED and it["key"]["edge"] == "2px"
    assert it["correction"]["edge"] == "3px"
    assert it["correction"]["height"] <= 13 * 1.4 + 8
    assert page.locator(".key-event").count() == 7
    # All are of today, which need not be said seven times.
    expect(page.locator(".key-event .day[data-today]")).to_have_count(7)
    expect(page.locator(".key-event .day").first).to_be_hidden()
    assert it["picture"]["width"] / it["picture"]["height"] == pytest.approx(1.5, abs=0.02)


def test_a_phones_first_screen_has_the_name_the_state_the_lead_and_one_more(
    open_front: Open,
) -> None:
    page = open_front(390, 844)
    it = page.evaluate(MEASURED, NAMED)
    second = page.locator(".river > .item h2").nth(1).bounding_box()
    assert second and second["y"] + second["height"] <= 844
    for name in ("name", "status", "lead_head", "picture"):
        assert 0 <= it[name]["top"] < it[name]["bottom"] <= 844
    # The key events are closed, between the lead and the next item.
    assert not page.locator(".key-events details").evaluate("element => element.open")
    assert it["lead"]["bottom"] <= it["keys"]["top"] + 1
    assert it["keys"]["bottom"] <= it["second"]["top"] + 1


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_lost_on_a_narrow_page_with_large_type(open_front: Open, width: int) -> None:
    page = open_front(width, 256)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


FRONT = """() => {
  const all = [...document.querySelectorAll('body *')].filter(element => element.checkVisibility())
  const red = all.filter(each => getComputedStyle(each).backgroundColor === 'rgb(163, 20, 28)')
  return red.map(element => element.className)
}"""
BAR = ".breaking-item"


def test_breaking_news_moves_nothing_on_the_page_and_may_be_dismissed(
    paper: Server, open_front: Open
) -> None:
    page = open_front(390)
    page.evaluate("scrollTo(0, 1500)")
    key = page.locator(".river > .item").nth(6).get_attribute("data-key")
    item = page.locator(f"main [data-key='{key}']")
    before = item.bounding_box()
    expect(page.locator(BAR)).to_have_count(0)
    act(paper, "publish('The sea wall has given way at the fish quay', urgency=1)")
    bar = page.locator(BAR)
    expect(bar).to_be_visible()
    after = item.bounding_box()
    assert before and after and abs(before["y"] - after["y"]) <= 1
    box = bar.bounding_box()
    assert box and box["height"] >= 48 and box["y"] == 0
    assert bar.locator(".breaking-label").inner_text() == "Breaking"
    # Of all that is red, it alone is filled; the pill is ink meanwhile.
    pill = page.locator("main .pill")
    expect(pill).to_have_text("1 new story")
    assert page.evaluate(FRONT) == ["breaking-item"]
    expect(pill).to_have_css("background-color", INK)
    expect(page.locator(".breaking-bar [data-announce]")).to_have_text("Breaking news")
    number = act(paper, "print(Article.objects.latest('pk').pk)")

    bar.get_by_role("button", name="Dismiss").click()
    expect(bar).to_be_hidden()
    act(paper, f"update_article(article({number}), {{'headline': 'The sea wall is gone'}})")
    expect(page.locator(f"{BAR} h2")).to_have_text("The sea wall is gone")
    expect(bar).to_be_hidden()
    page.reload()
    expect(bar).to_be_hidden()
    # On its own page it is no news.
    page = open_front(390)
    expect(page.locator(BAR)).to_be_visible()
    page.goto(f"{paper.url}/articles/{number}/")
    expect(page.locator("main live-feed").first).to_have_attribute("data-state", "live")
    expect(page.locator(BAR)).to_be_hidden()
