import asyncio
import json
import threading

from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import Client

from stoppress import live
from stoppress.live.hub.hub import running_hub
from stoppress.live.protocol.refusals import cannot_be_read, too_much_replayed
from stoppress.live.publishing import registry
from stoppress.live.transports import poll
from stoppress.live.transports.poll import FRAMES_AT_MOST, PollSink
from tests.live.asking import Request, until
from tests.live.conftest import put
from tests.live.reader import say


async def ask(site, query, **headers):
    request = Request(site, "/live/poll", query, **headers)
    body = await request.body()
    return request, json.loads(body) if body else None


async def told(*keys, **more):
    """Publish, and wait until this process has seen it."""
    await say(*keys, **more)
    await running_hub().watch.look()


async def test_the_first_answer_is_a_snapshot_and_the_next_has_the_later_events(site):
    _, first = await ask(site, "stream=board")
    assert [frame["type"] for frame in first["frames"]] == ["snapshot", "live"]
    assert first["next"] == 2
    await told("a", "b")
    _, second = await ask(site, f"stream=board@{first['cursors']['board']}")
    assert [frame.get("key") for frame in second["frames"]] == ["a", "b", None]
    assert second["cursors"]["board"] == second["frames"][1]["cursor"]
    assert not running_hub().connections


async def test_readers_at_one_cursor_share_one_answer_in_whatever_order_they_ask(site):
    await say("a")
    one, there = await ask(site, "stream=board&stream=other:x")
    other, too = await ask(site, "stream=other:x&stream=board")
    assert there == too and one.headers["etag"] == other.headers["etag"]
    assert one.headers["cache-control"] == "public, max-age=2"
    again, nothing = await ask(
        site, "stream=board&stream=other:x", if_none_match=one.headers["etag"]
    )
    assert (again.status, nothing) == (304, None)


async def test_an_answer_has_at_most_200_frames_and_the_next_continues(site):
    @sync_to_async
    def put_many():
        with live.atomic():
            for number in range(FRAMES_AT_MOST + 50):
                put(f"k{number}")

    _, start = await ask(site, "stream=board")
    await put_many()
    await running_hub().watch.look()
    _, first = await ask(site, f"stream=board@{start['cursors']['board']}")
    assert (len(first["frames"]), first["next"]) == (FRAMES_AT_MOST, 0)
    _, second = await ask(site, f"stream=board@{first['cursors']['board']}")
    assert [frame["type"] for frame in second["frames"]] == ["event"] * 50 + ["live"]
    keys = [frame["key"] for frame in first["frames"] + second["frames"][:-1]]
    assert keys == [f"k{number}" for number in range(FRAMES_AT_MOST + 50)]


async def test_a_withdrawn_text_is_in_no_answer_from_then_on(site):
    _, start = await ask(site, "stream=board")
    await told("a", headline="Secret")
    asked = f"stream=board@{start['cursors']['board']}"
    request, before = await ask(site, asked)
    assert "Secret" in json.dumps(before)
    await sync_to_async(live.redact)("a", "thing.withdrawn", version=1)
    await running_hub().watch.look()
    _, after = await ask(site, asked, if_none_match=request.headers["etag"])
    assert after is not None and "Secret" not in json.dumps(after)


async def test_a_text_that_is_withdrawn_while_an_answer_is_gathered_is_not_in_it(site):
    taking, hold = threading.Event(), threading.Event()

    def slow(limit):
        taking.set()
        return [] if hold.wait(10) else []

    live.stream("slow", public=True)(slow)
    try:
        _, start = await ask(site, "stream=board")
        await told("a", headline="Secret")
        asking = asyncio.create_task(
            ask(site, f"stream=board@{start['cursors']['board']}&stream=slow")
        )
        await until(taking.is_set)
        await sync_to_async(live.redact)("a", "thing.withdrawn", version=2)
        await running_hub().watch.look()
        hold.set()
        request, answer = await asking
        assert request.status == 200 and "Secret" not in json.dumps(answer)
        assert [f["op"] for f in answer["frames"] if f["type"] == "event"] == ["remove", "remove"]
        assert not running_hub().connections
    finally:
        hold.set()
        registry.unregister("slow")


async def test_a_large_answer_is_cut_and_the_next_continues(site, monkeypatch):
    monkeypatch.setattr(poll, "BYTES_AT_MOST", 1000)
    _, start = await ask(site, "stream=board")
    await told("a", "b", "c", headline="x" * 600)
    _, first = await ask(site, f"stream=board@{start['cursors']['board']}")
    assert [frame["key"] for frame in first["frames"]] == ["a", "b"] and first["next"] == 0
    _, second = await ask(site, f"stream=board@{first['cursors']['board']}")
    assert [frame["type"] for frame in second["frames"]] == ["event", "live"]


async def test_a_private_stream_is_kept_by_no_cache(site):
    user = await sync_to_async(User.objects.create_user)("editor", is_staff=True)
    client = Client()
    await sync_to_async(client.force_login)(user)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    request, told = await ask(site, "stream=secret", cookie=cookie)
    assert (request.status, told["frames"][0]["type"]) == (200, "snapshot")
    assert request.headers["cache-control"] == "private, no-store"
    assert "etag" not in request.headers


async def test_while_the_server_leaves_it_is_answered(site):
    await running_hub().farewell.say("restart", 3)
    request, told = await ask(site, "stream=board")
    assert (request.status, told["frames"][0]["type"]) == (200, "snapshot")


async def test_a_stream_that_cannot_be_read_is_a_503(site, board):
    board.broken = True
    request, _ = await ask(site, "stream=board")
    assert request.status == 503 and "retry-after" in request.headers


def test_a_replay_beyond_the_allowance_is_answered_in_part():
    sink = PollSink(2)
    sink.write([b'{"type":"live","stream":"other:x"}'])
    sink.close(too_much_replayed(3))
    assert sink.done.is_set() and sink.closed is not None  # it would be asked again at once
    sink = PollSink(2)
    sink.write([b'{"type":"event","stream":"board"}'])
    sink.close(too_much_replayed(3))
    assert sink.done.is_set() and sink.closed is None and sink.behind == 2
    sink.close(cannot_be_read())
    assert sink.closed is not None
