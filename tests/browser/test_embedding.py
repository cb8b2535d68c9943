"""Pages of the paper in frames of another site's page, in a real browser."""

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.services.serve import Server

from .test_embeds import SHIFTS
from .test_live_stories import NEWSROOM
from .test_npm import Quiet

# A page and its script are the same on both databases.
pytestmark = [pytest.mark.timeout(300), pytest.mark.backend("sqlite")]

SEED = """
import json
town = Section.objects.create(slug="town", name="Town")
for n in range(6):
    publish_article(create_article({"headline": f"Filler {n}", "section": town, "summary": "So."}))
bridge = publish_article(create_article({"headline": "Bridge shut", "summary": "Since nine.",
    "section": town, "body": "All of it."}))
storm = story("Storm Edda", summary="The worst for years.")
for n in range(4):
    post(storm, f"Post {n}", 60 - n, body=f"Text {n}.")
print(json.dumps([bridge.pk, storm.pk]))
"""
# What a browser does in a frame of another site for readers who block storage there.
NO_STORAGE = """
if (window !== top) for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
  Object.defineProperty(window, name, { get() { throw new DOMException('', 'SecurityError') } })
}
"""
PAGE = """<!DOCTYPE html><html lang="en"><title>Our club</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {paper};
  frame-src {paper}; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'">
<link rel="stylesheet" href="club.css"><h1>Our club</h1>{frames}<p id="below">Below.</p>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("club")


@pytest.fixture(scope="module")
def club(folder: Path) -> Iterator[str]:
    """The origin of another site, which serves a folder. The paper's host is 127.0.0.1."""
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def paper(club: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    env = {"STOPPRESS_FRAME_ANCESTORS": club, "STOPPRESS_SITE_NAME": "The Gazette"}
    server = Server(tmp_path_factory.mktemp("paper") / "data", env, ("--no-worker",))
    try:
        yield server
    finally:
        server.end()


@pytest.fixture(scope="module")
def made(paper: Server) -> tuple[int, int]:
    """The numbers of an article and of a live story."""
    bridge, storm = json.loads(act(paper, SEED).splitlines()[-1])
    return bridge, storm


def act(server: Server, code: str) -> str:
    return server.shell(NEWSROOM + code).strip()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    said: list[str] = []
    context = chromium.new_context(viewport={"width": 800, "height": 1000})
    context.add_init_script(NO_STORAGE)
    context.add_init_script(SHIFTS)
    context.on("weberror", lambda each: said.append(str(each.error)))
    yield context
    context.close()
    assert said == []


def opened(context: BrowserContext, folder: Path, club: str, paper: Server, frames: str) -> Page:
    (folder / "index.html").write_text(PAGE.format(paper=paper.url, frames=frames))
    page = context.new_page()
    page.goto(f"{club}/index.html")
    return page


def script(paper: Server, attributes: str) -> str:
    return f'<script src="{paper.url}/embed/frame.js" {attributes}></script>'


def is_live(frame: FrameLocator) -> None:
    for feed in frame.locator("live-feed").all():
        expect(feed).to_have_attribute("data-state", "live")


def height(page: Page, number: int = 0) -> float:
    box = page.locator("iframe").nth(number).bounding_box()
    assert box is not None
    return box["height"]


def inside(frame: FrameLocator) -> float:
    return float(
        frame.locator("html").evaluate("html => Math.ceil(html.getBoundingClientRect().height)")
    )


def fits(page: Page, frame: FrameLocator, number: int = 0) -> None:
    # The frame's text may grow meanwhile, by its fonts.
    expect(frame.locator("html")).to_have_attribute("data-fitted", "")
    expect(page.locator("iframe").nth(number)).to_have_css("height", f"{inside(frame):.0f}px")


def test_another_sites_page_shows_a_section_and_a_story_live_and_as_tall_as_they_are(
    paper: Server, club: str, folder: Path, made: tuple[int, int], context: BrowserContext
) -> None:
    bridge, storm = made
    frames = script(paper, 'data-section="town" data-height="100"') + script(
        paper, f'data-article="{storm}" data-items="3" data-theme="dark" data-height="100"'
    )
    page = opened(context, folder, club, paper, frames)
    section, story = (page.frame_locator("iframe").nth(number) for number in range(2))
    is_live(section)
    page.locator("iframe").nth(1).scroll_into_view_if_needed()
    is_live(story)
    fits(page, section)
    fits(page, story, 1)
    titles = [each.get_attribute("title") for each in page.locator("iframe").all()]
    assert titles == ["Town – The Gazette", "The Gazette"]
    assert (
        story.locator("html").evaluate("html => getComputedStyle(html).backgroundColor")
        == "rgb(22, 21, 18)"
    )
    assert context.cookies() == []

    page.evaluate("scrollTo(0, 0)")
    act(paper, 'publish_article(create_article({"headline": "Owl found", "section": "town"}))')
    expect(section.locator(".item:visible h2")).to_have_text(
        ["Owl found", "Bridge shut", "Filler 5", "Filler 4", "Filler 3"]
    )
    before = height(page, 1)
    page.locator("iframe").nth(1).scroll_into_view_if_needed()
    long = "The water comes over the lower steps. " * 40
    act(paper, f"post(article({storm}), 'Quay wall', body={long!r})")
    expect(story.locator(".post:visible h2").first).to_have_text("Quay wall")
    expect(story.locator(".post:visible")).to_have_count(3)
    expect(page.locator("iframe").nth(1)).not_to_have_css("height", f"{before:.0f}px")
    fits(page, story, 1)

    # A link opens the paper beside the page, not in the frame.
    with context.expect_page() as tab:
        section.get_by_role("link", name="Owl found").click()
    assert re.fullmatch(rf"{paper.url}/articles/\d+/", tab.value.url)
    assert tab.value.evaluate("window.opener") is None
    assert page.url == f"{club}/index.html"


def test_only_the_growth_of_a_frame_moves_the_page(
    paper: Server, club: str, folder: Path, made: tuple[int, int], context: BrowserContext
) -> None:
    bridge, _ = made
    # As docs/embedding.md says: the script comes late, into a place that is kept for it.
    (folder / "club.css").write_text(".place { min-height: 400px }")
    frame = script(paper, f'async data-article="{bridge}" data-height="400"')
    page = opened(context, folder, club, paper, f'<div class="place">{frame}</div>')
    card = page.frame_locator("iframe")
    is_live(card)
    expect(card.get_by_text("All of it.")).to_be_hidden()
    act(paper, f"update_article(article({bridge}), {{'summary': 'Since nine. ' * 6}})")
    expect(card.locator(".story-standfirst")).to_contain_text("Since nine. Since nine.")
    assert height(page) == 400 and page.evaluate("window.shifted") < 0.01
    act(paper, f"update_article(article({bridge}), {{'summary': 'Since nine. ' * 80}})")
    expect(page.locator("iframe")).not_to_have_css("height", "400px")
    fits(page, card)
    # It is before the reader: a shorter text leaves it as tall.
    tall = height(page)
    act(paper, f"retract_article(article({bridge}), 'It was never so.')")
    expect(card.get_by_role("heading")).to_have_text("This article has been withdrawn")
    expect(card.get_by_text("Since nine.")).to_have_count(0)
    assert height(page) == tall


def test_news_waits_while_the_head_of_the_frame_is_above_the_reader(
    paper: Server, club: str, folder: Path, made: tuple[int, int], context: BrowserContext
) -> None:
    _, storm = made
    frame = script(paper, f'data-article="{storm}" data-items="10"') + "<p>Line.</p>" * 60
    page = opened(context, folder, club, paper, frame)
    story = page.frame_locator("iframe")
    is_live(story)
    fits(page, story)
    page.evaluate("scrollTo(0, document.querySelector('iframe').offsetTop + 200)")
    posts = story.locator("live-feed[stream^=posts]")
    expect(posts).to_have_attribute("data-state", "paused")
    gone = story.locator(".post:visible").nth(1).get_attribute("data-key") or ""
    act(
        paper,
        f"post(article({storm}), 'Ferry stops')\n"
        f"retract_article(article({gone.removeprefix('post:')}), 'It was another street.')",
    )
    expect(story.locator(f"[data-key='{gone}']")).to_have_count(0)
    expect(story.get_by_text("Ferry stops")).to_have_count(0)
    page.evaluate("scrollTo(0, 0)")
    expect(story.locator(".post h2").first).to_have_text("Ferry stops")
    expect(posts).to_have_attribute("data-state", "live")


def test_a_plain_frame_scrolls_and_needs_neither_the_script_nor_storage_nor_an_origin(
    paper: Server, club: str, folder: Path, made: tuple[int, int], context: BrowserContext
) -> None:
    address = f"{paper.url}/embed/section/town/"
    frames = (
        f'<iframe title="A" src="{address}" height="200"></iframe>'
        f'<iframe title="B" src="{address}" height="200" sandbox="allow-scripts"></iframe>'
    )
    page = opened(context, folder, club, paper, frames)
    plain, boxed = (page.frame_locator("iframe").nth(number) for number in range(2))
    is_live(plain)
    assert plain.locator("html").evaluate("html => html.scrollHeight > innerHeight")
    # Without an origin of its own a frame may not follow the news, and does not try.
    expect(boxed.locator("[data-status]")).to_have_count(0)
    expect(boxed.locator(".item:visible")).to_have_count(5)
    expect(boxed.locator("live-feed")).to_have_attribute("data-state", "connecting")


def test_an_unnamed_origin_gets_no_frame_and_no_other_page_is_framed(
    paper: Server, club: str, folder: Path, made: tuple[int, int], context: BrowserContext
) -> None:
    elsewhere = club.replace("localhost", "127.0.0.1")
    frame = f'<iframe title="A" src="{paper.url}/embed/section/town/"></iframe>'
    front = f'<iframe title="A" src="{paper.url}/"></iframe>'
    for host, frames in ((elsewhere, frame), (club, front)):
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda said, refused=refused: refused.append(said.text))
        (folder / "index.html").write_text(PAGE.format(paper=paper.url, frames=frames))
        page.goto(f"{host}/index.html")
        assert any("frame-ancestors" in each or "X-Frame-Options" in each for each in refused)
        assert paper.url not in [each.url for each in page.frames[1:]]
        page.close()
