"""The JSON Schema of the protocol, held against what is really sent and what is documented."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from jsonschema import Draft202012Validator

from stoppress import live
from stoppress.live.hub.hub import running_hub, stop_hub
from stoppress.live.publishing import registry
from stoppress.newsroom.models import Section
from stoppress.newsroom.publishing import (
    correct_article,
    create_article,
    publish_article,
    restore_article,
    retract_article,
    update_article,
)

from .asking import Request
from .conftest import put
from .hub.log_changes import forget_streams, put_all, rewrite, trim
from .reader import Reader, say

SCHEMA = json.loads(files("stoppress.live").joinpath("protocol.schema.json").read_text())
DOCUMENTED = Path(__file__).parents[2] / "docs/protocol.md"
CURSOR, NEXT = "1041-9f86d081884c7d65", "1042-77ab03cc19e02d44"
NOW = "2026-11-22T09:00:00.000Z"
ITEM = {"key": "article:42", "version": 3, "order": NOW, "headline": "…"}

# The contract's frames, one of each shape.
HELLO = {"type": "hello", "protocol": "stoppress.v1", "heartbeat": 25, "time": NOW, "build": "1"}
SNAPSHOT = {
    "type": "snapshot",
    "stream": "news",
    "cursor": CURSOR,
    "reason": "start",
    "limit": 30,
    "floor": "2026-11-21T18:02:11Z",
    "items": [ITEM],
}
PUT = {
    "type": "event",
    "stream": "news",
    "after": CURSOR,
    "cursor": NEXT,
    "op": "put",
    "event": "article.published",
    "key": "article:42",
    "time": NOW,
    "item": ITEM,
}
BARE = {"key": "article:42", "version": 4}
REMOVE = PUT | {"op": "remove", "event": "article.retracted", "redacts": True, "item": BARE}
REDACTED = PUT | {"op": "remove", "redacted": True, "item": BARE}
LIVE = {"type": "live", "stream": "story:42", "cursor": NEXT}
HEARTBEAT = {"type": "heartbeat", "time": NOW, "cursors": {"news": NEXT}}
GOODBYE = {"type": "goodbye", "reason": "restart", "within": 30}
POLL = {"frames": [SNAPSHOT, PUT, LIVE], "cursors": {"news": NEXT}, "next": 2}
RANGE = {"stream": "news", "cursor": CURSOR, "floor": NOW, "items": [ITEM]}
APPLIED = {"type": "applied", "cursors": {"news": NEXT}, "delay_ms": 41}
FRAMES = [HELLO, SNAPSHOT, PUT, REMOVE, REDACTED, LIVE, HEARTBEAT, GOODBYE]


def wrong(told, part="frame"):
    """Return what the schema says against a frame, or against `poll`, `range` or `applied`."""
    schema = {"$ref": f"#/$defs/{part}", "$defs": SCHEMA["$defs"]}
    return [error.message for error in Draft202012Validator(schema).iter_errors(told)]


def part_of(told):
    if "type" not in told:
        return "poll" if "frames" in told else "range"
    return "applied" if told["type"] == "applied" else "frame"


def test_the_schema_is_one_and_its_root_is_a_frame():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$ref"] == "#/$defs/frame"


@pytest.mark.parametrize("told", [*FRAMES, POLL, RANGE, APPLIED])
def test_frames_of_the_contract_are_valid_also_with_unknown_fields(told):
    assert not wrong(told, part_of(told))
    assert not wrong(told | {"later": {"any": "thing"}}, part_of(told))


def test_examples_of_the_documentation_are_valid():
    text = DOCUMENTED.read_text()
    blocks = re.findall(r"^```json\n(.*?)^```", text, re.M | re.S)
    shown = [json.loads(line) for block in blocks for line in block.splitlines()]
    inline = re.findall(r'`(\{"type":.*?\})`|^ {4}(\{.*\})$', text, re.M)
    shown += [json.loads((a or b).replace("[…]", "[]")) for a, b in inline]
    assert {part_of(told) for told in shown} == {"frame", "poll", "range", "applied"}
    kinds = {told["type"] for told in shown if part_of(told) == "frame"}
    assert kinds == set(SCHEMA["$defs"]["frame"]["properties"]["type"]["enum"])
    for told in shown:
        assert not wrong(told, part_of(told)), told


# What is really sent


def publish_and_change():
    """Make every event that the newsroom knows; return the article."""
    article = create_article({"headline": "One", "body": "*Text*.", "section": "a"})
    article = publish_article(article)
    article = update_article(article, {"headline": "Two"})
    article = update_article(article, {"section": "b"})
    article = correct_article(article, "Not two.", {"headline": "Three"})
    article = retract_article(article, note="Not so.")
    return restore_article(article)


def all_right(*readers):
    frames = [frame for reader in readers for frame in reader.sink.frames]
    for frame in frames:
        assert not wrong(frame), frame
    return frames


async def test_every_event_of_the_newsroom_is_valid_live_and_replayed(hub):
    names = ("news", "section:a", "section:b")
    for slug in "ab":
        await Section.objects.acreate(name=slug, slug=slug)
    watcher = await Reader(hub).join(*names)
    start = {name: watcher.cursor(name) for name in names}
    article = await sync_to_async(publish_and_change)()
    await hub.watch.look()
    again = await Reader(hub).join(**start)
    story = await Reader(hub).join("news", f"story:{article.pk}")
    frames = all_right(watcher, again, story)
    said = {frame["event"] for frame in frames if frame["type"] == "event"}
    assert said >= {f"article.{verb}" for verb in ("published", "updated", "corrected", "moved")}
    assert said >= {"article.retracted", "article.restored"}
    shapes = {
        (frame["op"], *(word for word in ("redacts", "redacted") if word in frame))
        for frame in frames
        if frame["type"] == "event"
    }
    assert shapes == {("put",), ("remove",), ("remove", "redacts"), ("remove", "redacted")}


async def test_every_reason_of_a_snapshot_is_valid(hub, settings):
    settings.STOPPRESS_LIVE = {"REPLAY_LIMIT": 2}
    readers = [await Reader(hub).join("board")]
    start = readers[0].cursor()
    await sync_to_async(put_all)(["a", "b", "c"])
    await hub.watch.look()
    for cursor in (start, "rubbish", "999-0000000000000000"):
        readers.append(await Reader(hub).join(board=cursor))
    await sync_to_async(rewrite)()
    await readers[0].until(2, "snapshot")
    await forget_streams(hub)
    await sync_to_async(trim)(2)
    readers.append(await Reader(hub).join(board=start))
    reasons = {f["reason"] for f in all_right(*readers) if f["type"] == "snapshot"}
    assert reasons == set(SCHEMA["$defs"]["snapshot"]["properties"]["reason"]["enum"])


async def test_a_floor_and_items_without_a_version_are_valid(hub):
    items = [{"key": key, "order": key} for key in "cba"]
    live.stream("shelf", public=True, limit=2)(lambda limit: items)
    try:
        reader = await Reader(hub).join("shelf")
        await sync_to_async(live.publish)("shelf", "thing.said", items[0])
        await sync_to_async(live.remove)("shelf", "thing.left", "c")
        await reader.until(2)
    finally:
        registry.unregister("shelf")
    frames = all_right(reader)
    assert frames[1]["floor"] == "b" and frames[-1]["item"] == {"key": "c"}


async def test_a_heartbeat_and_a_goodbye_are_valid(settings, transactional_db, board):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 0.05}
    hub = running_hub()
    reader = await Reader(hub).join("board", "other:x")
    await reader.until(1, "heartbeat")
    await hub.farewell.say("restart", 7.5)
    kinds = [frame["type"] for frame in all_right(reader)]
    assert "heartbeat" in kinds and kinds[-1] == "goodbye"
    await stop_hub()


async def test_answers_of_the_other_transports_are_valid(hub):
    site = live.asgi(no_pages)
    await say("a")
    sse = Request(site, "/live/sse", "stream=board")
    assert await sse.start() == 200
    for _ in range(3):
        assert not wrong((await sse.event())["data"])
    await sse.leave()
    first = json.loads(await Request(site, "/live/poll", "stream=board").body())
    await sync_to_async(put)("b")
    await hub.watch.look()
    cursor = first["cursors"]["board"]
    second = json.loads(await Request(site, "/live/poll", f"stream=board@{cursor}").body())
    assert [frame["type"] for frame in second["frames"]] == ["event", "live"]
    assert not wrong(first, "poll") + wrong(second, "poll")


async def no_pages(scope, receive, send):
    raise AssertionError("no page is asked for")


# What must not pass


@pytest.mark.parametrize("told", [*FRAMES, POLL, RANGE, APPLIED])
def test_a_frame_with_a_missing_or_mistyped_field_is_invalid(told):
    part = part_of(told)
    may_lack = {"redacts", "redacted", "delay_ms"}
    for name in told:
        lacking = {key: value for key, value in told.items() if key != name}
        assert bool(wrong(lacking, part)) == (name not in may_lack), name
        for other in ([[]], "\x00", None):
            if not (name == "floor" and other is None) and name != "reason":
                assert wrong(told | {name: other}, part), (name, other)


@pytest.mark.parametrize(
    ("told", "other"),
    [
        (HELLO, {"protocol": "stoppress.v2"}),
        (HELLO, {"heartbeat": 0}),
        (HELLO, {"heartbeat": "25"}),
        (HELLO, {"time": "2026-11-22T09:00:00Z"}),
        (HELLO, {"time": "2026-11-22T09:00:00.000+00:00"}),
        (HELLO, {"time": "2026-13-22T09:00:00.000Z"}),
        (HELLO, {"type": "welcome"}),
        (SNAPSHOT, {"reason": "because"}),
        (SNAPSHOT, {"limit": 0}),
        (SNAPSHOT, {"floor": 12}),
        (SNAPSHOT, {"cursor": "01-9f86d081884c7d65"}),
        (SNAPSHOT, {"cursor": "1041-9F86D081884C7D65"}),
        (SNAPSHOT, {"cursor": 1041}),
        (SNAPSHOT, {"stream": "No Name"}),
        (SNAPSHOT, {"stream": "x" * 65}),
        (SNAPSHOT, {"items": [{"key": "a"}]}),
        (SNAPSHOT, {"items": [{"key": "a", "order": 5}]}),
        (SNAPSHOT, {"items": [{"key": "ä", "order": "5"}]}),
        (SNAPSHOT, {"items": [ITEM | {"version": "3"}]}),
        (SNAPSHOT, {"items": [ITEM | {"version": -1}]}),
        (SNAPSHOT, {"items": [ITEM | {"version": 2**53}]}),
        (PUT, {"op": "pin"}),
        (PUT, {"item": BARE}),
        (PUT, {"event": "Article Published"}),
        (PUT, {"redacts": True}),
        (PUT, {"redacted": True}),
        (PUT, {"after": "start"}),
        (REMOVE, {"item": ITEM}),
        (REMOVE, {"redacts": "yes"}),
        (REDACTED, {"item": BARE | {"headline": "withdrawn words"}}),
        (LIVE, {"cursor": ""}),
        (HEARTBEAT, {"cursors": {"news": None}}),
        (HEARTBEAT, {"cursors": {"No Name": CURSOR}}),
        (HEARTBEAT, {"cursors": [CURSOR]}),
        (GOODBYE, {"within": -1}),
        (GOODBYE, {"reason": ""}),
        (POLL, {"frames": [HELLO]}),
        (POLL, {"frames": [LIVE] * 201}),
        (POLL, {"frames": [PUT | {"key": ""}]}),
        (POLL, {"next": "soon"}),
        (RANGE, {"items": [{"key": "a"}]}),
        (RANGE, {"items": [ITEM] * 101}),
        (RANGE, {"floor": 12}),
        (APPLIED, {"delay_ms": -1}),
        (APPLIED, {"cursors": {"news": "?"}}),
    ],
)
def test_a_frame_with_another_value_is_invalid(told, other):
    assert wrong(told | other, part_of(told))


@pytest.mark.parametrize("told", [None, [], "hello", 1, {}])
def test_anything_else_than_a_frame_is_invalid(told):
    assert wrong(told) and wrong(told, "poll") and wrong(told, "applied")
