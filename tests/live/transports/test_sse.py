import asyncio
import re

import pytest

from stoppress import live
from stoppress.live.hub.hub import running_hub
from stoppress.live.protocol.cursor import parse_cursor
from stoppress.live.protocol.refusals import too_much_replayed, too_slow
from stoppress.live.publishing import registry
from stoppress.live.transports.sse import SseFraming
from tests.live.asking import Request, until
from tests.live.reader import say


async def opened(site, query, **headers):
    request = Request(site, "/live/sse", query, **headers)
    assert await request.start() == 200
    return request


async def test_frames_come_as_events_with_their_type_and_the_cursor_to_resume_from(site):
    request = await opened(site, "stream=board")
    hello, snapshot, live_now = [await request.event() for _ in range(3)]
    assert hello["event"] == hello["data"]["type"] == "hello" and "id" not in hello
    assert snapshot["id"] == f"board@{snapshot['data']['cursor']}"
    assert live_now["event"] == "live"
    await say("a")
    event = await request.event()
    assert (event["event"], event["data"]["key"]) == ("event", "a")
    assert event["id"] == f"board@{event['data']['cursor']}"
    await request.leave()


async def test_headers_forbid_buffering_by_proxies(site):
    request = await opened(site, "stream=board")
    assert request.headers["content-type"].startswith("text/event-stream")
    assert request.headers["cache-control"] == "no-store, no-transform"
    assert request.headers["x-accel-buffering"] == "no"
    await request.leave()


async def test_an_id_is_written_once_every_stream_has_a_place(site):
    request = await opened(site, "stream=board&stream=other:x")
    events = [await request.event() for _ in range(5)]
    with_id = [event for event in events if "id" in event]
    assert events[0]["event"] == "hello" and events[1]["event"] == "snapshot"
    assert "id" not in events[1]
    for event in with_id:
        assert [part.partition("@")[0] for part in event["id"].split(",")] == ["board", "other:x"]
    assert with_id
    await request.leave()


async def test_a_last_event_id_overrides_only_the_cursors_of_the_streams_it_names(site):
    first = await opened(site, "stream=board")
    start = (await first.event(), await first.event())[1]["data"]["cursor"]
    await say("a", "b")
    ids: dict[str, str] = {}
    while "b" not in ids:
        event = await first.event()
        ids[event["data"].get("key")] = event.get("id", "")
    at_a = ids["a"]
    await first.leave()
    last = f"{at_a},other:z@7-0123456789abcdef"
    request = await opened(site, f"stream=board@{start}&stream=other:x", last_event_id=last)
    frames = [(await request.event())["data"] for _ in range(5)]
    of_board = [frame for frame in frames if frame.get("stream") == "board"]
    assert [frame.get("key") for frame in of_board] == ["b", None]
    of_other = [frame["type"] for frame in frames if frame.get("stream") == "other:x"]
    assert of_other == ["snapshot", "live"]
    await request.leave()


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("stream=nowhere", 404, 4404),
        ("stream=other:none", 404, 4404),
        ("stream=No+Name", 400, 4400),
        ("", 400, 4400),
        ("stream=secret", 401, 4401),
    ],
)
@pytest.mark.parametrize("path", ["/live/sse", "/live/poll"])
async def test_a_refusal_is_a_status_with_the_reason_as_text(
    site, path, query, status, code, caplog
):
    request = Request(site, path, query)
    with caplog.at_level("INFO", logger="stoppress"):
        body = await request.body()
    assert request.status == status and f'"code": {code}'.encode() in body
    assert len(caplog.records) == 1


@pytest.mark.parametrize("path", ["/live/sse", "/live/poll"])
async def test_a_page_of_another_site_and_another_method_are_refused(site, path):
    foreign = Request(site, path, "stream=board", origin="https://evil.example")
    await foreign.body()
    assert foreign.status == 403
    other = Request(site, path, "stream=board")
    other.application.scope["method"] = "POST"
    await other.body()
    assert (other.status, other.headers["allow"]) == (405, "GET")


async def test_goodbye_ends_the_answer_with_a_retry_time(site):
    request = await opened(site, "stream=board")
    for _ in range(3):
        await request.event()
    await running_hub().farewell.say("restart", 8)
    goodbye = await request.event()
    assert goodbye["event"] == "goodbye" and 500 <= int(goodbye["retry"]) <= 8000
    assert await request.part() is None
    await request.application.wait(10)
    refused = Request(site, "/live/sse", "stream=board")
    await refused.body()
    assert (refused.status, refused.headers["retry-after"]) == (503, "1")


async def test_a_reader_that_leaves_is_forgotten(site):
    request = await opened(site, "stream=board")
    await request.event()
    assert len(running_hub().connections) == 1
    await request.leave()
    await until(lambda: not running_hub().connections)


async def test_a_snapshot_that_fails_ends_the_answer(site):
    live.stream("broken", public=True)(lambda limit: 1 / 0)
    try:
        request = await opened(site, "stream=broken")
        assert (await request.event())["event"] == "hello"
        assert await request.part() is None
        await request.application.wait(10)
    finally:
        registry.unregister("broken")


async def test_a_reader_with_too_many_connections_gets_a_retry_time(site, settings):
    settings.STOPPRESS_LIVE = {"MAX_READERS_PER_ADDRESS": 1}
    first = await opened(site, "stream=board")
    second = Request(site, "/live/sse", "stream=board")
    await second.body()
    assert second.status == 429 and int(second.headers["retry-after"]) >= 1
    await first.leave()
    third = await opened(site, "stream=board")
    await third.leave()


async def test_a_server_that_leaves_at_once_cuts_its_answers_without_an_error(site):
    request = await opened(site, "stream=board")
    for _ in range(3):
        await request.event()
    leaving = asyncio.create_task(running_hub().farewell.say("restart", 8, 8))
    await until(lambda: running_hub().farewell.begun)
    request.application.future.cancel()
    await request.application.wait(10)
    assert request.application.future.exception() is None
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)


async def test_any_other_cancellation_is_passed_on_after_a_goodbye(site):
    request = await opened(site, "stream=board")
    for _ in range(3):
        await request.event()
    serving = request.application.future
    serving.cancel()
    goodbye = await request.event()
    assert goodbye["data"] == {"type": "goodbye", "reason": "restart", "within": 0.5}
    await asyncio.wait({serving}, timeout=10)
    assert serving.cancelled() and not running_hub().connections


def test_a_replay_beyond_the_allowance_ends_with_a_retry_time():
    framing = SseFraming({"board": None}, dict)
    assert framing.end(too_much_replayed(2.5))["body"] == b"retry: 2500\n"
    assert framing.end(too_slow())["body"] == b""


def test_an_id_has_the_cursors_that_were_brought_until_something_of_their_streams_is_sent():
    old, new = (parse_cursor(f"{number}-0123456789abcdef") for number in (1, 2))
    sent = {}
    framing = SseFraming({"board": str(old), "other:x": None, "other:y": "none\n"}, lambda: sent)
    event = b'{"type":"event","stream":"board"}'

    def place():
        found = re.search(rb"^id: (.*)$", framing.frame(event)["body"], re.MULTILINE)
        return found and found[1].decode()

    sent["other:x"] = new
    assert place() is None
    sent["other:y"] = new
    assert place() == f"board@{old},other:x@{new},other:y@{new}"
    sent["board"] = new
    assert place() == f"other:x@{new},other:y@{new},board@{new}"
    # It has to be sent anew: whoever would go on from what it was brought would be told twice.
    del sent["board"]
    assert place() is None


async def test_the_hello_of_a_reader_that_resumes_has_no_id(site):
    first = Request(site, "/live/sse", "stream=other:x")
    await first.start()
    [_, snapshot, _] = [await first.event() for _ in range(3)]
    await first.leave()
    cursor = snapshot["data"]["cursor"]
    again = Request(site, "/live/sse", f"stream=other:x@{cursor}")
    await again.start()
    assert "id" not in await again.event()
    assert (await again.event())["id"] == f"other:x@{cursor}"
    await again.leave()
