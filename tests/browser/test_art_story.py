"""The numbers of the art direction: stories, live stories, and what stands where there is none."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.newsroom.pictures.photographs import photograph
from tests.services.serve import Server

from .test_live_stories import NEWSROOM
from .test_pages import PAPER

pytestmark = [pytest.mark.timeout(300), pytest.mark.backend("sqlite")]

REM = 16
WIDTHS = (390, 820, 1440)

SEED = """
import json
from pathlib import Path
from stoppress.newsroom.pictures.sandbox import encode_safely

image = add_picture(encode_safely(Path(photograph).read_bytes()), {"alt": "A", "credit": "Ann Ray"})
town = Section.objects.create(slug="town", name="Town")
Section.objects.create(slug="port", name="Port")
words = "Words that fill some lines of the page, and then some more of them. " * 9
same = {"section": town, "image": image, "byline": "By Mara Voss", "located": "Ems"}
text = words + "\\n\\n## What was found\\n\\n" + "\\n\\n".join([words] * 5)
made = publish("The old bridge is shut", summary="It has a crack.", body=text, **same)
made = correct_article(made, "It is the third pier.", {"headline": "The old bridge is now shut"})
other = publish("إغلاق الجسر القديم", language="ar", body="نص الخبر. " * 99, **same)
other = correct_article(other, "الدعامة الثالثة.", {"headline": "إغلاق الجسر القديم حتى إشعار آخر"})
gone = retract_article(publish("Canary", section=town), "It named the wrong company.")
storm = story("Storm Edda", section=town, summary="The worst for years.", body="- Two bridges.")
for n in range(3):
    post(storm, f"Post {n}", 9 - n, body=words, byline="Ann Bee", key_event=True)
alarm = publish("Ferry aground", urgency=1, section=town, image=image, body=words)
print(json.dumps({"story": f"/articles/{made.pk}/", "rtl": f"/articles/{other.pk}/",
    "gone": f"/articles/{gone.pk}/", "live": f"/articles/{storm.pk}/", "missing": "/articles/999/",
    "empty": "/section/port/", "breaking": f"/articles/{alarm.pk}/"}))
"""


class Paper:
    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        (folder / "wide.jpg").write_bytes(photograph(1200, 900))
        made = self.act(f"photograph = {str(folder / 'wide.jpg')!r}\n{SEED}")
        self.pages: dict[str, str] = json.loads(made.splitlines()[-1])

    def act(self, code: str) -> str:
        return self.server.shell(NEWSROOM + PAPER + code).strip()

    def __getitem__(self, name: str) -> str:
        return self.server.url + self.pages[name]


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    folder = tmp_path_factory.mktemp("art")
    server = Server(folder / "data", {}, ("--no-worker",))
    try:
        yield Paper(server, folder)
    finally:
        server.end()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


# The styles and the box of the first element of each selector.
LOOKS = """(selectors) => Object.fromEntries(selectors.map(selector => {
  const element = document.querySelector(selector)
  if (!element) return [selector, null]
  const { left, right, top, bottom, width, height } = element.getBoundingClientRect()
  const style = getComputedStyle(element)
  const names = ['fontSize', 'lineHeight', 'letterSpacing', 'hyphens', 'overflowWrap', 'color',
    'backgroundColor', 'borderInlineStartWidth', 'borderInlineStartColor', 'columnGap',
    'borderBlockStartWidth', 'borderBlockStartColor', 'fontVariantCaps', 'display']
  const looks = { left, right, top, bottom, width, height }
  for (const name of names) looks[name] = style[name]
  return [selector, looks]
}))"""

COLOURS = """() => Object.fromEntries(['ink', 'rule', 'note', 'note-edge'].map(
  name => [name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()]
))"""


def look(page: Page, *selectors: str) -> dict[str, dict[str, Any]]:
    return dict(page.evaluate(LOOKS, list(selectors)))


def size(looks: dict[str, Any]) -> tuple[float, float]:
    """Return a text's size in rem, and its line height as a multiple of that."""
    pixels = float(looks["fontSize"][:-2])
    return pixels / REM, round(float(looks["lineHeight"][:-2]) / pixels, 2)


def rgb(colour: str) -> str:
    numbers = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return f"rgb({', '.join(map(str, numbers))})"


def indent(width: int) -> float:
    """Return how far texts stand from the page's edge: the time, 5.5rem, and its gap."""
    return 7 * REM if width >= 48 * REM else 0


@pytest.mark.parametrize("width", WIDTHS)
def test_a_story_has_the_type_the_grid_and_the_boxes_of_the_art_direction(
    paper: Paper, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(paper["story"])
    at = look(
        page,
        *("main", ".story h1", ".story-standfirst", ".story-facts", ".story-body", "figcaption"),
        *(".story-body h2", ".correction", ".correction-label", ".story-picture img", ".dateline"),
        *(".story-side", ".story-history li + li", ".story"),
    )
    h1 = at[".story h1"]
    rem, line = size(h1)
    assert 2.125 <= rem <= 3.5 and line == 1.04
    assert rem == {390: pytest.approx(2.16, abs=0.05), 1440: 3.5}.get(width, rem)
    assert float(h1["letterSpacing"][:-2]) == pytest.approx(-0.02 * rem * REM, abs=0.01)
    assert (h1["hyphens"], h1["overflowWrap"]) == ("auto", "break-word")
    assert page.locator(".story h1").get_attribute("lang") == "en"
    assert size(at[".story-body"]) == (1.1875, 1.6)
    assert size(at[".story-body h2"]) == (1.3125, 1.2)
    for meta in (".story-facts", "figcaption", ".correction-label", ".story-side"):
        assert size(at[meta]) == (0.8125, 1.4), meta

    main = at["main"]
    assert main["width"] <= 80 * REM
    for part in (".story h1", ".story-facts", ".correction", ".story-picture img", ".story-body"):
        assert at[part]["left"] == main["left"] + indent(width), part
    for part in (".story-facts", ".correction", ".story-picture img", ".story-body"):
        assert at[part]["width"] <= 38 * REM, part
    side = at[".story-side"]
    if width >= 64 * REM:
        assert (side["width"], side["right"]) == (20 * REM, main["right"])
        assert at[".story"]["columnGap"] == f"{3 * REM}px"
    else:
        assert side["top"] > at[".story-body"]["bottom"]

    colours = {name: rgb(value) for name, value in page.evaluate(COLOURS).items()}
    assert (side["borderBlockStartWidth"], side["borderBlockStartColor"]) == (
        "3px",
        colours["ink"],
    )
    line_between = at[".story-history li + li"]
    assert line_between["borderBlockStartWidth"] == "1px"
    assert line_between["borderBlockStartColor"] == colours["rule"]

    note = at[".correction"]
    assert (note["borderInlineStartWidth"], note["borderInlineStartColor"]) == (
        "3px",
        colours["note-edge"],
    )
    assert note["backgroundColor"] == colours["note"]
    assert note["bottom"] <= at[".story-picture img"]["top"] < at[".story-body"]["top"]
    label = page.locator(".correction-label").inner_text()
    assert re.match(r"Correction, \d\d?:\d\d", label), label
    assert page.locator(".story-updated").count() == 0, "a correction alone is no update"

    image = at[".story-picture img"]
    assert image["width"] / image["height"] == pytest.approx(1.5, abs=0.01)
    assert page.locator("main img:not([width][height])").count() == 0
    assert at[".dateline"]["fontVariantCaps"] == "all-small-caps"
    assert page.locator(".story-body p").first.inner_text().startswith("Ems — Words that")
    assert page.locator("main time:not([dir=auto])").count() == 0
    published = page.locator(".story-published time")
    expect(published).to_have_attribute("data-format", "ago")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_story_and_its_error_pages_share_one_left_edge(
    paper: Paper, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    words = {
        "story": ".story h1",
        "missing": ".notice h1",
        "gone": ".notice h1",
        "empty": ".notice",
    }
    edges = {}
    for name, selector in words.items():
        page.goto(paper[name])
        box = page.locator(f"{selector} >> visible=true").first.evaluate(
            "e => { const range = document.createRange(); range.selectNodeContents(e);"
            " return range.getBoundingClientRect().left }"
        )
        edges[name] = round(box)
        if name in {"missing", "gone"}:
            assert page.locator(".ways a").last.get_attribute("href") == "/"
    assert len(set(edges.values())) == 1, edges


@pytest.mark.parametrize("width", WIDTHS)
def test_a_live_story_and_its_posts_have_the_type_and_the_grid(
    paper: Paper, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(paper["live"])
    at = look(
        page,
        *("main", ".story h1", ".posts", ".post", ".post h2", ".post-when", ".post-text", ".live"),
        *(".post-facts", ".post .story-body", ".live > .key-events"),
    )
    rem, line = size(at[".story h1"])
    assert 1.75 <= rem <= 2.5 and line == 1.1
    assert size(at[".post h2"]) == (1.3125, 1.2)
    assert size(at[".post .story-body"]) == (1.1875, 1.6)
    assert size(at[".post-when"]) == size(at[".post-facts"]) == (0.8125, 1.4)
    assert at[".posts"]["borderBlockStartWidth"] == "3px"
    assert at[".post-text"]["width"] <= 38 * REM
    left = at["main"]["left"]
    assert at[".story h1"]["left"] == at[".post-text"]["left"] == left + indent(width)
    assert at[".post-when"]["left"] == left
    if width >= 48 * REM:
        assert at[".post-when"]["width"] == 5.5 * REM
    else:
        assert at[".post-when"]["bottom"] <= at[".post-text"]["top"]
    if width >= 64 * REM:
        rail = at[".live > .key-events"]
        assert (rail["width"], rail["right"]) == (20 * REM, at["main"]["right"])
        assert at[".live"]["columnGap"] == f"{3 * REM}px"


MIRRORED = (
    *(".story-kicker", ".story h1", ".story-facts", ".correction", ".story-picture img"),
    *(".story-body", ".story-side"),
)


def test_a_story_that_runs_from_right_to_left_is_a_mirror(paper: Paper, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 844})
    page.goto(paper["story"])
    plain = look(page, "main", *MIRRORED)
    page.goto(paper["rtl"])
    turned = look(page, "main", *MIRRORED)
    for part in MIRRORED:
        before = plain[part]["left"] - plain["main"]["left"]
        after = turned["main"]["right"] - turned[part]["right"]
        assert after == pytest.approx(before, abs=1), part
    assert page.locator("html").get_attribute("dir") == "rtl"
    # The page's own words keep their order, and what is of another direction is isolated.
    facts = page.locator(".story-facts")
    assert (facts.get_attribute("dir"), facts.evaluate("e => getComputedStyle(e).textAlign")) == (
        "ltr",
        "right",
    )
    expect(page.locator(".story-byline bdi")).to_have_text("By Mara Voss")


def test_a_print_is_black_on_white_with_address_and_time(paper: Paper, page: Page) -> None:
    page.set_viewport_size({"width": 720, "height": 1000})
    page.goto(paper["breaking"])
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    at = look(page, "html", "body", ".breaking", ".story-picture img", ".story-facts", ".printed")
    assert at["html"]["backgroundColor"] == "rgb(255, 255, 255)"
    assert at["body"]["color"] == "rgb(0, 0, 0)"
    assert at[".breaking"]["color"] == at[".breaking"]["borderInlineStartColor"] == "rgb(0, 0, 0)"
    assert at[".breaking"]["borderInlineStartWidth"] == "1px"
    assert at[".story-picture img"]["height"] <= 400
    published = page.locator(".story-published time")
    said = published.evaluate(
        "e => [getComputedStyle(e).fontSize, getComputedStyle(e, '::after').content]"
    )
    assert said == ["0px", f'"{published.get_attribute("title")}"'], "the time, not its age"
    foot = page.locator(".printed")
    assert paper["breaking"] in foot.inner_text()
    assert re.search(r"Printed .*\d\d:\d\d.* [A-Z]", foot.inner_text())
    bottoms = page.evaluate(
        "[...document.body.children].filter(e => e.checkVisibility())"
        ".map(e => e.getBoundingClientRect().bottom)"
    )
    assert at[".printed"]["bottom"] == max(bottoms), "it is the last line"
    for screen in (".status", ".sections", ".breaking-bar", "[data-live-build]", ".pill", "button"):
        for element in page.locator(screen).all():
            expect(element).to_be_hidden()


def test_a_reader_sees_where_an_open_article_was_corrected(paper: Paper, page: Page) -> None:
    body = "\n\n".join(f"Paragraph {n}. {'Some words. ' * 60}" for n in range(9))
    pk = paper.act(f"print(publish('Owls counted', body={body!r}).pk)")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{paper.server.url}/articles/{pk}/")
    expect(page.locator("live-feed").last).to_have_attribute("data-state", "live")
    read = page.get_by_text("Paragraph 6.")
    read.scroll_into_view_if_needed()
    line = page.locator("[data-corrected-line]")
    expect(line).to_be_hidden()
    new = body.replace("Paragraph 6.", "Paragraph six.")
    paper.act(f"correct_article(article({pk}), 'It is the sixth.', {{'body': {new!r}}})")
    changed = page.get_by_text("Paragraph six.")
    expect(changed).to_be_in_viewport()
    expect(line).to_be_visible()
    assert changed.get_attribute("data-changed") is not None
    assert page.locator("[data-changed]").count() == 1
    line.get_by_role("link", name="See the correction").click()
    expect(page.get_by_text("It is the sixth.").first).to_be_in_viewport()
    expect(line).to_be_hidden()
