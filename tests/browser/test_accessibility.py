"""Each page for readers with a keyboard, with low vision or with a screen reader."""

import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver
from playwright.sync_api import Browser, BrowserContext, Page, expect

from stoppress.newsroom import accessibility
from stoppress.newsroom.urls import urlpatterns
from tests.services import backend
from tests.services.serve import Server

from .test_admin import AXE
from .test_live_stories import NEWSROOM

pytestmark = pytest.mark.timeout(600)

SEED = """
import json
from django.template.loader import render_to_string
from django.utils import translation
from stoppress.newsroom.models import Person, Topic

town = Section.objects.create(slug="town", name="Town")
Topic.objects.create(slug="floods", name="Floods")
Person.objects.create(slug="mara-voss", name="Mara Voss")
for n in range(6):
    publish_article(create_article({"headline": f"Filler {n}", "section": town}))
bridge = publish_article(create_article({"headline": "The bridge is shut", "section": town,
    "byline": "By Mara Voss", "located": "Pennywrack", "summary": "Traffic goes by ferry.",
    "body": "## At nine\\n\\nIt was *shut* at nine, [they say](/section/town/).\\n\\n> So.",
    "topics": ["floods"], "authors": ["mara-voss"]}))
herring = publish_article(create_article({"headline": "Herring landings up", "body": "By half."}))
before = herring.version
herring = correct_article(herring, "By a third.", {"body": "By a third."})
gone = retract_article(publish_article(create_article({"headline": "Canary"})), "It was wrong.")
storm = story("Storm Edda", section=town, summary="The worst for years.", body="Two are closed.")
for n in range(34):
    post(storm, f"Filler {n}", 1000 - n, body=f"Text {n}.", key_event=n % 8 == 4)
post(storm, "What we know", 200, pinned=True, body="The ferry stops.", byline="The desk")
retract_article(post(storm, "Canary", 30, body="Canary."), "It was another street.")
made = post(storm, "Mill Street is closed", 20, body="Mill Lane.", source_type="program")
made = correct_article(made, "It is Mill Street.", {"body": "Mill Street."})
closed = set_coverage(story("Storm Dora", body="It is over."), "closed")
older = storm.posts.order_by("-order")[30].order
with translation.override("en-gb"):
    broken = render_to_string("500.html", {"request_id": "abc"})
print(json.dumps({"front": "/", "section": "/section/town/", "topic": "/topic/floods/",
    "search": "/search/?q=bridge", "archive": "/archive/",
    "archive_month": f"/archive/{NOW:%Y/%m}/",
    "archive_day": f"/archive/{NOW:%Y/%m/%d}/",
    "author": "/author/mara-voss/", "older_news": f"/page/{bridge.order}/",
    "article": f"/articles/{bridge.pk}/", "corrected": f"/articles/{herring.pk}/",
    "withdrawn": f"/articles/{gone.pk}/",
    "changes": f"/articles/{herring.pk}/history/{before}..{herring.version}/",
    "live": f"/articles/{storm.pk}/", "closed": f"/articles/{closed.pk}/",
    "older": f"/articles/{storm.pk}/page/{older}/", "post": made.get_absolute_url(),
    "accessibility": "/accessibility/", "embed_section": "/embed/section/town/",
    "embed_article": f"/embed/articles/{herring.pk}/",
    "embed_live": f"/embed/articles/{storm.pk}/", "not_found": "/nothing", "out_of_order": broken}))
"""

BREAKING = """
it = publish_article(create_article({"headline": "Quay wall breaks", "urgency": 1,
    "top_until": NOW + timedelta(hours=1)}))
"""

FILE = Path(accessibility.__file__).with_suffix(".json")
TELL = "`make accessibility` tells the statement what has changed"

# By route, the pages of the statement that it gives; the last two have none.
ROUTES = {
    "front": ["front"],
    "section": ["section"],
    "topic": ["topic"],
    "author": ["author"],
    "older_news": ["older_news"],
    "archive": ["archive"],
    "archive_month": ["archive_month"],
    "archive_day": ["archive_day"],
    "archive_day_part": [],
    "search": ["search"],
    "older_of_section": [],  # as older news
    "older_of_topic": [],
    "older_of_author": [],
    "article": ["article", "corrected", "withdrawn", "live", "closed"],
    "older_posts": ["older"],
    "post": ["post"],
    "changes": ["changes"],
    "accessibility": ["accessibility"],
    "embed_section": ["embed_section"],
    "embed_story": ["embed_article", "embed_live"],
    "": ["not_found", "out_of_order"],
    # Files, and what programs read.
    **{name: [] for name in ("picture", "favicon", "embed_script", "feed", "section_feed")},
    **{
        name: [] for name in ("topic_feed", "author_feed", "live_story_feed", "ninjs", "post_ninjs")
    },
    **{name: [] for name in ("robots", "sitemap", "sitemap_part", "sitemap_news")},
}

# How the client shows a state; when it does so is for its own tests.
POSES = {
    "waiting": """() => {
      const pill = document.querySelector('main [data-new-count]')
      pill.textContent = pill.dataset.many.replace('{n}', '3')
      pill.hidden = false
    }""",
    "paused": """() => {
      document.querySelector('main live-feed').dataset.state = 'paused'
      const button = document.querySelector('[data-pause]')
      button.textContent = button.dataset.resume
      button.ariaPressed = 'true'
      button.hidden = false
    }""",
    "offline": """() => {
      const feed = document.querySelector('main live-feed')
      const line = feed.querySelector('[data-connection]')
      feed.dataset.state = 'offline'
      line.textContent = line.dataset.reconnecting
      line.hidden = false
    }""",
}

# A target's size, of WCAG 2.2, is off by default.
# Forced colours are the reader's own, and axe reads the style sheet's: what matters there is that
# nothing refuses them.
CHECK = """(forced) => axe.run(document, {
    resultTypes: ['violations'],
    rules: {'target-size': {enabled: true}, 'color-contrast': {enabled: !forced}}
  }).then(found => ({
    axe: axe.version,
    passed: found.passes.map(rule => rule.id),
    faults: [
      ...found.violations.flatMap(rule => rule.nodes.map(node => [rule.id, `${node.target}`])),
      ...[...document.querySelectorAll('*')].filter(element => forced &&
        getComputedStyle(element).forcedColorAdjust === 'none').map(element => element.outerHTML),
    ],
  }))"""
THEMES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced": {"color_scheme": "light", "forced_colors": "active"},
}
SIZES = {"light": (1280, 900), "dark": (390, 844), "forced": (320, 640)}

# WCAG 2.2, 1.4.10 and 1.4.12: what is cut off, or wider than the window, with widely spaced text.
# Key events show the first lines of a long post, however they are spaced.
CUT_OFF = """() => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-block-end: 2em !important }`)
  document.adoptedStyleSheets = [sheet]
  const clips = (element) => {
    const { overflowX, overflowY } = getComputedStyle(element)
    const [across, down] = [element.scrollWidth - element.clientWidth,
                            element.scrollHeight - element.clientHeight]
    return /hidden|clip/.test(overflowX) && across > 1 || /hidden|clip/.test(overflowY) && down > 1
  }
  const cut = [...document.querySelectorAll('body *')].filter(element =>
    element.checkVisibility() && element.clientWidth > 1 && element.innerText?.trim() &&
    !element.matches('.key-event-text') && clips(element))
  const root = document.documentElement
  const wide = root.scrollWidth > root.clientWidth ? [root] : []
  const found = [...wide, ...cut].map(element => `${element.tagName} ${element.className}`)
  document.adoptedStyleSheets = []
  return found
}"""


@pytest.fixture(scope="module")
def paper(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    env = {}
    if request.config.getoption("backend") == "postgres":
        env["DATABASE_URL"] = request.config.stash[backend.SERVER].migrated_database()
    server = Server(tmp_path_factory.mktemp("paper") / "data", env, ("--no-worker",))
    try:
        yield server
    finally:
        server.end()


@pytest.fixture(scope="module")
def pages(paper: Server) -> dict[str, str]:
    """The addresses of one page of each kind; of the page for failures, the page."""
    return dict(json.loads(act(paper, SEED).splitlines()[-1]))


def act(server: Server, code: str) -> str:
    """Let another process do something in the newsroom; return what it printed."""
    return server.shell(NEWSROOM + code).strip()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    said: list[str] = []
    context = chromium.new_context()
    page = context.new_page()
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


class Run:
    """Collects what axe says of each page, in each state and theme."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pages: dict[str, list[str]] = {}
        self.passed: set[str] = set()
        self.faults: list[str] = []
        self.axe = ""

    def check(self, name: str, state: str = "plain") -> None:
        self.pages.setdefault(name, []).append(state)
        for theme, media in THEMES.items():
            width, height = SIZES[theme]
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(**media)
            found = self.page.evaluate(CHECK, theme == "forced")
            self.axe = found["axe"]
            self.passed.update(found["passed"])
            self.faults += [f"{name}, {state}, {theme}: {fault}" for fault in found["faults"]]
        cut = self.page.evaluate(CUT_OFF)
        self.faults += [f"{name}, {state}: with spaced text {each} is cut off" for each in cut]


def names(routes: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for route in routes:
        if isinstance(route, URLResolver):
            yield from names(route.url_patterns)
        elif route.name:  # one without leads to another
            yield route.name


def test_every_kind_of_page_is_checked() -> None:
    assert set(ROUTES) == set(names(urlpatterns)) | {""}
    assert sorted(sum(ROUTES.values(), [])) == sorted(accessibility.PAGES)


def test_axe_finds_nothing_on_any_page_in_any_state_and_theme(
    chromium: Browser, paper: Server, pages: dict[str, str], page: Page
) -> None:
    page.context.add_init_script(path=AXE)
    broken = {"body": pages["out_of_order"], "content_type": "text/html"}
    page.route("**/broken", lambda route: route.fulfill(**broken))
    run = Run(page)
    for name in accessibility.PAGES:
        answer = page.goto(paper.url + ("/broken" if name == "out_of_order" else pages[name]))
        assert answer and answer.status == {"withdrawn": 410, "not_found": 404}.get(name, 200), name
        if name in ("front", "live"):
            row = page.locator("[data-status]")
            expect(row).to_have_attribute("data-state", re.compile("live|polling"))
        run.check(name)
        for state, pose in POSES.items() if name == "front" else []:
            page.evaluate(pose)
            run.check(name, state)
        if name == "front":
            act(paper, BREAKING)
            expect(page.locator(".breaking-item")).to_be_visible()
            run.check(name, "breaking")
    assert run.faults == []

    result = {
        "axe": run.axe,
        "browser": f"Chromium {chromium.version.split('.')[0]}",
        "date": str(datetime.now(UTC).date()),
        "pages": run.pages,
        "themes": list(THEMES),
        "rules": sorted(run.passed),
        "screen_readers": [],  # those that a person has tried, by name and version
    }
    if "STOPPRESS_ACCESSIBILITY" in os.environ:
        kept = accessibility.run().get("screen_readers", [])
        FILE.write_text(json.dumps(result | {"screen_readers": kept}, indent=2) + "\n")
    else:
        told = accessibility.run()
        same = ("axe", "pages", "themes")
        assert {key: told[key] for key in same} == {key: result[key] for key in same}, TELL
        assert set(told["rules"]) <= run.passed, TELL


# What screen readers are told: what is added to a live region.
LISTEN = """() => {
  window.told = []
  new MutationObserver((records) => {
    for (const { target, addedNodes } of records) {
      const region = target.closest('[role=status], [role=alert], [aria-live]')
      if (addedNodes.length && region?.innerText.trim()) window.told.push(region.innerText.trim())
    }
  }).observe(document, { subtree: true, childList: true })
}"""
TOLD = "() => window.told"
AT_ONCE = """() => {
  for (const each of document.querySelectorAll('[data-announce]')) each.dataset.every = 0
}"""


def listen(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    expect(page.locator("main live-feed").first).to_have_attribute("data-state", "live")
    page.evaluate(AT_ONCE)
    page.evaluate(LISTEN)
    return page


def hears(page: Page, *sentences: str) -> None:
    page.wait_for_function(f"count => ({TOLD})().length >= count", arg=len(sentences))
    assert page.evaluate(TOLD) == list(sentences)
    page.evaluate("() => { window.told.length = 0 }")


def test_screen_readers_get_counts_and_states_politely_once_and_no_texts(
    paper: Server, pages: dict[str, str], page: Page
) -> None:
    front = listen(page.context, f"{paper.url}/")
    pk = act(paper, "print(publish_article(create_article({'headline': 'Owl found'})).pk)")
    hears(front, "1 new story")
    story = listen(page.context, f"{paper.url}/articles/{pk}/")
    act(paper, f"correct_article(article({pk}), 'It was two.', {{'headline': 'Owls found'}})")
    hears(story, "This article has been corrected.")
    act(
        paper,
        f"retract_article(article({pk}), 'There were none.')\n{BREAKING}\n"
        "update_article(Article.objects.get(pk=it.pk), {'summary': 'Since nine.'})",
    )
    hears(story, "This article has been withdrawn.", "Breaking news")
    expect(front.get_by_text("Since nine.").first).to_be_visible()
    told = front.evaluate(TOLD)
    assert sorted(told) == ["1 new story", "Breaking news"]

    tree = front.context.new_cdp_session(front).send("Accessibility.getFullAXTree")
    regions = {
        (node["role"]["value"], each["value"]["value"])
        for node in tree["nodes"]
        for each in node.get("properties", [])
        if each["name"] == "live"
    }
    assert {live for _, live in regions} == {"polite"}


# What the keyboard can reach, in the page's order.
REACHABLE = """() => [...document.querySelectorAll('a[href], button, summary, input, [tabindex]')]
  .filter(element => element.tabIndex >= 0 && !element.disabled && element.checkVisibility())"""
STOP = f"""() => {{
  const at = document.activeElement
  if (!at || at === document.body) return null
  const box = at.getBoundingClientRect()
  const {{ outlineStyle, outlineWidth }} = getComputedStyle(at)
  const shares = [0.1, 0.5, 0.9]
  const seen = shares.flatMap(x => shares.map(y => [x, y])).filter(([x, y]) => {{
    const found = document.elementFromPoint(box.x + x * box.width, box.y + y * box.height)
    return found && (at.contains(found) || found.contains(at))
  }})
  return {{
    place: ({REACHABLE})().indexOf(at), name: at.innerText?.trim() || at.ariaLabel || at.title,
    seen: seen.length, outline: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
  }}
}}"""


@pytest.mark.parametrize("name", ["front", "live"])
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    paper: Server, pages: dict[str, str], page: Page, name: str
) -> None:
    act(paper, BREAKING)
    page.set_viewport_size({"width": 390, "height": 640})
    page.goto(paper.url + pages[name])
    expect(page.locator("[data-status]")).to_have_attribute("data-state", "live")
    expect(page.locator(".breaking-item")).to_be_visible()
    count = len(page.evaluate(f"() => ({REACHABLE})().map(() => 1)"))
    places, faults = [], []
    for _ in range(count + 1):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        places.append(stop["place"])
        if not (stop["name"] and stop["outline"] and stop["seen"] >= 5):
            faults.append(stop)
    assert faults == []
    # Each once, and then it leaves the page: nothing holds it.
    assert places == list(range(count))


# ART.md's sizes, in CSS pixels.
LEAST = {
    ".sections a": 44,
    ".breaking-item": 48,
    ".breaking-item button": 44,
    ".pill": 44,
    ".status-pause": 32,
}


def test_targets_are_as_large_as_a_finger_needs(
    paper: Server, pages: dict[str, str], page: Page
) -> None:
    act(paper, BREAKING)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(paper.url + pages["front"])
    expect(page.locator(".breaking-item")).to_be_visible()
    for pose in ("waiting", "paused"):
        page.evaluate(POSES[pose])
    for target, least in LEAST.items():
        for each in page.locator(target).all():
            box = each.bounding_box()
            assert box and min(box["height"], max(box["width"], 44)) >= least, target
