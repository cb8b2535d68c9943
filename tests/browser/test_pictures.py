"""Pictures and embeds in a real browser: nothing moves while they load, no other site is asked."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.newsroom.pictures.photographs import photograph
from tests.services.serve import Server

from .test_pages import act

pytestmark = [pytest.mark.timeout(300), pytest.mark.backend("sqlite")]

# Three embeds, and ten pictures: above the story, high, wide, within a line, in a list.
SEED = """
from pathlib import Path
from stoppress.newsroom.pictures.sandbox import encode_safely

wide, high = (encode_safely(Path(folder, f"{name}.jpg").read_bytes()) for name in ("wide", "high"))
files = [add_picture(wide if n % 3 else high, {"alt": f"Picture {n}", "credit": "Ann Ray"})
         for n in range(11)]
words = "Words that fill some lines of the page. " * 12
texts = [f"{words}\\n\\n![]({file.reference} \\"A caption\\")" for file in files[1:8]]
texts.insert(2, "https://www.youtube.com/watch?v=abcdefghijk")
texts.insert(4, "https://vimeo.com/123456789")
texts.insert(6, "https://x.com/lantern/status/1234567890123456789")
texts.append(f"{words} ![]({files[8].reference})\\n\\n* item\\n\\n  ![]({files[9].reference})")
for file in files[1:]:
    publish(f"Beside {file.pk}", image=file, summary=words[:120])
story = publish("A story of ten pictures", image=files[0], urgency=1, body="\\n\\n".join(texts),
                summary="It came at noon.")
print(story.pk, files[10].pk, files[0].pk)
"""

SHIFTS = """
window.shifted = []
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) window.shifted.push([
      entry.value, entry.sources.map(source => source.node && source.node.nodeName + ' '
        + (source.node.className || ''))])
  }
}).observe({type: 'layout-shift', buffered: true})
"""
# From top to bottom, so that what loads late is asked for.
SCROLLED = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += 300) {
    scrollTo(0, y)
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  }
}"""
SHOWN = """() => {
  const all = [...document.querySelectorAll('main img')]
  return all.length > 0 && all.every(image => image.complete && image.naturalWidth)
}"""
# For each picture: the widths of its file, of its box in the screen's own pixels, of its largest
# file.
WIDTHS = """() => [...document.querySelectorAll('main img')].map(image => [
  Number(image.currentSrc.match(/-(\\d+)\\.webp$/)[1]),
  image.getBoundingClientRect().width * devicePixelRatio, Number(image.getAttribute('width'))])"""


class Paper:
    """A paper with a story of ten pictures and three embeds."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        for name, size in (("wide", (1920, 1080)), ("high", (900, 1350))):
            (folder / f"{name}.jpg").write_bytes(photograph(*size))
        made = act(server, f"folder = {str(folder)!r}\n{SEED}")
        self.story, self.other, self.lead = map(int, made.split())
        self.address = f"/articles/{self.story}/"


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    folder = tmp_path_factory.mktemp("pictures")
    server = Server(folder / "data", {}, ("--no-worker",))
    try:
        yield Paper(server, folder)
    finally:
        server.end()


class Reader:
    """A page whose pictures load only when the test allows it."""

    def __init__(self, browser: Browser, paper: Paper, address: str, **options: Any) -> None:
        self.context: BrowserContext = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.asked: list[str] = []
        self._held: list[Route] | None = []
        self.page.add_init_script(SHIFTS)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.context.route("**/media/pictures/**", self._hold)
        self.page.goto(paper.server.url + address, wait_until="domcontentloaded")
        expect(self.page.locator("live-feed").first).to_have_attribute("data-state", "live")

    def _hold(self, route: Route) -> None:
        if self._held is None:
            route.continue_()
        else:
            self._held.append(route)

    def let_pictures_come(self) -> None:
        held, self._held = self._held, None
        for route in held or []:
            route.continue_()
        self.page.evaluate(SCROLLED)
        self.page.wait_for_function(SHOWN)

    def check_that_nothing_moved(self) -> None:
        found = self.page.evaluate("window.shifted")
        assert sum(value for value, _ in found) < 0.01, json.dumps(found, indent=1)


SCREENS = [(390, 1), (390, 3), (1440, 2)]


@pytest.mark.parametrize(("width", "density"), SCREENS)
def test_nothing_moves_while_pictures_come_and_the_files_fit(
    chromium: Browser, paper: Paper, width: int, density: int
) -> None:
    screen = {"viewport": {"width": width, "height": 844}, "device_scale_factor": density}
    for address in (paper.address, "/"):
        reader = Reader(chromium, paper, address, **screen)
        reader.page.evaluate(SCROLLED)
        reader.let_pictures_come()
        reader.check_that_nothing_moved()
        widths = reader.page.evaluate(WIDTHS)
        assert len(widths) == (10 if address == paper.address else 11)
        for file, box, largest in widths:
            assert 0.8 * min(box, largest) <= file <= max(2.1 * box, 320), (file, box)
        assert {urlsplit(url).netloc for url in reader.asked} == {
            urlsplit(paper.server.url).netloc
        }, "a third party was asked before the click"
        reader.context.close()


def test_another_picture_and_another_focus_take_the_place_without_a_jump(
    chromium: Browser, paper: Paper
) -> None:
    reader = Reader(chromium, paper, paper.address, viewport={"width": 390, "height": 844})
    reader.let_pictures_come()
    reader.page.evaluate("scrollTo(0, 0)")
    lead = reader.page.locator(".story-picture img")
    box = lead.bounding_box()
    act(
        paper.server,
        f"update_article(article({paper.story}), {{'image': {paper.other}}})\n"
        "from stoppress.newsroom.models import Picture\n"
        f"change_picture(Picture.objects.get(pk={paper.other}), {{'focus_x': 21}})",
    )
    try:
        expect(lead).to_have_attribute("data-focus-left", "2")
        expect(lead).to_have_attribute("alt", "Picture 10")
        expect(lead).to_have_css("object-position", "20% 50%")
        reader.page.wait_for_function(SHOWN)
        assert f"/pictures/{paper.other}/" in lead.evaluate("image => image.currentSrc")
        assert lead.bounding_box() == box
        reader.check_that_nothing_moved()
    finally:
        act(paper.server, f"update_article(article({paper.story}), {{'image': {paper.lead}}})")
        reader.context.close()


def test_a_strangers_picture_of_unknown_size_moves_nothing(chromium: Browser, paper: Paper) -> None:
    pk = act(
        paper.server,
        "print(publish('From a feed', body_format='html', body="
        "'<p>Words</p><p><a href=/x><img src=https://strange.example/a.png alt=Strange></a></p>"
        "<p>' + 'Words ' * 90).pk)",
    )
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    held: list[Route] = []
    context.route("https://strange.example/**", lambda route: held.append(route))
    with page.expect_request("https://strange.example/**"):
        page.goto(f"{paper.server.url}/articles/{pk}/", wait_until="commit")
    expect(page.get_by_alt_text("Strange")).to_be_visible()
    box = page.get_by_alt_text("Strange").bounding_box()
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='900'/>"
    held[0].fulfill(body=drawing, content_type="image/svg+xml")
    page.wait_for_function(SHOWN)
    assert page.get_by_alt_text("Strange").bounding_box() == box
    assert page.evaluate("window.shifted") == []
    context.close()


BOXES = """() => [...document.querySelectorAll('main img')].map(image => {
  const { width, height, top } = image.getBoundingClientRect()
  return [Math.round(width), Math.round(height), Math.round(top + scrollY)]
})"""
FAILED = """() => [...document.querySelectorAll('main img')].every(
  image => image.complete && image.currentSrc)"""


def test_a_picture_that_does_not_come_leaves_its_words_in_its_box(
    chromium: Browser, paper: Paper
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(paper.server.url + paper.address)
    page.evaluate(SCROLLED)
    page.wait_for_function(SHOWN)
    boxes = page.evaluate(BOXES)
    page.add_init_script(SHIFTS)
    context.route("**/media/pictures/**", lambda route: route.abort())
    page.reload()
    page.evaluate(SCROLLED)
    page.wait_for_function(FAILED)
    assert page.evaluate(BOXES) == boxes
    assert page.evaluate("window.shifted") == []
    assert page.locator(".story-picture img").get_attribute("alt") == "Picture 0"
    context.close()


def test_a_zoom_enlarges_a_picture_and_paper_shows_all_of_it_in_its_own_size(
    chromium: Browser, paper: Paper
) -> None:
    # Four times larger, a window of 1280 by 800 has this size.
    context = chromium.new_context(viewport={"width": 320, "height": 200})
    page = context.new_page()
    page.goto(paper.server.url + paper.address)
    high = page.locator('.story-body img[height="1350"]').first
    box = high.bounding_box()
    assert box is not None and abs(box["height"] / box["width"] - 1.5) < 0.02

    page.set_viewport_size({"width": 720, "height": 1000})
    page.evaluate(SCROLLED)
    page.wait_for_function(SHOWN)
    page.emulate_media(media="print")
    boxes = page.evaluate(BOXES)
    assert all(height <= 400 for _, height, _ in boxes), boxes
    high.evaluate("image => image.setAttribute('width', '96')")
    expect(high).to_have_css("width", "96px")
    context.close()
