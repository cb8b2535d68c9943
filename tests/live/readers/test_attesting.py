import json

import pytest
from asgiref.sync import sync_to_async

from stoppress.live import metrics
from stoppress.live.protocol.applied import read_applied
from stoppress.live.readers.attesting import attest, observe
from tests.live.asking import counted
from tests.live.hub.log_changes import rewrite
from tests.live.reader import Reader, say


def told(cursor, delay=0, stream="board"):
    return answer_with(cursors={stream: cursor}, delay_ms=delay)


def answer_with(**message):
    return read_applied(json.dumps({"type": "applied"} | message))


async def check(hub, cursor):
    before = counted(metrics.DIVERGENCES)
    await attest(hub, told(cursor), {"board"}, "192.0.2.1")
    return counted(metrics.DIVERGENCES) - before


async def test_a_page_at_a_cursor_of_the_log_is_no_divergence(hub):
    reader = await Reader(hub).join("board")
    first = reader.cursor()
    await say("a")
    await reader.until(1)
    assert await check(hub, first) == 0
    assert await check(hub, reader.cursor()) == 0


async def test_a_page_at_an_unknown_cursor_is_counted_as_divergence(hub, caplog):
    reader = await Reader(hub).join("board")
    await say("a")
    await reader.until(1)
    assert await check(hub, "1-0123456789abcdef") == 1
    assert await check(hub, "7-0123456789abcdef") == 1
    assert "192.0.2.1" in caplog.text


async def test_a_page_older_than_memory_is_looked_up(hub):
    reader = await Reader(hub).join("board")
    await say(*"abc")
    await reader.until(3)
    second = str(hub.streams["board"].ring.after(1).cursor)
    hub.streams["board"].ring.shrink(0)
    assert await check(hub, second) == 0
    assert await check(hub, "2-0123456789abcdef") == 1


async def test_an_answer_that_crossed_a_forks_snapshot_is_no_divergence(hub):
    reader = await Reader(hub).join("board")
    await say(*"abc")
    await reader.until(3)
    old = reader.cursor()
    await sync_to_async(rewrite)()
    await reader.until(2, "snapshot")
    assert await check(hub, old) == 0


async def test_answers_about_other_streams_are_ignored(hub):
    await Reader(hub).join("board")
    answer = answer_with(cursors={"other:x": "9-0123456789abcdef"})
    before = counted(metrics.DIVERGENCES)
    await attest(hub, answer, {"board"}, "192.0.2.1")
    assert counted(metrics.DIVERGENCES) == before


def test_a_delay_is_observed_in_seconds():
    before = metrics.PUBLISH_TO_PAGE._sum.get()
    observe(told("0-0123456789abcdef", delay=250))
    assert metrics.PUBLISH_TO_PAGE._sum.get() == pytest.approx(before + 0.25)
