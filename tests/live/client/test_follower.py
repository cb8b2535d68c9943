import asyncio
import json
import random
from contextlib import aclosing, asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.asyncio.server import serve

from stoppress.live.client import Follower, Refused, back_off, follower
from stoppress.live.client.wire import Ended
from tests.services.stand_in import StandIn

from .said import HELLO, SNAPSHOT, at, event


class Script:
    """A server that plays one act a connection: frames to send, then a close code or silence."""

    def __init__(self, *acts):
        self.acts, self.asked, self.closed, self.headers = list(acts), [], [], []

    async def play(self, connection):
        self.asked.append(parse_qs(urlsplit(connection.request.path).query))
        self.headers.append(connection.request.headers)
        frames, code, reason = self.acts.pop(0) if self.acts else ([HELLO], None, "")
        for frame in frames:
            await connection.send(json.dumps(frame))
        if code is not None:
            await connection.close(code, reason)
        await connection.wait_closed()
        self.closed.append(connection.close_code)

    async def frames(self, count, cursor=None, **options):
        async with serve(self.play, "127.0.0.1", 0, subprotocols=["stoppress.v1"]) as server:
            port = server.sockets[0].getsockname()[1]
            follower = Follower(f"http://127.0.0.1:{port}/", {"news": cursor}, **options)
            found = []
            async with asyncio.timeout(20), aclosing(follower.frames()) as frames:
                async for frame in frames:
                    found.append(frame["cursor"])
                    if len(found) == count:
                        return found


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    waits = []

    def note(failures):
        waits.append(failures)
        return 0

    monkeypatch.setattr(follower, "back_off", note)  # no test waits; shown at the end
    return waits


async def test_the_follower_asks_for_full_replay_and_yields_new_frames():
    script = Script(([HELLO, SNAPSHOT, event(2), event(3)], None, ""))
    assert await script.frames(3) == [at(1), at(2), at(3)]
    assert script.asked == [{"stream": ["news"], "replay": ["all"]}]


async def test_the_follower_resumes_after_a_cut_and_drops_known_events():
    script = Script(
        ([HELLO, SNAPSHOT, event(2)], 1011, ""), ([HELLO, event(2), event(3)], None, "")
    )
    assert await script.frames(3) == [at(1), at(2), at(3)]
    assert script.asked[1]["stream"] == [f"news@{at(2)}"]


async def test_a_token_is_sent_in_a_header_of_the_handshake():
    script = Script(([HELLO, SNAPSHOT], None, ""))
    await script.frames(1, token="abc")
    assert script.headers[0]["Authorization"] == "Bearer abc"
    without = Script(([HELLO, SNAPSHOT], None, ""))
    await without.frames(1)
    assert "Authorization" not in without.headers[0]


async def test_an_expired_token_is_replaced_or_ends_the_follower():
    tokens = ["old", "new"]
    script = Script(([HELLO, SNAPSHOT], 4401, "sign in"), ([HELLO, event(2)], None, ""))
    await script.frames(2, token=lambda: tokens[min(len(script.headers), 1)])
    assert [each["Authorization"] for each in script.headers] == ["Bearer old", "Bearer new"]
    for token in ("old", lambda: "old"):
        with pytest.raises(Refused):
            await Script(([HELLO, SNAPSHOT], 4401, "sign in")).frames(2, token=token)


async def test_a_lost_event_makes_the_follower_resume_from_its_cursor(no_waiting):
    script = Script(([HELLO, SNAPSHOT, event(3)], None, ""), ([HELLO, event(2)], None, ""))
    assert await script.frames(2) == [at(1), at(2)]
    assert script.asked[1]["stream"] == [f"news@{at(1)}"]
    assert script.closed[0] == 4000
    assert no_waiting == [0]


async def test_an_event_of_another_history_makes_the_follower_resubscribe():
    script = Script(
        ([HELLO, SNAPSHOT, event(2, after=at(1, "b"), link="b")], None, ""),
        ([HELLO, {**SNAPSHOT, "cursor": at(2, "b")}], None, ""),
    )
    assert await script.frames(2) == [at(1), at(2, "b")]


async def test_a_heartbeat_at_another_cursor_makes_the_follower_resubscribe():
    heartbeat = {"type": "heartbeat", "cursors": {"news": at(5)}}
    script = Script(([HELLO, SNAPSHOT, heartbeat], None, ""), ([HELLO, event(2)], None, ""))
    assert await script.frames(2) == [at(1), at(2)]
    assert script.closed[0] == 4000


async def test_a_heartbeat_before_the_snapshot_is_no_fault():
    early = {"type": "heartbeat", "cursors": {}}
    script = Script(([HELLO, early, {**SNAPSHOT, "reason": "fork"}], None, ""))
    assert await script.frames(1, cursor=at(9)) == [at(1)]
    assert len(script.asked) == 1


async def test_unknown_frames_and_fields_are_ignored():
    odd = [{"type": "weather", "rain": True}, {**event(2), "colour": "red"}]
    assert await Script(([HELLO, SNAPSHOT, *odd], None, "")).frames(2) == [at(1), at(2)]


async def test_the_follower_starts_at_the_given_cursor():
    script = Script(([HELLO, event(8)], None, ""))
    assert await script.frames(1, cursor=at(7)) == [at(8)]
    assert script.asked[0]["stream"] == [f"news@{at(7)}"]


@pytest.mark.parametrize("code", [4400, 4401, 4403, 4404, 4409])
async def test_a_permanent_refusal_ends_the_follower_with_a_message(code):
    with pytest.raises(Refused, match=f"there is no such stream .{code}."):
        await Script(([HELLO], code, "there is no such stream")).frames(1)


@pytest.mark.parametrize(("named", "kept"), [(7, 7), (10**400, 300)])
async def test_the_follower_reconnects_within_the_window_after_goodbye(monkeypatch, named, kept):
    asked = []
    chance = StandIn(random, uniform=lambda low, high: asked.append(high) or 0)
    monkeypatch.setattr(follower, "random", chance)  # no test waits
    goodbye = {"type": "goodbye", "reason": "restart", "within": named}
    script = Script(([HELLO, SNAPSHOT, goodbye], 1012, ""), ([HELLO, event(2)], None, ""))
    assert await script.frames(2) == [at(1), at(2)]
    assert asked == [kept]


@pytest.mark.parametrize(
    "refused",
    [
        Ended(429, "too many", 1e12),
        Ended(503, "draining", float("inf")),
        Ended(4429, "ask again in 999999999999 s"),
    ],
)
async def test_a_server_can_delay_the_follower_by_at_most_five_minutes(monkeypatch, refused):
    waits: asyncio.Queue[float] = asyncio.Queue()

    @asynccontextmanager
    async def refuse(*asked):
        raise refused
        yield

    async def note(seconds):
        waits.put_nowait(seconds)
        await asyncio.Event().wait()

    monkeypatch.setitem(follower.TRANSPORTS, "poll", refuse)
    monkeypatch.setattr(follower, "asyncio", StandIn(asyncio, sleep=note))  # no test waits
    follows = Follower("http://127.0.0.1:9/", {"news": None}, transport="poll")
    async with aclosing(follows.frames()) as frames:
        reading = asyncio.ensure_future(anext(frames))
        assert await waits.get() == 300.0
        reading.cancel()
        await asyncio.wait([reading])


async def test_a_server_that_is_silent_for_too_long_is_left(monkeypatch):
    monkeypatch.setattr(follower, "HEARTBEAT_GRACE", 0.1)
    quiet = {**HELLO, "heartbeat": 0}
    # Its grace counts for what it opens next too: a busy machine may need several tries.
    again = [([HELLO, event(2)], None, "")] * 50
    script = Script(([HELLO, SNAPSHOT, quiet], None, ""), *again)
    assert await script.frames(2) == [at(1), at(2)]
    assert len(script.asked) >= 2


@pytest.mark.parametrize("url", ["", "news.example", "ftp://news.example/", "http://"])
def test_an_invalid_address_is_refused_with_a_message(url):
    with pytest.raises(ValueError, match="address of a site"):
        Follower(url, {"news": None})


def test_the_back_off_is_random_up_to_twenty_seconds():
    waits = [back_off(failures) for failures in range(40) for _ in range(50)]
    assert min(waits) >= 0 and max(waits) <= 20
    assert back_off(10_000) <= 20
    assert max(back_off(0) for _ in range(100)) <= 0.5
    assert len({round(wait, 3) for wait in waits[-500:]}) > 300
