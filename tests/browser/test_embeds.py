"""Embeds in an article: another site is not contacted before a reader asks for its content."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.services.serve import Server

from .test_admin import AXE, CHECK
from .test_live_stories import NEWSROOM

# A page and its script are the same on both databases.
pytestmark = [pytest.mark.timeout(300), pytest.mark.backend("sqlite")]

VIDEO = "[Divers under the bridge](https://youtu.be/a_video1?t=1m3s)"
FRAME = "https://www.youtube-nocookie.com/embed/a_video1?start=63"
BODY = f"""It was shut at nine.

{VIDEO}

https://x.com/town/status/12

https://bsky.app/profile/town.example/post/3k"""
PLAYER = "<!doctype html><html lang=en><title>Player</title><main><h1>It</h1><button>Play</button>"
SHIFTS = """
window.shifted = 0
new PerformanceObserver(list => {
  for (const { value } of list.getEntries()) window.shifted += value
}).observe({ type: 'layout-shift', buffered: true })
"""


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("paper") / "data", {}, ("--no-worker",))
    try:
        yield server
    finally:
        server.end()


def act(server: Server, code: str) -> str:
    return server.manage("shell", "-v0", "-c", NEWSROOM + code).strip()


@pytest.fixture
def page(chromium: Browser, paper: Server) -> Iterator[tuple[Page, list[str]]]:
    """A page, and the addresses at other sites that it asks for: each gets a short answer."""
    asked: list[str] = []
    said: list[str] = []

    def answer(route: Route) -> None:
        if route.request.url.startswith(paper.url):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.fulfill(content_type="text/html", body=PLAYER)

    # On a phone the line that says "Updated" stands above the text.
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    context.route("**/*", answer)
    opened = context.new_page()
    opened.add_init_script(SHIFTS)
    opened.add_init_script(path=AXE)
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on(
        "console", lambda message: said.append(message.text) if "Policy" in message.text else 0
    )
    yield opened, asked
    context.close()
    assert said == []


def is_live(page: Page) -> None:
    for feed in page.locator("live-feed").all():
        expect(feed).to_have_attribute("data-state", "live")


def test_a_frame_comes_when_a_reader_asks_and_stays_while_the_text_around_it_changes(
    paper: Server, page: tuple[Page, list[str]]
) -> None:
    seen, asked = page
    made = act(
        paper,
        f"print(publish_article(create_article({{'headline': 'Bridge', 'body': {BODY!r}}})).pk)",
    )
    seen.goto(f"{paper.url}/articles/{made}/")
    is_live(seen)
    buttons = seen.get_by_role("button", name="Show the")
    expect(buttons).to_have_count(2)
    cards = seen.locator("news-embed")
    expect(cards.nth(2).get_by_role("link")).to_have_attribute(
        "href", "https://bsky.app/profile/town.example/post/3k"
    )
    assert asked == []
    place = cards.first.bounding_box()

    seen.get_by_role("button", name="Show the video: Divers under the bridge").focus()
    seen.keyboard.press("Enter")
    frame = cards.first.locator("iframe")
    expect(frame).to_have_attribute("src", FRAME)
    expect(frame).to_be_focused()
    expect(frame).to_have_attribute("title", "Divers under the bridge")
    expect(frame.content_frame.get_by_role("button", name="Play")).to_be_visible()
    assert asked == [FRAME]
    assert cards.first.bounding_box() == place
    assert seen.evaluate("window.shifted") == 0
    box = frame.bounding_box()
    assert box is not None
    assert abs(box["width"] / box["height"] - 16 / 9) < 0.05
    assert seen.evaluate(CHECK) == []

    changed = BODY.replace("nine", "ten") + "\n\nThe diver is well.\n\n" * 9
    act(paper, f"update_article(article({made}), {{'body': {changed!r}}})")
    expect(seen.get_by_text("It was shut at ten.")).to_be_visible()
    expect(frame).to_be_focused()
    other = changed.replace("a_video1", "a_video2")
    assert asked == [FRAME]
    assert seen.evaluate("window.shifted") < 0.01

    # Another video in its place is asked for anew.
    act(paper, f"update_article(article({made}), {{'body': {other!r}}})")
    expect(frame).to_have_count(0)
    expect(buttons).to_have_count(2)
    without = changed.replace(VIDEO, "")
    act(paper, f"update_article(article({made}), {{'body': {without!r}}})")
    expect(cards).to_have_count(2)
    assert asked == [FRAME]


def test_a_post_that_comes_live_has_its_button(paper: Server, page: tuple[Page, list[str]]) -> None:
    seen, asked = page
    made = act(paper, "print(story('Storm').pk)")
    seen.goto(f"{paper.url}/articles/{made}/")
    is_live(seen)
    act(paper, f"post(article({made}), 'Look', body='https://www.instagram.com/p/Abc/?igsh=x')")
    seen.get_by_role("button", name="Show the post: Instagram").click()
    expect(seen.locator("news-embed iframe")).to_have_attribute(
        "src", "https://www.instagram.com/p/Abc/embed/"
    )
    assert asked == ["https://www.instagram.com/p/Abc/embed/"]


def test_without_scripts_a_card_is_a_link_and_takes_no_extra_space(
    chromium: Browser, paper: Server
) -> None:
    made = act(
        paper, f"print(publish_article(create_article({{'headline': 'B', 'body': {BODY!r}}})).pk)"
    )
    context = chromium.new_context(java_script_enabled=False)
    try:
        seen = context.new_page()
        seen.goto(f"{paper.url}/articles/{made}/")
        card = seen.locator("news-embed").first
        expect(card.get_by_role("link", name="Divers under the bridge")).to_be_visible()
        box = card.bounding_box()
        assert box is not None
        assert box["height"] < 120
    finally:
        context.close()
