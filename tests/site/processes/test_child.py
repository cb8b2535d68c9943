import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from stoppress.site.processes.child import Child


def open_files():
    return len(os.listdir("/proc/self/fd"))


def children():
    found = set()
    for path in Path("/proc/self/task").glob("*/children"):
        with suppress(FileNotFoundError):  # a thread that has ended meanwhile
            found |= {int(pid) for pid in path.read_text().split()}
    return found


async def start(module):
    return await Child.start(module, [], [], {}, 0)


async def test_a_child_that_cannot_be_started_leaves_no_file_open(monkeypatch):
    await (await start("this")).ended()  # what asyncio opens for its first child, it keeps
    before = open_files()
    monkeypatch.setattr(sys, "executable", "/not/there")  # the system's
    for _ in range(3):
        with pytest.raises(FileNotFoundError):
            await start("this")
    await asyncio.sleep(0)  # the turn in which what failed is let go
    assert open_files() <= before


async def test_a_child_that_ends_silently_is_not_ready():
    child = await start("not.a.module.at_all")
    assert not await child.ready(20)
    assert await child.ended() == 1 and child.has_ended()
    assert child.lived() == 0.0


async def test_no_process_is_left_when_its_start_is_cancelled():
    others = children()  # servers that other tests share
    for turns in range(6):
        starting = asyncio.create_task(start("not.a.module.at_all"))
        for _ in range(turns):
            await asyncio.sleep(0)  # one turn of the loop
        starting.cancel()
        [outcome] = await asyncio.gather(starting, return_exceptions=True)
        if isinstance(outcome, Child):
            await outcome.ended()
        async with asyncio.timeout(20):
            while children() - others:
                await asyncio.sleep(0.01)  # between two looks
