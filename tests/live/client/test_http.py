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


async def test_an_event_stream_that_ends_is_gone_on_with_from_the_cursor():
    acts = Acts(stream(HELLO, SNAPSHOT, event(2)), stream(HELLO, event(2), event(3)))
    assert await acts.frames("sse", 3) == [at(1), at(2), at(3)]
    assert [query for _, query in acts.asked] == [
        "stream=news&replay=all",
        f"stream=news@{at(2)}&replay=all",
    ]


async def test_a_lost_event_in_a_stream_makes_it_ask_again():
    acts = Acts(stream(HELLO, SNAPSHOT, event(3)), stream(HELLO, event(2), event(3)))
    assert await acts.frames("sse", 3) == [at(1), at(2), at(3)]


async def test_a_poll_asks_again_from_where_it_is():
    acts = Acts(answer(SNAPSHOT, event(2)), answer(event(3)))
    assert await acts.frames("poll", 3) == [at(1), at(2), at(3)]
    assert acts.asked[1] == ("poll", f"stream=news@{at(2)}&replay=all")


async def test_a_poll_that_says_another_cursor_than_it_gave_is_asked_again():
    acts = Acts(answer(SNAPSHOT, cursor=at(5)), answer(event(2)))
    assert await acts.frames("poll", 2) == [at(1), at(2)]


async def test_a_poll_waits_as_long_as_it_is_told(waits):
    acts = Acts(answer(SNAPSHOT, after=7), answer(event(2)))
    await acts.frames("poll", 2)
    assert 7 in waits


async def test_a_poll_at_the_same_place_offers_its_tag_and_takes_no_news_for_an_answer():
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
async def test_a_refusal_for_good_ends_it_in_words(transport, status):
    with pytest.raises(Refused, match=f"there is none .{status}."):
        await Acts(refuse(status, "there is none")).frames(transport, 1)


@pytest.mark.parametrize("transport, good", [("sse", stream), ("poll", answer)])
@pytest.mark.parametrize("status", [429, 503])
async def test_it_does_not_come_back_before_it_may(transport, good, status, waits):
    acts = Acts(refuse(status, "busy", Retry_After="9"), good(SNAPSHOT))
    assert await acts.frames(transport, 1) == [at(1)]
    assert waits[0] == 9


async def test_what_is_no_event_stream_is_not_read_as_one():
    acts = Acts(answer(SNAPSHOT), stream(HELLO, SNAPSHOT))
    assert await acts.frames("sse", 1) == [at(1)]


async def test_it_changes_transport_in_mid_stream_with_its_cursor():
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


async def test_free_to_choose_it_goes_on_by_what_is_left(monkeypatch):
    monkeypatch.setattr(follower, "FIRST_FRAME_SECONDS", 2.0)

    async def hold_back(request):
        await asyncio.sleep(30)  # longer than it waits for a first frame

    blocked = refuse(403)
    acts = Acts(blocked, blocked, hold_back, answer(SNAPSHOT))
    assert await acts.frames("auto", 1) == [at(1)]
    assert [transport for transport, _ in acts.asked] == ["ws", "ws", "sse", "poll"]


async def test_free_to_choose_it_stays_where_it_was_told_to_wait():
    wait = refuse(429)
    acts = Acts(wait, wait, wait, refuse(403), refuse(403), stream(HELLO, SNAPSHOT))
    assert await acts.frames("auto", 1) == [at(1)]
    assert [transport for transport, _ in acts.asked] == ["ws"] * 5 + ["sse"]


async def test_over_http_alone_it_goes_by_the_sessions_of_the_caller(waits):
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


async def test_free_to_choose_it_believes_the_last_refusal():
    with pytest.raises(Refused):
        await Acts(refuse(404)).frames("auto", 1)


def test_a_transport_that_is_none_is_refused_in_words():
    with pytest.raises(ValueError, match="'pigeon' is not a transport"):
        Follower("http://127.0.0.1/", {"news": None}, transport="pigeon")
