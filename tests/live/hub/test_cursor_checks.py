import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from stoppress import live
from stoppress.live import metrics
from stoppress.live.database import log_database
from stoppress.live.hub import cursor_checks, queries
from stoppress.live.hub.cursor_checks import LOOKS_APART
from stoppress.live.log.history import read_head
from stoppress.live.models import LoggedEvent
from stoppress.live.protocol.cursor import Cursor
from tests.live.asking import counted, until
from tests.live.conftest import put
from tests.live.reader import Reader, say

from .log_changes import trim

NAMES = [f"other:{letter}" for letter in "abcdefghijklmno"]


def forged(position, number=0):
    return f"{position}-{number:016x}"


def read(kind):
    return counted(metrics.READS, kind)


@pytest.fixture
async def quiet(hub, settings):
    """A hub that looks when it is asked to, and has all streams in its memory."""
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 60, "RELAY_POLL": 60, "RING_EVENTS": 2}
    hub.watch.abandon()
    await sync_to_async(_write)()
    for name in ["board", *NAMES]:
        await hub.stream(name)
    await hub.watch.look()
    return hub


def _write():
    with live.atomic():
        for name in ["board", *NAMES]:
            for key in ("a", "b", "c"):
                put(key, stream=name)


@pytest.mark.parametrize(("position", "reason"), [(3, "fork"), (1000, "ahead")])
async def test_made_up_cursors_of_many_streams_cost_one_look(quiet, position, reason):
    looks = read("look")
    asks = {name: forged(position, number) for number, name in enumerate(["board", *NAMES])}
    reader = await Reader(quiet).join(**asks)
    assert [told["reason"] for told in reader.of("snapshot")] == [reason] * len(asks)
    assert read("look") == looks + 1


async def test_made_up_cursors_behind_the_rings_cost_one_read(quiet):
    for name in NAMES:
        quiet.streams[name].ring.shrink(1)
    looks, checks = read("look"), read("check")
    reader = await Reader(quiet).join(**{name: forged(1, n) for n, name in enumerate(NAMES)})
    assert [told["reason"] for told in reader.of("snapshot")] == ["fork"] * len(NAMES)
    assert (read("look"), read("check")) == (looks, checks + 1)


async def test_a_crowd_with_made_up_cursors_shares_looks(quiet):
    looks = read("look")
    crowd = [Reader(quiet).join(board=forged(3, number)) for number in range(100)]
    for reader in await asyncio.gather(*crowd):
        assert [told["reason"] for told in reader.of("snapshot")] == ["fork"]
    assert read("look") <= looks + 3


async def test_made_up_cursors_one_after_another_share_looks_at_the_log(quiet):
    looks, begun = read("look"), time.monotonic()
    for number in range(20):
        await Reader(quiet).join(board=forged(3, number))
    assert read("look") - looks <= (time.monotonic() - begun) / LOOKS_APART + 1


async def test_a_cursor_that_is_new_to_this_process_is_found_during_a_flood(quiet):
    over = False

    async def floods(number):
        while not over:
            await Reader(quiet).join(board=forged(1000, number))

    flood = [asyncio.create_task(floods(number)) for number in range(5)]
    for key in ("x", "y", "z"):
        await say(key)
        cursor = (await sync_to_async(read_head)("board")).cursor
        reader = await Reader(quiet).join(board=str(cursor))
        assert not reader.of("snapshot")
    over = True
    await asyncio.gather(*flood)


async def test_a_cursor_newer_by_more_events_than_one_look_reads_is_found(quiet, monkeypatch):
    monkeypatch.setattr("stoppress.live.hub.watch.PAGE_EVENTS", 2)
    await say(*"defghijk")
    cursor = (await sync_to_async(read_head)("board")).cursor
    reader = await Reader(quiet).join(board=str(cursor))
    assert not reader.of("snapshot")


async def test_a_position_far_ahead_is_answered_with_ahead_while_the_stream_grows(
    quiet, monkeypatch
):
    # Each look finds an event that came meanwhile: to look until none does would have no end.
    look = queries.look

    def grows(*arguments):
        put("more")
        connections[log_database()].close()  # the thread's own, which nobody else ends
        return look(*arguments)

    monkeypatch.setattr(queries, "look", grows)  # the real one is called
    looks = read("look")
    reader = await Reader(quiet).join(board=forged(10**17))
    assert reader.of("snapshot")[0]["reason"] == "ahead"
    # The snapshot that was read is newer than what was seen: that is looked after once too.
    assert read("look") <= looks + 2


async def test_a_failed_look_refuses_only_the_readers_that_waited_for_it(quiet, monkeypatch):
    def fails(*arguments):
        raise OSError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(queries, "look", fails)  # the database is away
        with pytest.raises(OSError):
            await Reader(quiet).join(board=forged(3))
    reader = await Reader(quiet).join(board=forged(3))
    assert reader.of("snapshot")[0]["reason"] == "fork"


async def test_a_reader_that_leaves_during_a_look_does_not_end_it_for_others(quiet, monkeypatch):
    monkeypatch.setattr(cursor_checks, "LOOKS_APART", 2.0)
    await Reader(quiet).join(board=forged(3))
    looks = read("look")
    leaves, stays = (asyncio.create_task(Reader(quiet).join(board=forged(3, n))) for n in (1, 2))
    await until(lambda: quiet._checks._next is not None)
    leaves.cancel()
    assert (await stays).of("snapshot")[0]["reason"] == "fork"
    assert read("look") == looks + 1


@pytest.mark.usefixtures("transactional_db", "board")
def test_the_log_gives_the_reason_why_a_cursor_cannot_be_resumed():
    for key in "abcde":
        put(key)
        put(key, stream="other:x")
    links = dict(LoggedEvent.objects.filter(stream="board").values_list("position", "link"))
    trim(2)
    other = LoggedEvent.objects.get(stream="other:x", position=3).link
    for position, link, reason in (
        (1, links[1], "trimmed"),
        (2, links[2], None),
        (2, links[3], "fork"),
        (3, links[3], None),
        (3, links[4], "fork"),
        (3, other, "fork"),
        (5, links[5], None),
        (6, links[5], "ahead"),
    ):
        brought = (("board", Cursor(position, link)), ("other:x", Cursor(3, other)))
        assert queries.check(brought) == {"board": reason, "other:x": None}
    fresh = read_head("other:new").cursor
    assert queries.check((("other:new", fresh),)) == {"other:new": None}
    assert queries.check((("other:new", Cursor(0, links[1])),)) == {"other:new": "fork"}


async def why_not(hub, cursor, full=False):
    checks = hub._checks
    return await checks.why_not(checks.begin(), hub.streams["board"], cursor, full)


async def test_the_link_is_checked_at_the_start_of_the_ring_too(quiet):
    looks, checks = read("look"), read("check")
    start = quiet.streams["board"].ring.start
    assert await why_not(quiet, start) is None
    assert (read("look"), read("check")) == (looks, checks), "it is in memory"
    assert await why_not(quiet, Cursor(start.position, "b" * 16)) == "fork"
    # History may have been rewritten since the last look.
    assert (read("look"), read("check")) == (looks + 1, checks)


async def test_a_cursor_is_behind_if_more_events_than_the_limit_are_missing(quiet, settings):
    ring = quiet.streams["board"].ring
    for limit, reasons in ((1, ["behind", "behind", None, None]), (3, [None] * 4)):
        settings.STOPPRESS_LIVE |= {"REPLAY_LIMIT": limit}
        cursors = [ring.start, *(ring.after(position).cursor for position in range(3))]
        assert [await why_not(quiet, cursor) for cursor in cursors] == reasons
        assert await why_not(quiet, ring.start, full=True) is None


async def test_a_check_is_read_once_and_again_after_history_was_rewritten(quiet):
    stream, checks = quiet.streams["board"], quiet._checks
    first = stream.ring.after(0).cursor
    stream.ring.shrink(1)
    count = read("check")
    findings = checks.begin()
    assert await checks.why_not(findings, stream, first, False) is None
    assert await checks.why_not(findings, stream, first, False) is None
    assert read("check") == count + 1
    assert findings.read == {("board", stream.generation): None}
    stream.generation += 1
    assert await checks.why_not(findings, stream, first, False) is None
    assert read("check") == count + 2
    assert await why_not(quiet, Cursor(1, "b" * 16)) == "fork"
    assert await why_not(quiet, Cursor(1, "b" * 16), full=True) == "fork"


async def test_looking_ends_with_a_look_that_finds_nothing(quiet):
    stream, looks = quiet.streams["board"], read("look")
    stream.more = True
    assert await why_not(quiet, Cursor(9, "b" * 16)) == "ahead"
    assert read("look") == looks + 2


async def test_cursors_in_memory_cost_no_read(quiet):
    stream, looks, checks = quiet.streams["board"], read("look"), read("check")
    findings = quiet._checks.begin()
    for cursor in (stream.ring.start, stream.ring.head):
        await quiet._checks.prepare(findings, {stream: cursor})
    assert (read("look"), read("check"), findings.read) == (looks, checks, {})
