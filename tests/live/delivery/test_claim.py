"""What a reader says of its page counts as far as this server has sent it, and no further."""

import json
import math

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from stoppress.live import metrics
from stoppress.live.delivery.beat import Beat
from stoppress.live.delivery.claim import MALFORMED, NOT_SENT, UNASKED, UNTIMELY, judge
from stoppress.live.hub.hub import running_hub, stop_hub
from stoppress.live.log.trimming import trim_streams
from stoppress.live.protocol.applied import Applied
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.query import Ask
from stoppress.live.readers.visit import Visit
from tests.live.asking import counted, until
from tests.live.hub.log_changes import rewrite
from tests.live.reader import ListSink, say

from .test_connection import also
from .test_open_stream import come, stream_of

FORGED = "3-0123456789abcdef"
INTERVAL = 500.0


@pytest.fixture
async def hub(settings, transactional_db, board):
    """Run a hub that hardly sends a heartbeat by itself: the tests count those that they send."""
    settings.STOPPRESS_LIVE = {"HEARTBEAT": INTERVAL}
    yield running_hub()
    await stop_hub()


class Reader:
    """A reader of the stream `board`, and the heartbeats that it is sent."""

    def __init__(self, hub):
        self.hub = hub
        self.visit = Visit({"type": "websocket", "headers": []}, "ws")
        self.visit.hub = hub
        self.sink = ListSink()

    async def join(self, *streams, wait=3):
        await self.visit.join(Ask(dict.fromkeys(streams or ("board",)), False), self.sink)
        await self.until(wait)
        return self

    async def until(self, frames):
        await until(lambda: len(self.sink.frames) >= frames)

    def beat(self):
        """Be sent a heartbeat, and return what it says."""
        self.hub.timekeeper._beat(self.visit.connection, timezone.now(), {})
        return self.sink.frames[-1]["cursors"]

    async def says(self, cursors, delay=0):
        message = {"type": "applied", "cursors": cursors, "delay_ms": delay}
        self.visit.message_received(json.dumps(message))
        await until(lambda: not self.visit._looking_up)


class Counts:
    """What has been counted since."""

    def __init__(self):
        self.before = self._now()

    def _now(self):
        kinds = (MALFORMED, UNASKED, NOT_SENT, UNTIMELY, "crossed")
        refused = {kind: counted(metrics.CLAIMS_REFUSED, kind) for kind in kinds}
        return refused | {
            "rung": counted(metrics.DIVERGENCES),
            "seconds": metrics.PUBLISH_TO_PAGE._sum.get(),
        }

    def found(self):
        now = self._now()
        changed = {name: now[name] - was for name, was in self.before.items()}
        return {name: round(more, 2) for name, more in changed.items() if more}


@pytest.fixture
async def reader(hub):
    await say(*"abc")
    return await Reader(hub).join()


async def test_an_honest_answer_counts_with_its_delay(reader):
    counts = Counts()
    await reader.says(reader.beat(), 250)
    assert counts.found() == {"seconds": 0.25}


async def test_a_delay_counts_once_for_each_heartbeat_and_never_before_the_first(reader):
    counts = Counts()
    await reader.says({}, 600_000)
    told = reader.beat()
    for _ in range(5):
        await reader.says(told, 250)
    assert counts.found() == {"seconds": 0.25, UNTIMELY: 5}


async def test_a_delay_counts_at_most_the_time_since_the_heartbeat(reader):
    counts = Counts()
    await reader.says(reader.beat(), 600_000)
    found = counts.found()
    assert found.keys() == {"seconds"} and INTERVAL <= found["seconds"] < INTERVAL + 5


@pytest.mark.parametrize(
    ("cursors", "kind"),
    [
        ({"board": FORGED}, NOT_SENT),
        ({"board": "9-0123456789abcdef"}, NOT_SENT),
        ({"board": "0-0123456789abcdef"}, NOT_SENT),
        ({"other:x": FORGED}, UNASKED),
        ({"nothing": FORGED}, UNASKED),
        ({"board": "rubbish"}, MALFORMED),
        ({"board": 7}, MALFORMED),
    ],
)
async def test_a_cursor_that_was_never_sent_raises_no_alarm(reader, cursors, kind):
    reader.beat()
    counts = Counts()
    await reader.says(cursors, 5000)
    assert counts.found() == {kind: 1}


async def test_a_strangers_cursor_reads_nothing_of_the_database(reader):
    reader.beat()
    before = counted(metrics.READS, "check"), counted(metrics.READS, "look")
    for number in range(50):
        await reader.says({"board": f"1-{number:016x}"})
    assert (counted(metrics.READS, "check"), counted(metrics.READS, "look")) == before


async def test_a_cursor_of_another_connection_raises_no_alarm(reader, hub):
    old = reader.beat()
    await sync_to_async(rewrite)()
    await reader.until(5)
    newcomer = await Reader(hub).join()
    newcomer.beat()
    counts = Counts()
    await newcomer.says(old)
    assert counts.found() == {NOT_SENT: 1}


async def test_a_cursor_that_was_trimmed_since_raises_no_alarm(reader):
    told = reader.beat()
    await say(*"defg")
    await reader.until(8)

    await sync_to_async(trim_streams)(timezone.now(), keep_events=0, keep_hours=0)
    await reader.hub.watch.look()
    counts = Counts()
    await reader.says(told)
    assert counts.found() == {}


async def test_an_answer_that_crossed_the_snapshot_raises_no_alarm(reader):
    told = reader.beat()
    await sync_to_async(rewrite)()
    await reader.until(5)
    reader.beat()
    counts = Counts()
    await reader.says(told)
    assert counts.found() == {"crossed": 1}
    await reader.says(reader.sink.frames[-1]["cursors"])
    assert counts.found() == {"crossed": 1}


async def test_a_page_with_rewritten_history_raises_one_alarm(reader, caplog):
    told = reader.beat()
    await reader.says(told)
    await sync_to_async(rewrite)()
    await reader.until(5)
    counts = Counts()
    for _ in range(3):
        reader.beat()
        await reader.says(told)
    assert counts.found() == {"rung": 1}
    assert len([record for record in caplog.records if "not in the log" in record.message]) == 1


async def test_a_repeated_answer_without_a_heartbeat_raises_the_alarm_too(reader):
    told = reader.beat()
    await reader.says(told)
    await sync_to_async(rewrite)()
    await reader.until(5)
    counts = Counts()
    await reader.says(told)
    assert counts.found() == {"rung": 1, UNTIMELY: 1}


async def test_a_late_answer_is_matched_with_its_heartbeat(reader):
    first = reader.beat()
    await say("d")
    await reader.until(5)
    second = reader.beat()
    counts = Counts()
    await reader.says(first, 100)
    await reader.says(second, 100)
    await reader.says(second, 100)
    assert counts.found() == {"seconds": 0.2, UNTIMELY: 1}


async def test_a_reader_that_skips_heartbeats_is_still_understood(reader):
    for key in "defg":
        before = len(reader.sink.frames)
        await say(key)
        await reader.until(before + 1)
        told = reader.beat()
    counts = Counts()
    await reader.says(told, 100)
    await reader.says(told, 100)
    assert counts.found() == {"seconds": 0.1, UNTIMELY: 1}


async def test_heartbeats_of_a_row_belong_to_the_readers_seated_at_the_time(hub):
    await say("a")
    one = await Reader(hub).join()
    stream = hub.streams["board"]
    subscription = one.visit.connection.subscriptions[0]
    cursor = subscription.cursor
    told = {"board": cursor}
    one.beat()
    stream.audience.seat(subscription, 0)
    row = subscription.row
    row.beat(Beat(hub.now(), told))
    row.beat(Beat(hub.now(), told))
    assert one.visit.connection.count_beats() == 3
    late = await Reader(hub).join()
    stream.audience.seat(late.visit.connection.subscriptions[0], 0)
    assert late.visit.connection.subscriptions[0].row is row
    assert late.visit.connection.last_beats() == () and late.visit.connection.count_beats() == 0
    row.beat(last := Beat(hub.now(), told))
    assert late.visit.connection.last_beats() == (last,)
    assert one.visit.connection.count_beats() == 4
    for each in (one, late):
        beats = each.visit.connection.last_beats()
        count = each.visit.connection.count_beats()
        each.visit.connection.leave_rows()
        assert each.visit.connection.last_beats() == beats
        assert each.visit.connection.count_beats() == count


async def test_a_reader_of_two_streams_may_answer_for_both_or_one(hub):
    await say("a")
    reader = await Reader(hub).join("board", "other:x", wait=5)
    told = reader.beat()
    assert len(told) == 2
    counts = Counts()
    await reader.says(told, 100)
    reader.beat()
    await reader.says({"board": told["board"]}, 100)
    assert counts.found() == {"seconds": 0.2}
    reader.beat()
    await reader.says(told | {"board": FORGED}, 100)
    assert counts.found() == {"seconds": 0.2, NOT_SENT: 1}


# What is judged, without a hub


def at(number):
    return Cursor(number, f"{number:016x}")


def told(*numbers, streams=("board",)):
    """Return the connection of a reader of some streams, who was told so many heartbeats."""
    subscription = come(stream_of("a"), at(9))
    for name in streams[1:]:
        also(subscription, stream_of("a", name=name), at(9))
    for number in numbers:
        cursors = dict.fromkeys(streams, at(number))
        subscription.connection.beat(b'{"type":"heartbeat"}', Beat(float(number), cursors))
    return subscription.connection


def answer(**cursors):
    return Applied({name: at(number) for name, number in cursors.items()}, 0)


def found(claim):
    """Return which heartbeat is answered, after how many answers, and what is refused."""
    return claim.beat and claim.beat.at, claim.answers, set(claim.refused)


def test_heartbeats_are_answered_in_order_each_once():
    connection = told(1, 2)
    assert found(judge(answer(board=1), connection, 0)) == (1, 1, set())
    assert found(judge(answer(board=2), connection, 1)) == (2, 2, set())
    assert found(judge(answer(board=2), connection, 2)) == (None, 2, {UNTIMELY})
    assert found(judge(answer(board=2), connection, 3)) == (None, 3, {UNTIMELY})


def test_an_answer_that_fits_only_the_last_heartbeat_answers_it():
    assert found(judge(answer(board=2), told(1, 2), 0)) == (2, 2, set())
    assert found(judge(answer(board=5), told(1, 2, 3, 4, 5), 0)) == (5, 5, set())


def test_an_answer_that_fits_two_heartbeats_answers_the_one_that_is_due():
    connection = told(1, 1)
    assert judge(answer(board=1), connection, 0).answers == 1
    assert judge(answer(), connection, 0).answers == 1


def test_some_cursors_of_a_heartbeat_answer_it_and_a_mix_of_two_does_not():
    connection = told(1, 2, streams=("board", "other"))
    for said in (answer(board=2), answer(other=2), answer(board=2, other=2)):
        assert found(judge(said, connection, 0)) == (2, 2, set())
    # One cursor of each: it is to neither, and counts as to the first.
    assert found(judge(answer(board=1, other=2), connection, 0)) == (1, 1, set())


def test_a_forgotten_heartbeat_is_answered_without_its_time():
    connection = told(1, 2, 3)
    claim = judge(answer(board=9), connection, 0)
    assert found(claim) == (None, 1, set())
    assert claim.told_at == -math.inf
    assert found(judge(answer(board=9), connection, 1)) == (2, 2, set())


def test_an_answer_without_a_heartbeat_counts_after_everything_sent():
    claim = judge(answer(board=9), told(), 0)
    assert found(claim) == (None, 0, {UNTIMELY}) and claim.told_at == math.inf
    assert judge(answer(board=1), told(1), 0).told_at == 1.0


def test_only_the_current_cursor_and_those_of_the_last_heartbeats_count():
    connection = told(1, 2, 3)
    for number in (2, 3, 9):
        claim = judge(answer(board=number), connection, 0)
        assert claim.sent == {"board": at(number)} and not claim.refused
    for number in (1, 4):
        claim = judge(answer(board=number), connection, 0)
        assert claim.sent == {} and claim.refused == {NOT_SENT}


def test_each_cursor_is_judged_separately():
    connection = told(1, streams=("board", "other"))
    said = Applied({"nobody": at(1), "board": at(7), "other": at(1)}, 0, unreadable=True)
    claim = judge(said, connection, 0)
    assert claim.sent == {"other": at(1)}
    assert claim.refused == {MALFORMED, UNASKED, NOT_SENT}
    assert judge(answer(other=1), connection, 0).refused == set()
