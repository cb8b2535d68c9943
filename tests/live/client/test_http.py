"""The client's SSE and poll, against a server that plays what it is told."""

import asyncio
from contextlib import aclosing, asynccontextmanager

import pytest

from stoppress.live.client import Refused, follower, http, poll
from stoppress.live.client.follower import Follower
from tests.services.stand_in import StandIn

from .said import HELLO, SNAPSHOT, at, event
from .web import Acts, answer, refuse, stream


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(follower, "back_off", lambda failures: 0)  # no test waits


@pytest.fixture
def waits(monkeypatch):
    slept = []
    sleep = asyncio.sleep

    async def note(seconds, *rest):
        slept.append(seconds)
        await sleep(0, *rest)  # the turn that a wait gives, without its time

    without_time = StandIn(asyncio, sleep=note)
    for module in (follower, poll):
        monkeypatch.setattr(module, "asyncio", without_time)  # no test waits
    return slept


async def test_an_ended_event_stream_is_resumed_from_the_cursor():
    acts = Acts(stream(HELLO, SNAPSHOT, event(2)), stream(HELLO, event(2), event(3)))
    assert await acts.frames("sse", 3) == [at(1), at(2), at(3)]
    assert [query for _, query in acts.asked] == [
        "stream=news&replay=all",
        f"stream=news@{at(2)}&replay=all",
    ]


async def test_a_lost_event_in_a_stream_makes_the_client_reconnect():
    acts = Acts(stream(HELLO, SNAPSHOT, event(3)), stream(HELLO, event(2), event(3)))
    assert await acts.frames("sse", 3) == [at(1), at(2), at(3)]


async def test_a_poll_is_repeated_from_the_cursor():
    acts = Acts(answer(SNAPSHOT, event(2)), answer(event(3)))
    assert await acts.frames("poll", 3) == [at(1), at(2), at(3)]
    assert acts.asked[1] == ("poll", f"stream=news@{at(2)}&replay=all")


async def test_a_poll_with_an_unexpected_cursor_is_repeated():
    acts = Acts(answer(SNAPSHOT, cursor=at(5)), answer(event(2)))
    assert await acts.frames("poll", 2) == [at(1), at(2)]


async def test_a_poll_waits_as_long_as_the_server_asks(waits):
    acts = Acts(answer(SNAPSHOT, after=7), answer(event(2)))
    await acts.frames("poll", 2)
    assert 7 in waits


async def test_a_poll_at_the_same_cursor_sends_its_etag_and_accepts_304():
    async def unchanged(request):
        return await refuse(304)(request)

    acts = Acts(answer(SNAPSHOT), answer(etag='"x"', cursor=at(1)), unchanged, answer(event(2)))
    assert await acts.frames("poll", 2) == [at(1), at(2)]
    assert [headers.get("If-None-Match") for headers in acts.headers] == [None, None, '"x"', '"x"']


@pytest.mark.parametrize(
    ("transport", "acts"),
    [
        ("sse", Acts(stream(HELLO, SNAPSHOT), stream(HELLO, event(2)))),
        ("poll", Acts(answer(SNAPSHOT), answer(event(2)))),
    ],
)
async def test_each_request_has_the_token_of_its_moment_in_a_header(transport, acts):
    tokens = iter(["first", "second"])
    await acts.frames(transport, 2, token=lambda: next(tokens))
    told = [headers["Authorization"] for headers in acts.headers[:2]]
    assert told == ["Bearer first", "Bearer second"]
    assert not any("first" in query for _, query in acts.asked)


@pytest.mark.parametrize("transport", ["sse", "poll"])
@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_permanent_refusal_ends_the_client_with_a_message(transport, status):
    with pytest.raises(Refused, match=f"there is none .{status}."):
        await Acts(refuse(status, "there is none")).frames(transport, 1)


@pytest.mark.parametrize("transport, good", [("sse", stream), ("poll", answer)])
@pytest.mark.parametrize("status", [429, 503])
async def test_the_client_respects_the_wait_of_the_server(transport, good, status, waits):
    acts = Acts(refuse(status, "busy", Retry_After="9"), good(SNAPSHOT))
    assert await acts.frames(transport, 1) == [at(1)]
    assert waits[0] == 9


async def test_an_answer_of_another_type_is_not_read_as_event_stream():
    acts = Acts(answer(SNAPSHOT), stream(HELLO, SNAPSHOT))
    assert await acts.frames("sse", 1) == [at(1)]


async def test_the_client_changes_transport_in_mid_stream_with_its_cursor():
    acts = Acts(stream(HELLO, SNAPSHOT, event(2)), answer(event(3)), stream(HELLO, event(4)))
    async with acts.site() as url:
        follower = Follower(url, {"news": None}, transport="sse")
        found = []
        async with aclosing(follower.frames()) as frames:
            async for frame in frames:
                found.append(frame["cursor"])
                if len(found) == 2:
                    follower.change_transport("poll")
                if len(found) == 3:
                    follower.change_transport("sse")
                if len(found) == 4:
                    break
    assert found == [at(1), at(2), at(3), at(4)]
    assert [transport for transport, _ in acts.asked] == ["sse", "poll", "sse"]
    assert acts.asked[1][1] == f"stream=news@{at(2)}&replay=all"


async def test_with_automatic_choice_the_client_uses_a_transport_that_still_works(monkeypatch):
    monkeypatch.setattr(follower, "FIRST_FRAME_SECONDS", 2.0)

    async def hold_back(request):
        await asyncio.sleep(30)  # longer than it waits for a first frame

    blocked = refuse(403)
    acts = Acts(blocked, blocked, hold_back, answer(SNAPSHOT))
    assert await acts.frames("auto", 1) == [at(1)]
    assert [transport for transport, _ in acts.asked] == ["ws", "ws", "sse", "poll"]


async def test_with_automatic_choice_the_client_keeps_the_transport_that_asked_it_to_wait():
    wait = refuse(429)
    acts = Acts(wait, wait, wait, refuse(403), refuse(403), stream(HELLO, SNAPSHOT))
    assert await acts.frames("auto", 1) == [at(1)]
    assert [transport for transport, _ in acts.asked] == ["ws"] * 5 + ["sse"]


async def test_each_http_request_uses_a_session_of_the_caller(waits):
    opened = []

    @asynccontextmanager
    async def open_session():
        opened.append("session")
        async with http.session() as made:
            yield made

    acts = Acts(refuse(404), refuse(404), answer(SNAPSHOT))
    assert await acts.frames("http", 1, open_session=open_session) == [at(1)]
    assert [transport for transport, _ in acts.asked] == ["sse", "sse", "poll"]
    assert len(opened) == 3


async def test_with_automatic_choice_the_last_refusal_counts():
    with pytest.raises(Refused):
        await Acts(refuse(404)).frames("auto", 1)


def test_an_unknown_transport_is_refused_with_a_message():
    with pytest.raises(ValueError, match="'pigeon' is not a transport"):
        Follower("http://127.0.0.1/", {"news": None}, transport="pigeon")
