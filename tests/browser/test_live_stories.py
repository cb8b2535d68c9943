"""The pages of a live story in a real browser: how they look, and how they change while open."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.services import backend
from tests.services.serve import Server

from .gone import wait_until_gone
from .test_admin import AXE, CHECK
from .test_pages import FAINT

pytestmark = pytest.mark.timeout(180)

Open = Callable[..., Page]

NEWSROOM = """
from datetime import timedelta
from django.utils import timezone
from stoppress.newsroom.models import Article, Section
from stoppress.newsroom.publishing import *

NOW = timezone.now()

def story(headline, **fields):
    return publish_article(create_article({"headline": headline, "kind": "live"} | fields))

def post(story, headline, minutes=0, **fields):
    fields.setdefault("occurred", NOW - timedelta(minutes=minutes))
    return publish_article(create_article({"headline": headline} | fields, parent=story))

def article(pk):
    return Article.objects.get(pk=pk)

"""

# A story with 40 posts and one of each state, a closed one, a paused one in Arabic.
SEED = """
import json
town = Section.objects.create(slug="town", name="Town")
storm = story("Storm Edda: the river stands at the quay wall", section=town, byline="Mara Voss",
              summary="The worst storm for thirty years.", body="- **Two bridges** are closed.")
for n in range(40):
    post(storm, f"Filler {n}" if n % 3 else "", 1000 - n, body=f"Text {n}.", key_event=n % 8 == 4)
post(storm, "What we know", 200, pinned=True, body="The ferry stops.", byline="The desk")
gone = retract_article(post(storm, "Canary", 30, body="Canary."), "It was another street.")
made = post(storm, "Mill Street is closed", 20, body="Mill Lane.", source_type="program")
made = correct_article(made, "It is Mill Street.", {"body": "Mill Street."})
wide = post(storm, "Word" * 60, 10, byline="N" * 90, key_event=True,
            body="`" + "code" * 60 + "`\\n\\n" + "|wordy" * 30 + "|\\n" + "|-" * 30 + "|")
closed = set_coverage(story("Storm Dora", body="It is over."), "closed")
post(closed, "The last tree", key_event=True)
paused = set_coverage(story("العاصفة إيدا", language="ar", body="أُغلق جسران."), "paused")
post(paused, "بيت العبّارة تحت الماء", 5, body="الماء يعلو.", byline="مارا فوس", key_event=True)
retract_article(post(paused, "صورة", 6), "الصورة قديمة.")
over = retract_article(story("Storm Canary"), "There was none.")
older = storm.posts.order_by("-order")[30].order
print(json.dumps({"front": "/", "open": f"/articles/{storm.pk}/",
    "older": f"/articles/{storm.pk}/page/{older}/", "permalink": made.get_absolute_url(),
    "retracted": gone.get_absolute_url(), "closed": f"/articles/{closed.pk}/",
    "rtl": f"/articles/{paused.pk}/", "over": f"/articles/{over.pk}/"}))
"""


@pytest.fixture(scope="module")
def paper(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A paper with live stories. Of the module: a test that changes a story brings its own."""
    env = {}
    if request.config.getoption("backend") == "postgres":
        env["DATABASE_URL"] = request.config.stash[backend.SERVER].new_database()
    server = Server(tmp_path_factory.mktemp("paper") / "data", env, ("--no-worker",))
    try:
        yield server
    finally:
        server.end()


@pytest.fixture(scope="module")
def pages(paper: Server) -> dict[str, str]:
    """The addresses of one page of each kind."""
    return dict(json.loads(act(paper, SEED).splitlines()[-1]))


def act(server: Server, code: str) -> str:
    """Let another process do something in the newsroom; return what it printed."""
    return server.shell(NEWSROOM + code).strip()


def storm(server: Server, posts: int = 40) -> int:
    """Write a story of one's own; its posts happened a minute after each other."""
    code = f"for n in range({posts}): post(it, f'Post {{n}}', {posts} - n, body='Text.\\n\\n' * 9)"
    return int(act(server, f"it = story('Storm', body='Known.')\n{code}\nprint(it.pk)"))


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
        for feed in page.locator("live-feed").all() if live else ():
            expect(feed).to_have_attribute("data-state", "live")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []


SCROLLS = "scrollable-region-focusable"

POSTS = """() => [...document.querySelectorAll('.posts [data-key]')].map(
    post => [post.dataset.key, post.getBoundingClientRect().top])"""


def test_a_post_appears_in_its_place_without_moving_the_text_being_read(
    paper: Server, open_page: Open
) -> None:
    pk = storm(paper)
    page = open_page(f"/articles/{pk}/", viewport={"width": 390, "height": 844})
    page.get_by_role("article", name="Post 25").scroll_into_view_if_needed()
    before = dict(page.evaluate(POSTS))
    told = "post(it, 'Told late', 9.5, body='Text.')\npost(it, 'Pinned', 99, pinned=True)"
    act(paper, f"it = article({pk})\npost(it, 'A tree fell', key_event=True)\n{told}")
    pill = page.get_by_role("button", name="3 new posts")
    expect(pill).to_be_visible()
    expect(page.locator(".coverage")).to_contain_text("43 posts")
    now = page.evaluate(POSTS)
    read = [(key, round(top - before[key])) for key, top in now if 0 < before.get(key, -1) < 844]
    assert read and all(abs(moved) <= 1 for _, moved in read)
    pill.click()
    expect(page.get_by_role("heading", name="Pinned")).to_be_focused()
    expect(pill).to_be_hidden()
    names = page.locator(".posts h2").all_inner_texts()
    assert names[:3] == ["Pinned", "A tree fell", "Post 39"]
    assert names.index("Told late") == names.index("Post 31") + 1
    page.locator("summary", has_text="Key events").click()
    expect(page.get_by_role("navigation", name="Key events")).to_contain_text("A tree fell")


def test_with_reduced_motion_nothing_is_animated_or_scrolled_smoothly(
    paper: Server, open_page: Open
) -> None:
    pk = storm(paper)
    page = open_page(f"/articles/{pk}/", viewport={"width": 390, "height": 844})
    page.emulate_media(reduced_motion="reduce")
    # Even where a site would have it: whoever asks for an instant scroll gets one.
    page.evaluate("document.documentElement.style.scrollBehavior = 'smooth'")
    page.evaluate(
        "window.moving = []; const look = () => {"
        " window.moving.push(...document.getAnimations()); requestAnimationFrame(look) }; look()"
    )
    page.evaluate("scrollTo({ top: 3000, behavior: 'instant' })")
    act(paper, f"post(article({pk}), 'A tree fell')")
    pill = page.get_by_role("button", name="1 new post")
    expect(pill).to_be_visible()
    first = "document.querySelector('.posts [data-key]').getBoundingClientRect().top"
    there = pill.evaluate(f"pill => {{ pill.click(); return {first} }}")
    fresh = page.locator(".post[data-fresh]")
    fresh.wait_for()
    assert 0 <= there < 844
    assert abs(page.evaluate(first) - there) <= 1
    assert page.evaluate("window.moving.length") == 0
    # The same for a reader who has not asked.
    page.emulate_media(reduced_motion="no-preference")
    act(paper, f"post(article({pk}), 'Another tree')")
    page.wait_for_function("() => window.moving.length")


def test_a_post_that_is_withdrawn_hands_its_focus_to_the_note_in_its_place(
    paper: Server, open_page: Open
) -> None:
    pk = storm(paper, 3)
    page = open_page(f"/articles/{pk}/")
    post = page.get_by_role("article", name="Post 1")
    post.locator("a[rel=bookmark]").focus()
    act(paper, f"retract_article(article({pk}).posts.get(headline='Post 1'), 'It did not fall.')")
    expect(post).to_have_count(0)
    note = page.get_by_role("article", name="A post has been withdrawn")
    expect(note).to_contain_text("It did not fall.")
    expect(note.get_by_role("heading")).to_be_focused()
    assert page.locator(".posts h2").all_inner_texts()[1] == "A post has been withdrawn"
    expect(page.locator("[data-tell]")).to_have_text("A post has been withdrawn.")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article').innerText").count("Post 0")


def test_the_head_of_a_permalink_follows_its_post(paper: Server, open_page: Open) -> None:
    pk = storm(paper, 3)
    address = act(paper, f"print(article({pk}).posts.get(headline='Post 1').get_absolute_url())")
    page = open_page(address)
    expect(page).to_have_title("Post 1 – Stop Press")
    number = int(address.split("/")[-2])
    act(paper, f"update_article(article({number}), {{'headline': '', 'body': 'Only a text.'}})")
    expect(page).to_have_title("Only a text. – Stop Press")
    current = page.locator("[aria-current=true]")
    expect(current).to_have_attribute("data-key", f"post:{number}")
    act(paper, f"retract_article(article({number}), 'Nobody said so.')")
    expect(page).to_have_title("Withdrawn – Stop Press")
    expect(page.get_by_text("Nobody said so.")).to_be_visible()
    wait_until_gone(page, "Only a text")


def test_a_post_that_left_its_page_is_not_shown_as_withdrawn(
    paper: Server, open_page: Open
) -> None:
    pk = storm(paper, 3)
    told = f"it = article({pk}).posts.get(headline='Post 1')\n"
    address = act(paper, f"{told}print(it.get_absolute_url())")
    page = open_page(address)
    number = int(address.split("/")[-2])
    elsewhere = page.locator("[data-when-elsewhere]")
    expect(elsewhere).to_be_hidden()
    act(paper, f"update_article(article({number}), {{'pinned': True}})")
    expect(elsewhere).to_be_visible()
    expect(page).to_have_title("Post 1 – Stop Press")
    expect(page.locator("[data-tell]")).to_have_text("This post has moved.")
    act(paper, f"update_article(article({number}), {{'pinned': False}})")
    expect(elsewhere).to_be_hidden()
    act(paper, f"move_post(article({number}), story('Flood'))")
    expect(elsewhere).to_be_visible()
    expect(page).to_have_title("Post 1 – Stop Press")
    # The page is told of its retraction there, and loses its words.
    act(paper, f"retract_article(article({number}), 'Nobody said so.')")
    expect(page).to_have_title("Withdrawn – Stop Press")
    wait_until_gone(page, "Post 1")


TELLS = """() => {
  window.told = []
  for (const element of document.querySelectorAll('[data-tell], [data-announce]')) {
    element.setAttribute('data-every', '0')
    new MutationObserver(() => told.push(element.textContent)).observe(element, {childList: true})
  }
}"""


def test_a_screen_reader_is_told_once_about_changes_of_the_page(
    paper: Server, open_page: Open
) -> None:
    pk = storm(paper, 32)
    page = open_page(f"/articles/{pk}/")
    page.evaluate(TELLS)
    changes = """
shown, below = (it.posts.get(headline=each) for each in ("Post 30", "Post 0"))
correct_article(below, "Wrong.", {"body": "Other text."})
retract_article(below, "Wrong.")
retract_article(shown, "Wrong.")
restore_article(article(shown.pk))
it = set_coverage(it, "paused")
it = set_coverage(it, "closed")
"""
    act(paper, f"it = article({pk})\n{changes}\npost(it, 'A tree fell')")
    expect(page.get_by_role("article", name="A tree fell")).to_be_visible()
    page.wait_for_function("() => told.includes('1 new post')")
    assert page.evaluate("told") == [
        "A post has been withdrawn.",
        "The coverage is paused.",
        "The coverage has ended.",
        "1 new post",
    ]
    line = page.locator("[data-status-line]")
    expect(line).to_have_text(re.compile(r"^Coverage ended \d\d:\d\d$"))
    page.reload()
    expect(page.locator("[data-status]")).to_have_attribute("data-state", "coverage-closed")
    expect(line).to_have_text(re.compile(r"^Coverage ended \d\d:\d\d$"))
    for state, said in (("open", "Live, last change"), ("paused", "Coverage paused since")):
        act(paper, f"set_coverage(article({pk}), {state!r})")
        expect(line).to_contain_text(said)


def test_a_retracted_story_takes_everything_from_the_open_page_and_brings_it_back(
    paper: Server, open_page: Open
) -> None:
    pk = storm(paper, 3)
    act(paper, f"post(article({pk}), 'A tree fell', key_event=True)")
    linked = (
        f"it = article({pk}).posts.get(headline='Post 1')\nprint(it.get_absolute_url(), it.order)"
    )
    address, order = act(paper, linked).split()
    page, front = open_page(f"/articles/{pk}/"), open_page("/")
    older = open_page(f"/articles/{pk}/page/{order}/")
    page.get_by_role("article", name="Post 1").locator("a[rel=bookmark]").focus()
    act(paper, f"retract_article(article({pk}), 'There was no storm.')")
    expect(page.get_by_role("heading", name="This article has been withdrawn")).to_be_focused()
    expect(page.locator(".posts")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Key events")).to_be_hidden()
    expect(front.locator(f".key-events a[href^='/articles/{pk}/']")).to_have_count(0)
    wait_until_gone(page, "Post [012]|A tree fell")
    expect(older).to_have_title("Withdrawn – Stop Press")
    opened_now = open_page(address)
    act(paper, f"restore_article(article({pk}))")
    expect(page.get_by_role("article", name="Post 1")).to_be_visible()
    # A page that was opened meanwhile is that of its address again.
    expect(opened_now).to_have_title("Post 1 – Stop Press")
    expect(opened_now.locator(".posts h2")).to_have_text(["Post 1", "Post 0"])
    expect(opened_now.locator("[data-when-elsewhere]")).to_be_hidden()
    expect(older).to_have_title("Older posts – Storm – Stop Press")
    expect(older.locator(".posts h2")).to_have_text(["Post 0"])
    assert older.locator("meta[name=description]").count() == 0
    expect(page.locator(".coverage")).to_contain_text("4 posts")


def test_older_posts_come_by_the_keyboard_and_without_javascript_on_pages(
    paper: Server, open_page: Open
) -> None:
    address = f"/articles/{storm(paper)}/"
    page = open_page(address)
    older = page.get_by_role("link", name="Older posts")
    older.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="Post 0")).to_be_visible()
    expect(page.get_by_role("heading", name="Post 9")).to_be_focused()
    expect(older).to_be_hidden()

    plain = open_page(address, live=False, java_script_enabled=False)
    plain.get_by_role("link", name="Older posts").click()
    assert plain.locator(".posts h2").all_inner_texts() == [f"Post {n}" for n in range(9, -1, -1)]
    expect(plain.get_by_role("heading", level=1)).to_be_visible()
    plain.get_by_role("article", name="Post 4").locator("a[rel=bookmark]").click()
    assert plain.locator(".posts h2").all_inner_texts()[0] == "Post 4"
    plain.get_by_role("link", name="Newer posts").click()
    assert plain.locator(".posts h2").all_inner_texts()[-1] == "Post 5"


def test_the_accessibility_tree_has_named_posts_and_a_labelled_navigation(
    open_page: Open, pages: dict[str, str]
) -> None:
    page = open_page(pages["open"], viewport={"width": 1280, "height": 900})
    tree = page.locator("main").aria_snapshot()
    assert 'navigation "Key events"' in tree and 'region "Posts"' in tree
    names = re.findall(r'^ *- article "([^"]+)"', tree, re.MULTILINE)
    assert names[:2] == ["What we know", "Word" * 60]
    assert "A post has been withdrawn" in names
    assert any(re.fullmatch(r"\d\d:\d\d \d+ \w+( \d{4})?", name) for name in names)
    assert len(names) == page.locator(".post").count() == 30
    # The rail is open; on a phone the same list opens by the keyboard.
    key = page.get_by_role("navigation", name="Key events").get_by_role("link").first
    expect(key).to_be_visible()
    assert "link" in tree[tree.index("Key events") : tree.index('region "Posts"')]
    page.set_viewport_size({"width": 390, "height": 844})
    expect(key).to_be_hidden()
    page.locator(".key-events summary").focus()
    page.keyboard.press("Enter")
    expect(key).to_be_visible()
    page.keyboard.press("Tab")
    expect(key).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_text_has_contrast_and_nothing_is_too_wide(
    open_page: Open, paper: Server, pages: dict[str, str], scheme: str
) -> None:
    page = open_page(pages["open"], color_scheme=scheme)
    page.context.add_init_script(path=AXE)
    faults = []
    for name, address in pages.items():
        page.goto(paper.url + address)
        for width in (320, 390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            shoot(page, f"{name}-{width}-{scheme}")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{name} is wider than {width}")
        faults += [f"{name}: {fault}" for fault in page.evaluate(FAINT)]
        # Browsers let the keyboard into a table that scrolls, as they do into any box.
        complaints = [each for each in page.evaluate(CHECK) if each[0] != SCROLLS]
        faults += [f"{name}: {fault}" for fault in complaints]
    assert not faults, "\n".join(faults)


def shoot(page: Page, name: str) -> None:
    """Keep a screenshot in the directory STOPPRESS_PICTURES, if it is set."""
    if directory := os.environ.get("STOPPRESS_PICTURES"):
        page.screenshot(path=Path(directory) / f"{name}.png", full_page=True)
