import asyncio
import json
import threading

import pytest
from asgiref.sync import sync_to_async

from stoppress import live
from stoppress.live import metrics
from stoppress.live.hub.hub import running_hub
from stoppress.live.hub.shared_reads import LANE_THREADS
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry
from stoppress.live.readers.limits import admission
from stoppress.live.transports.http_answers import SHARED_FOR
from tests.live.asking import Request, counted, until
from tests.live.conftest import put
from tests.live.editor import cookie_of, editor
from tests.live.reader import say


class Posts:
    """The stream `posts`, whose state is what its own log says; `gate` holds a read up."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.begun = 0

    def take(self, limit, below=None):
        shown = {}
        for event in LoggedEvent.objects.filter(stream="posts").order_by("position"):
            shown.pop(event.key, None)
            if event.op == "put" and not event.redacted:
                shown[event.key] = json.loads(event.item)
        self.begun += 1
        self.gate.wait(10)
        found = [item for item in shown.values() if below is None or item["order"] < below]
        return sorted(found, key=lambda item: item["order"], reverse=True)[: limit + 1]


@pytest.fixture
def posts(board):
    declared = Posts()
    live.stream("posts", public=True, limit=2)(declared.take)
    live.stream("secrets", may_read=board.may_read)(lambda limit, below=None: [])
    yield declared
    declared.gate.set()
    registry.unregister("posts")
    registry.unregister("secrets")


@pytest.fixture
async def five(site, posts):
    """A stream of five posts, of which a snapshot has two."""
    await say(*"abcde", stream="posts")
    return site


async def ask(site, query, **headers):
    request = Request(site, "/live/range", query, **headers)
    body = await request.body()
    return request, json.loads(body) if body else None


async def keys(site, query):
    request, told = await ask(site, query)
    assert request.status == 200
    return [item["key"] for item in told["items"]], told["floor"]


async def test_from_the_top_to_the_end_each_range_begins_at_the_floor_of_the_last(five):
    assert await keys(five, "stream=posts") == (["e", "d"], "d")
    assert await keys(five, "stream=posts&below=d") == (["c", "b"], "b")
    assert await keys(five, "stream=posts&below=b") == (["a"], None)
    assert await keys(five, "stream=posts&below=a") == ([], None)
    assert await keys(five, "stream=posts&below=e&limit=4") == (list("dcba"), None)
    assert await keys(five, "stream=posts&below=e&limit=3") == (list("dcb"), "b")


async def test_the_cursor_of_a_range_belongs_to_the_state_that_was_read(five):
    _, told = await ask(five, "stream=posts&below=e")
    assert told["stream"] == "posts" and told["cursor"].startswith("5-")
    await say("bb", stream="posts")
    _, later = await ask(five, f"stream=posts&below=e&after={told['cursor']}&limit=4")
    assert later["cursor"].startswith("6-")
    assert [item["key"] for item in later["items"]] == ["d", "c", "bb", "b"]


async def test_caches_may_share_it_for_a_moment(five):
    request, told = await ask(five, "stream=posts&below=d")
    assert request.headers["cache-control"] == f"public, max-age={SHARED_FOR}"
    again, nothing = await ask(five, "stream=posts&below=d", if_none_match=request.headers["etag"])
    assert (again.status, nothing, told["floor"]) == (304, None, "b")


async def test_a_log_that_has_not_come_to_the_cursor_is_not_read_instead(five):
    _, told = await ask(five, "stream=posts")
    for after in ("6-0000000000000000", "5-0000000000000000"):
        request, _ = await ask(five, f"stream=posts&after={after}")
        assert request.status == 503 and "retry-after" in request.headers
    request, _ = await ask(five, f"stream=posts&after={told['cursor']}")
    assert request.status == 200


@pytest.mark.parametrize(
    ("query", "status", "why"),
    [
        ("", 400, "ask for a stream"),
        ("stream=POSTS", 400, "a stream name"),
        ("stream=posts&stream=posts", 400, "stream is given twice"),
        ("stream=posts&below=", 400, "below is an order"),
        ("stream=posts&below=%C3%A9", 400, "below is an order"),
        ("stream=posts&limit=0", 400, "from 1 to 100"),
        ("stream=posts&limit=101", 400, "from 1 to 100"),
        ("stream=posts&limit=ten", 400, "from 1 to 100"),
        ("stream=posts&after=5", 400, "after is a cursor"),
        ("stream=board", 400, "board has no ranges"),
        ("stream=nowhere", 404, "no stream nowhere"),
        ("stream=other:none", 404, "other:none"),
        ("stream=secrets", 401, "sign in"),
    ],
)
async def test_a_refused_range_gets_the_answer_of_a_refused_poll(five, query, status, why):
    request, told = await ask(five, query)
    assert request.status == status and why in told["detail"]
    assert request.headers["cache-control"] == "no-store"


async def test_other_methods_and_pages_of_other_sites_are_refused(five):
    for method in ("HEAD", "POST", "OPTIONS"):
        request = Request(five, "/live/range", "stream=posts")
        request.application.scope["method"] = method
        assert await request.start() == 405 and request.headers["allow"] == "GET"
    request = Request(five, "/live/range", "stream=posts", origin="https://evil.example")
    assert await request.start() == 403


async def test_an_authorised_reader_of_a_private_stream_gets_a_private_answer(five):
    cookie = cookie_of(await editor("Ann"))
    request, told = await ask(five, "stream=secrets", cookie=cookie)
    assert (request.status, told["items"]) == (200, [])
    assert request.headers["cache-control"] == "private, no-store"
    assert "etag" not in request.headers


async def test_a_crowd_that_asks_for_the_same_shares_one_read(five, posts):
    before = counted(metrics.READS, "range")
    posts.gate.clear()
    crowd = [asyncio.create_task(ask(five, "stream=posts&below=d")) for _ in range(20)]
    await until(lambda: posts.begun)
    posts.gate.set()
    assert {told["cursor"] for _, told in await asyncio.gather(*crowd)} != set()
    made = counted(metrics.READS, "range") - before
    assert 1 <= made <= 2  # one may have come when it had ended


async def test_slow_ranges_of_a_pattern_leave_threads_to_other_streams(five, posts):
    posts.gate.clear()
    asked = [asyncio.create_task(ask(five, f"stream=posts&below={order}")) for order in "bcde"]
    await until(lambda: posts.begun == LANE_THREADS)
    assert await Request(five, "/live/poll", "stream=other:new").body()
    assert posts.begun == LANE_THREADS
    posts.gate.set()
    assert [request.status for request, _ in await asyncio.gather(*asked)] == [200] * 4


async def test_a_text_that_is_withdrawn_while_it_is_read_is_not_in_the_answer(five, posts):
    await sync_to_async(put)("bb", stream="posts", headline="Secret")
    posts.gate.clear()
    asking = asyncio.create_task(ask(five, "stream=posts&below=c"))
    await until(lambda: posts.begun)
    await sync_to_async(live.redact)("bb", "post.retracted", version=2)
    await running_hub().watch.look()
    later = asyncio.create_task(ask(five, "stream=posts&below=c"))
    await until(lambda: posts.begun == 2)  # it shares no read that began before
    posts.gate.set()
    for request, told in await asyncio.gather(asking, later):
        assert request.status == 200 and "Secret" not in json.dumps(told)
        assert [item["key"] for item in told["items"]] == ["b", "a"]


async def test_bytes_of_ranges_count_as_replay_of_the_address(five, settings, monkeypatch):
    settings.STOPPRESS_LIVE = {"REPLAY_BYTES_PER_SECOND": 1024}
    monkeypatch.setattr(admission, "_admission", None)  # one of this test's own
    await say("f", stream="posts", text="x" * 60_000)
    await say("g", stream="posts", text="x" * 60_000)
    statuses = [(await ask(five, "stream=posts"))[0].status for _ in range(2)]
    assert statuses == [200, 429]
    request, _ = await ask(five, "stream=posts&below=f")
    assert request.status == 200


async def test_the_route_of_ranges_is_beside_the_others_below_a_script_prefix(five, settings):
    settings.FORCE_SCRIPT_NAME = "/club"
    request = Request(five, "/club/live/range", "stream=posts&limit=1")
    body = json.loads(await request.body())
    assert [item["key"] for item in body["items"]] == ["e"]
