"""Pages of older items: what is below an order, at an address that stays right."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import dedent
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser, Page, expect

from .club import Club
from .console import Console

pytestmark = [pytest.mark.timeout(120), pytest.mark.backend("sqlite")]

FILES = {
    "scores/models.py": """
from django.db import models

from stoppress import live


class Post(live.LiveModel):
    live_template = "_post.html"
    order = models.CharField(max_length=10, unique=True)
    text = models.TextField()

    def live_order(self):
        return self.order

    def live_streams(self):
        return ["posts"]
""",
    "scores/streams.py": """
from stoppress import live

from .models import Post


@live.stream("posts", public=True, limit=4)
def posts(limit, below=None):
    found = Post.objects.order_by("-order")
    if below is not None:
        found = found.filter(order__lt=below)
    return found[: limit + 1]
""",
    "scores/templates/_post.html": """
<article><h2>{{ post.order }}</h2><p>{{ post.text }}</p></article>
""",
    "scores/templates/scores.html": """
{% load live static %}<!DOCTYPE html>
<html lang="en"><head><title>Posts</title>{% live_client %}
<style>article { height: 200px } live-feed { display: block }</style></head><body>
{% live_feed "posts" ceiling=request.GET.below %}
  <p data-announce data-every="0" data-one="1 new post" data-many="{n} new posts"></p>
  <div data-items>{{ items }}</div>
  <a data-older="?below={order}" href="?below={{ items.floor|default:''|urlencode }}"
    {% if not items.floor %}hidden{% endif %}>Older posts</a>
{% endlive_feed %}
</body></html>
""",
}
BEGIN = "from scores.models import Post\n"
POSTS = """
Post.objects.all().delete()
for n in range(1, 15):
    Post.objects.create(order=f"{n:02}0", text=f"Post {n}")
"""


class Site:
    """The posts 010 to 140, on a site that shows four at once."""

    def __init__(self, address: str, console: Console) -> None:
        self.address, self._console = address, console

    def run(self, code: str) -> None:
        self._console(BEGIN + dedent(code))

    def range(self, query: str, **headers: str) -> urllib.request.Request:
        address = self.address.replace("/scores/", f"/live/range?{query}")
        return urllib.request.Request(address, headers=headers)


@pytest.fixture(scope="module")
def _site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    club = Club(tmp_path_factory.mktemp("older"))
    for path, text in FILES.items():
        club.write(path, text)
    club.migrate()
    with club.serving() as address, club.console() as console:
        yield Site(address, console)


@pytest.fixture
def site(_site: Site) -> Site:
    _site.run(POSTS)
    return _site


@contextmanager
def opened(browser: Browser, address: str, **more: bool) -> Iterator[Page]:
    """Open a page, and wait until it is live; it must end without an error."""
    context = browser.new_context(viewport={"width": 800, "height": 600}, **more)
    context.set_default_timeout(10_000)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    if more.get("java_script_enabled", True):
        expect(page.locator("live-feed")).to_have_attribute("data-state", "live")
    yield page
    context.close()
    assert errors == []


def shows(page: Page, *orders: int) -> None:
    """Wait until the page shows these posts."""
    expect(page.locator("h2")).to_have_text([f"{order:03}" for order in orders])


def test_without_javascript_the_link_leads_down_to_the_first_post(
    chromium: Browser, site: Site
) -> None:
    with opened(chromium, site.address, java_script_enabled=False) as page:
        shows(page, 140, 130, 120, 110)
        for orders in ([100, 90, 80, 70], [60, 50, 40, 30], [20, 10]):
            page.get_by_text("Older posts").click()
            shows(page, *orders)
        expect(page.get_by_text("Older posts")).to_be_hidden()


def test_a_range_is_served_beside_the_other_transports(site: Site) -> None:
    with urllib.request.urlopen(site.range("stream=posts&below=130&limit=2"), timeout=10) as answer:
        told, etag = json.load(answer), answer.headers["ETag"]
        assert answer.headers["Cache-Control"] == "public, max-age=2"
    assert ([item["order"] for item in told["items"]], told["floor"]) == (["120", "110"], "110")
    assert told["items"][0]["view"] == ["article", ["h2", "120"], ["p", "Post 12"]]
    again = site.range("stream=posts&below=130&limit=2", **{"If-None-Match": etag})
    for request, status in ((again, 304), (site.range("stream=posts&limit=0"), 400)):
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        refused.value.close()
        assert refused.value.code == status


def test_a_page_below_a_ceiling_follows_its_range_and_reaches_further_down(
    chromium: Browser, site: Site
) -> None:
    with opened(chromium, f"{site.address}?below=120") as page:
        shows(page, 110, 100, 90, 80)
        site.run("""
            Post.objects.create(order="095", text="Late")
            Post.objects.create(order="150", text="New")
            Post.objects.create(order="075", text="Below")
            Post.objects.get(order="110").delete()
            post = Post.objects.get(order="100"); post.order = "145"; post.save()
        """)
        shows(page, 95, 90, 80)
        link = page.get_by_text("Older posts")
        assert link.get_attribute("href") == "?below=080"
        link.focus()
        top = "document.querySelector('article').getBoundingClientRect().top"
        before = page.evaluate(top)
        page.keyboard.press("Enter")
        shows(page, 95, 90, 80, 75, 70, 60, 50)
        assert page.evaluate("document.activeElement.textContent") == "075"
        assert abs(page.evaluate(top) - before) <= 1
        assert link.get_attribute("href") == "?below=050"
        assert page.evaluate("document.querySelector('live-feed').older()") is False
        shows(page, 95, 90, 80, 75, 70, 60, 50, 40, 30, 20, 10)
        expect(link).to_be_hidden()
        site.run("""
            post = Post.objects.get(order="020"); post.text = "Mended"; post.save()
            Post.objects.create(order="005", text="The first")
        """)
        expect(page.get_by_text("Mended")).to_be_visible()
        shows(page, 95, 90, 80, 75, 70, 60, 50, 40, 30, 20, 10, 5)
        # What nobody was told is on the page after a snapshot, though it holds the newest alone.
        site.run("""
            from django.core.management import call_command
            from django.db.models import QuerySet
            QuerySet(Post).filter(order="010").update(text="Untold")
            QuerySet(Post).filter(order__in=["090", "020"])._raw_delete("default")
            call_command("retell", "posts", verbosity=0)
        """)
        expect(page.get_by_text("Untold")).to_be_visible()
        shows(page, 95, 80, 75, 70, 60, 50, 40, 30, 10, 5)


def test_the_newest_page_that_reaches_down_drops_nothing_and_says_nothing_of_it(
    chromium: Browser, site: Site
) -> None:
    with opened(chromium, site.address) as page:
        shows(page, 140, 130, 120, 110)
        both = "const feed = document.querySelector('live-feed'); window.calls = "
        page.evaluate(f"{both}Promise.all([feed.older(), feed.older()])")
        assert page.evaluate("window.calls") == [True, True]
        expect(page.locator("article")).to_have_count(8)
        expect(page.locator("[data-announce]")).to_be_empty()
        page.evaluate("document.querySelector('live-feed').pause()")
        site.run("Post.objects.create(order='200', text='Held')")
        page.evaluate("document.querySelector('live-feed').older()")
        expect(page.locator("article")).to_have_count(12)
        expect(page.get_by_text("Held")).to_have_count(0)
        page.evaluate("document.querySelector('live-feed').resume()")
        expect(page.get_by_text("Held")).to_be_visible()
        expect(page.locator("article")).to_have_count(13)
        expect(page.locator("[data-announce]")).to_have_text("1 new post")
