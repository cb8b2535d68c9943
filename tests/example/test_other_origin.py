"""A page of another origin follows a private stream with a token, however often it is cut.

`STOPPRESS_CUTS` says how often; `make long` cuts 50 times, 5 minutes.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.client.hostile_proxy import HostileProxy
from tests.services.proxy import running

from .club import Club

FEW = 3
CUTS = int(os.environ.get("STOPPRESS_CUTS", FEW))
CLIENT = Path(__file__).parents[2] / "src/stoppress/live/static"

pytestmark = [pytest.mark.timeout(60 + 30 * CUTS), pytest.mark.backend("sqlite")]

SETTINGS = """
STOPPRESS_LIVE = {"ALLOWED_ORIGINS": ["https://the.page"], "READER": "club.tokens.reader"}
"""
TOKENS = """
from django.contrib.auth.models import User
from django.core import signing


def reader(token, scope):
    try:
        name = signing.loads(token, salt="app", max_age=3600)
    except signing.BadSignature:
        return None
    return User.objects.filter(username=name, is_active=True).first()
"""
SIGN = """
from django.core import signing
from django.contrib.auth.models import User
User.objects.create_user("ann")
print(signing.dumps("ann", salt="app"))
"""
PUBLISH = """
import pathlib, time
while not pathlib.Path("enough").exists():
    match = Match.objects.create(home="Reds", away="Blues")
    match.score = "1 : 0"
    match.save()
    time.sleep(0.05)  # the pace of the news
"""
LOG = """
import json
from stoppress.live.models import LoggedEvent
rows = LoggedEvent.objects.filter(stream="scores").order_by("position")
print(json.dumps([[row.position, row.key] for row in rows]))
"""
PAGE = """<!doctype html><title>App</title>
<live-feed stream="scores" src="ADDRESS/live/ws"></live-feed>
<script type="module">
  import '/stoppress/live/index.js'
  document.querySelector('live-feed').authorize('TOKEN')
</script>
<script>
  window.heard = []
  document.addEventListener('stoppress:event', ({ detail }) => window.heard.push(detail))
</script>
"""


class Files(SimpleHTTPRequestHandler):
    """Serves the page and the client's modules."""

    page = b""

    def do_GET(self) -> None:
        if self.path != "/":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.page)
        return None

    def log_message(self, *words: object) -> None:
        """Be silent."""


@contextmanager
def other_site() -> Iterator[str]:
    """Serve the page at a port, and so at an origin, of its own; give the origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=CLIENT)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


# A poll takes as long again: it is part of `make long`.
@pytest.mark.parametrize("transport", ["ws", "poll"][: 2 if CUTS > FEW else 1])
def test_the_other_sites_page_shows_each_event_once_and_in_order(tmp_path, chromium, transport):
    club = Club(tmp_path)
    streams = (club.directory / "scores/streams.py").read_text()
    assert "public=True" in streams
    members = 'may_read=lambda user: user.username == "ann"'
    club.write("scores/streams.py", streams.replace("public=True", members))
    club.write("club/tokens.py", TOKENS)
    page = chromium.new_page()
    with other_site() as origin:
        settings = (club.directory / "club/settings.py").read_text()
        club.write("club/settings.py", settings + SETTINGS.replace("https://the.page", origin))
        club.migrate()
        token = club.manage("shell", "-v0", "-c", SIGN).strip()
        with club.serving() as address, running(HostileProxy(urlsplit(address).port)) as proxy:
            if transport == "poll":
                proxy.ways = {"/live/ws": "cut", "/live/sse": "cut"}
            Files.page = PAGE.replace("ADDRESS", proxy.url).replace("TOKEN", token).encode()
            page.goto(origin)
            feed = page.locator("live-feed")
            live = "live" if transport == "ws" else "polling"
            expect(feed).to_have_attribute("data-state", live, timeout=20_000)
            expect(feed).to_have_attribute("data-transport", transport)
            with club.running("shell", "-v0", "-c", f"from scores.models import Match\n{PUBLISH}"):
                for _ in range(CUTS):
                    heard = page.evaluate("heard.length")
                    page.wait_for_function(
                        "([heard, live]) => window.heard.length > heard"
                        " && document.querySelector('live-feed').dataset.state === live",
                        arg=[heard, live],
                    )
                    proxy.cut()
                (club.directory / "enough").touch()
            log = json.loads(club.manage("shell", "-v0", "-c", LOG))
            head = log[-1][0]
            page.wait_for_function(
                "head => document.querySelector('live-feed').getAttribute('cursor')"
                ".startsWith(head + '-')",
                arg=head,
            )
            first, *events = page.evaluate("heard")
    page.close()
    assert first["type"] == "snapshot" and {each["type"] for each in events} == {"event"}
    start = int(first["cursor"].split("-")[0])
    shown = [[int(each["cursor"].split("-")[0]), each["key"]] for each in events]
    assert len(shown) > CUTS
    assert shown == [row for row in log if row[0] > start]
