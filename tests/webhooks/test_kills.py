"""The worker is killed while it sends: every event arrives, in order, each time with one id.

One kill by default, before an answer on SQLite and after one on PostgreSQL; `STOPPRESS_KILLS=50`
makes it a drill of both.
"""

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from itertools import groupby
from pathlib import Path
from threading import Event, Thread

import pytest
from standardwebhooks import Webhook

from tests.services import web as web_server
from tests.services.command import COMMAND
from tests.services.process import Process
from tests.services.serve import Server

from .waiting import wait_for

KILLS = int(os.environ.get("STOPPRESS_KILLS", "1"))
BEFORE, AFTER = "before its answer", "after its answer"

ADD = """
from stoppress.webhooks.models import Endpoint
endpoint = Endpoint(name="archive", url={url!r})
endpoint.begin()
endpoint.save()
print(endpoint.secret)
"""
# What readers see of five articles, corrections and withdrawals included; and of a post.
WRITE = """
from stoppress.newsroom.publishing import *
for number in range(5):
    article = publish_article(create_article({"headline": f"Bridge {number}"}))
    article = update_article(article, {"summary": "At last."})
    article = correct_article(article, "It was ten.", {"summary": "Ten."})
    if number % 2:
        article = retract_article(article, "It was never so.")
story = publish_article(create_article({"headline": "Match", "kind": "live"}))
post = publish_article(create_article({"headline": "Goal"}, parent=story))
retract_article(post, "It was offside.")
"""
STATE = """
import json
from stoppress.live.models import LoggedEvent
from stoppress.webhooks.models import Endpoint
rows = LoggedEvent.objects.filter(stream="wire").order_by("position")
log = [[f"{row.position}-{row.link}", row.event] for row in rows]
print(json.dumps([Endpoint.objects.get().cursor, log]))
"""


class Killing:
    """A receiver that kills the worker at a message, before or after it has answered."""

    def __init__(self, web: web_server.Web) -> None:
        self._web, self._kill, self._when = web, lambda: None, ""
        self._left = 0
        self.killed = Event()
        self.url = web.handle("/hook", self._answer)

    def arm(self, messages: int, when: str, kill: Callable[[], None]) -> None:
        """Kill at a message from now on.

        Args:
            messages: how many come before it.
        """
        self.killed.clear()
        self._kill, self._when, self._left = kill, when, messages + 1

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        self._left -= 1
        if self._left == 0 and self._when == BEFORE:
            self._end()
        request.send_response(204)
        request.end_headers()
        if self._left == 0 and self._when == AFTER:
            self._end()

    def _end(self) -> None:
        self._kill()
        self.killed.set()

    def ids(self, secret: str) -> list[tuple[str, str]]:
        """Return the id and type of each message, verified by a library that is not ours."""
        found = []
        for (_, headers), body in zip(self._web.requests, self._web.posted, strict=True):
            told = Webhook(secret).verify(body, headers)
            assert told["data"]["cursor"] == headers["webhook-id"]
            found.append((headers["webhook-id"], told["type"]))
        return found


@contextmanager
def working(server: Server, log: Path) -> Iterator[Process]:
    worker = Process([COMMAND, "worker"], log, env=server.env)
    try:
        yield worker
    finally:
        worker.kill()


def all_when_sent(server: Server) -> list[tuple[str, str]] | None:
    """Return the cursor and type of each event, once the endpoint's cursor is the last one's."""
    cursor, log = json.loads(server.shell(STATE))
    return [(each, event) for each, event in log] if cursor == log[-1][0] else None


@pytest.mark.backend("sqlite", "postgres")
@pytest.mark.slow("it kills workers, and starts others")
def test_every_event_arrives_in_order_whenever_the_worker_is_killed(
    serve: Callable[..., Server], tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    server = serve("--no-worker", env={"STOPPRESS_FETCH_PRIVATE": "1"})
    chance, log = random.Random(23), tmp_path / "worker.log"
    first = ("sqlite", "postgres").index(pytestconfig.getoption("backend"))
    with web_server.running() as web:
        receiver = Killing(web)
        secret = server.shell(ADD.format(url=receiver.url)).strip()
        for number in range(KILLS):
            writing = Thread(target=server.shell, args=[WRITE])
            writing.start()
            with working(server, log) as worker:
                when = (BEFORE, AFTER)[(first + number) % 2]
                receiver.arm(chance.randrange(8), when, worker.popen.kill)
                assert receiver.killed.wait(60)
            writing.join()
        receiver.arm(-2, "", lambda: None)
        with working(server, log):
            wanted = wait_for(lambda: all_when_sent(server))
    came = receiver.ids(secret)
    assert [each for each, _ in groupby(came)] == wanted
    # What comes again is what was sent when the worker was killed.
    assert len(wanted) <= len(came) <= len(wanted) + KILLS
    if KILLS > 1:
        print(f"{KILLS} kills, {len(wanted)} events, {len(came) - len(wanted)} came twice")
