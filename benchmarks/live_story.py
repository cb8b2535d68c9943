"""Measure the time from a post to the open page of a live story with many posts.

All other readers follow the same story, by the same streams as its page. The posts are published
by another process on the same database and by the API, in turns.
"""

import json
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser

from tests.services.browser import launched
from tests.services.serve import Server

from .publish_to_page import PAUSE, WATCH, milliseconds, shown_at
from .servers.base import CannotRun, on_cpus
from .spoken import Spoken
from .stage import OURS, Setting, Stage, each, staged

BODY = "Words. " * 60
# Printed last: the number of the story.
STORY = """
from stoppress.newsroom.publishing import create_article, publish_article

story = publish_article(create_article({{"headline": "The storm", "kind": "live"}}))
for number in range({posts}):
    fields = {{"headline": f"Post {{number}}", "body": "Words. " * 60}}
    made = create_article({{**fields, "key_event": number % 50 == 0}}, parent=story)
    publish_article(made)
print(story.pk)
"""


def run(setting: Setting) -> dict[str, Any]:
    """Measure one round: the time to the page for each way to publish, with all readers there."""
    return each(setting, OURS, lambda name: _one(setting, name))


def _one(setting: Setting, name: str) -> dict[str, Any]:
    with staged(setting, name) as stage, on_cpus(setting.cpus[1]):
        stage.load.be_nice()
        with launched() as browser:
            if browser is None:
                raise CannotRun("live_story needs Chromium: `make services`")
            return _measure(stage, browser)


def _measure(stage: Stage, browser: Browser) -> dict[str, Any]:
    turns, readers = stage.setting.some(30, 5), stage.setting.readers
    posts = stage.setting.some(1000, 100)
    server = stage.served.server
    story = int(server.manage("shell", "-c", STORY.format(posts=posts)).split()[-1])
    streams = (f"stream={name}:{story}" for name in ("story", "coverage", "posts", "keys"))
    stage.served.path = f"/live/ws?{'&'.join(streams)}"
    # The browser's page connects last, since readers are written to in the order of connecting.
    stage.load.open(stage.served, readers)
    page = browser.new_context().new_page()
    page.goto(f"{server.url}/articles/{story}/")
    page.wait_for_selector(f'live-feed[stream="posts:{story}"][data-state="live"]')
    page.evaluate(WATCH)
    command = [sys.executable, "-m", "benchmarks.writer", str(story)]
    writer = Spoken(command, server.log, env=server.env)

    def process(headline: str) -> float:
        writer.say(headline)
        return float(writer.hear_line(30.0))

    publish = {"process": process, "api": _api(server, story)}
    times: dict[str, list[float]] = {name: [] for name in publish}
    try:
        # The first turn is not counted, since code is loaded in it.
        for turn in range(turns + 1):
            for name, act in publish.items():
                begun = act(f"story-{name}-{turn}")
                times[name].append(shown_at(page, f"story-{name}-{turn}") - begun)
                # Let the other readers get the post before the next one.
                time.sleep(PAUSE)
    finally:
        writer.end()
    found = {f"{name}_ms": milliseconds(seconds) for name, seconds in times.items()}
    return {"readers": readers, "posts": posts, **found}


def _api(server: Server, story: int) -> Callable[[str], float]:
    token = server.run("token", "benchmark").splitlines()[-1]

    def act(headline: str) -> float:
        request = urllib.request.Request(
            f"{server.url}/api/articles/{story}/posts",
            json.dumps({"headline": headline, "body": BODY}).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        begun = time.time()
        urllib.request.urlopen(request, timeout=30).close()
        return begun

    return act
