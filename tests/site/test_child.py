import asyncio
import os
import sys

import pytest

from stoppress.site.child import Child


def open_files():
    return len(os.listdir("/proc/self/fd"))


async def start(module):
    return await Child.start(module, [], [], {}, 0)


async def test_one_that_cannot_be_started_leaves_no_file_open(monkeypatch):
    await (await start("this")).ended()  # what asyncio opens for its first child, it keeps
    before = open_files()
    monkeypatch.setattr(sys, "executable", "/not/there")
    for _ in range(3):
        with pytest.raises(FileNotFoundError):
            await start("this")
    await asyncio.sleep(0)
    assert open_files() <= before


async def test_one_that_ends_without_a_word_was_never_ready():
    child = await start("not.a.module.at_all")
    assert not await child.ready(20)
    assert await child.ended() == 1 and child.has_ended()
    assert child.lived() == 0.0


async def test_none_is_left_over_when_its_start_is_cancelled(monkeypatch):
    for turns in range(6):
        starting = asyncio.create_task(start("not.a.module.at_all"))
        for _ in range(turns):
            await asyncio.sleep(0)
        starting.cancel()
        [outcome] = await asyncio.gather(starting, return_exceptions=True)
        if isinstance(outcome, Child):
            await outcome.ended()
        with pytest.raises(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) == (0, 0):
                await asyncio.sleep(0.01)
