"""Streams are told anew, in the transaction that withdraws what they showed: no reader keeps it."""

import json

import pytest
from asgiref.sync import sync_to_async

from stoppress import live
from stoppress.live.hub.hub import running_hub
from stoppress.live.publishing import registry
from tests.live.asking import Request
from tests.live.reader import Reader

OLD = b"withdrawn words"


@pytest.fixture
def posts(site):
    """Give the items that the stream `posts` holds."""
    shown = [{"key": f"k{n}", "order": f"{50 - n}", "text": OLD.decode()} for n in range(20)]
    live.stream("posts", public=True)(lambda limit: shown)
    yield shown
    registry.unregister("posts")


@sync_to_async
def publish_all(posts):
    with live.atomic():
        for item in posts:
            live.publish("posts", "post.published", item)
            live.publish("other:x", "post.published", item)


@sync_to_async
def withdraw_all(posts):
    with live.atomic():
        for item in posts:
            live.redact(item["key"], "post.withdrawn", shown_in=["posts"])
        posts[:] = [{"key": "new", "order": "1", "text": "what is left"}]
        live.publish("posts", "post.published", posts[0])
        live.retell("posts")


async def poll(site, query):
    request = Request(site, "/live/poll", query)
    return json.loads(await request.body()), request.headers


async def test_after_a_retelling_every_reader_holds_the_new_snapshot_and_none_of_the_old_text(
    site, posts, settings
):
    settings.STOPPRESS_LIVE = {"RING_EVENTS": 2}  # who replays reads pages of the log
    hub = running_hub()
    start = str((await hub.stream("posts")).ring.head)
    await publish_all(posts)
    connected = await Reader(hub).join("posts", "other:x")
    replaying = Reader(hub)
    replaying.sink.stalled = True
    await hub.join(replaying.connection, {"posts": start}, True)
    sse = Request(site, "/live/sse", "stream=posts")
    await sse.start()
    assert [(await sse.event())["event"] for _ in range(3)] == ["hello", "snapshot", "live"]
    polled, _ = await poll(site, f"stream=posts@{start}&replay=all")
    assert OLD in json.dumps(polled).encode()
    before = connected.cursor("posts")
    seen = len(connected.sink.data)

    await withdraw_all(posts)

    await connected.until(3, "snapshot")
    await connected.until(20)
    replaying.sink.take()
    replaying.connection.pump()
    await replaying.until(1, "live")
    fresh = await Reader(hub).join("posts")
    back = [
        await Reader(hub).join(posts=cursor, full=full)
        for cursor in (start, before)
        for full in (False, True)
    ]
    for reader in (connected, replaying, fresh, *back):
        told = [each for each in reader.of("snapshot") if each["stream"] == "posts"][-1]
        assert told["items"] == posts
        assert reader.cursor("posts") == connected.cursor("posts")
        assert not [each for each in reader.of("event") if each["stream"] == "posts"]
    data = [connected.sink.data[seen:]] + [r.sink.data for r in (replaying, fresh, *back)]
    assert OLD not in b"".join(b"".join(frames) for frames in data)
    # The other stream is told of each key.
    assert {each["op"] for each in connected.of("event")} == {"remove"}
    assert (await sse.event())["data"]["items"] == posts
    await sse.leave()
    for query in (f"posts@{start}&replay=all", f"posts@{before}", "posts"):
        answer, _ = await poll(site, f"stream={query}")
        assert [each["type"] for each in answer["frames"]] == ["snapshot", "live"]
        assert answer["frames"][0]["items"] == posts
    assert [each["reason"] for each in back[0].of("snapshot")] == ["trimmed"]
