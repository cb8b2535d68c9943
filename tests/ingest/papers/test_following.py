"""The threads that follow papers: they resume, say what is wrong, and end."""

import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from django.db import connection

from stoppress.ingest.models import Source
from stoppress.ingest.papers.followings import Followings
from stoppress.live.clock import database_time
from stoppress.live.log.history import read_after, read_head
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import update_article
from tests.newsroom.desk import public
from tests.services.web import Web

from .other import empty_the_desk, paper

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("own_network"),
]


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text("sp_secret")
    file.chmod(0o600)
    return file


@pytest.fixture
def followings():
    made = Followings()
    yield made
    made.end()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, Source.objects.values("last_outcome", "cursor")
        connection.close()  # on SQLite, what another thread has written is seen by a new one


def frames() -> list[dict]:
    """Return an article's publication and its update, as another paper told them."""
    before = read_head("wire").cursor
    article = public()
    update_article(article, {"headline": "Bridge to open"})
    told = read_after("wire", before, read_head("wire"), 10)
    empty_the_desk()
    return [json.loads(frame.data) for frame in told or ()]


def streams(*told: dict) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer with an event stream of these frames, which then ends."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.send_header("Connection", "close")
        request.end_headers()
        for frame in told:
            request.wfile.write(f"event: {frame['type']}\ndata: {json.dumps(frame)}\n\n".encode())
        request.close_connection = True

    return answer


def asking(cursor: str) -> str:
    return f"/live/sse?stream=wire@{cursor}&replay=all"


def source() -> Source:
    return Source.objects.get()


def test_the_follower_resumes_from_its_cursor_after_each_loss(web: Web, token, followings):
    first, second = frames()
    web.handle(asking(first["after"]), streams(first))
    web.handle(asking(first["cursor"]), streams(second))
    web.handle(asking(second["cursor"]), streams())
    paper(web.url, cursor=first["after"], token_file=str(token))
    followings.look(database_time())
    wait_for(lambda: source().cursor == second["cursor"])
    assert Article.objects.get().headline == "Bridge to open"
    assert {headers["authorization"] for _, headers in web.requests} == {"Bearer sp_secret"}
    [thread] = followings.threads()
    followings.end()
    assert not thread.is_alive()


def test_a_refusal_is_shown_and_a_new_token_resolves_it(web: Web, token, followings):
    first, _ = frames()

    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.headers["Authorization"] == "Bearer sp_new":
            streams(first)(request)
        else:
            request.send_error(401)

    web.handle(asking(first["after"]), answer)
    web.handle(f"/live/poll?stream=wire@{first['after']}&replay=all", answer)
    web.handle(asking(first["cursor"]), streams())
    paper(web.url, cursor=first["after"], token_file=str(token))
    followings.look(database_time())
    wait_for(lambda: "does not accept the token" in source().last_outcome)
    assert not source().healthy
    token.write_text("sp_new")
    wait_for(lambda: source().cursor == first["cursor"])


def test_deleting_the_source_ends_the_following(web: Web, token, followings):
    web.handle(asking("1-0000000000000000"), streams())
    paper(web.url, cursor="1-0000000000000000", token_file=str(token))
    followings.look(database_time())
    [thread] = followings.threads()
    source().delete()
    followings.look(database_time())
    assert followings.threads() == []
    thread.join(60)
    assert not thread.is_alive()


def test_an_invalid_frame_is_reported_and_changes_nothing(web: Web, token, followings):
    first, _ = frames()
    web.handle(asking(first["after"]), streams({"type": "event", "stream": "wire"}))
    paper(web.url, cursor=first["after"], token_file=str(token))
    followings.look(database_time())
    wait_for(lambda: "Internal error" in source().last_outcome)
    assert source().cursor == first["after"]
