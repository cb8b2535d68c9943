"""When work is done that recurs, and how it lets the event loop do other things."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

# Seconds for which work may hold the event loop: pages and publishers are waiting.
HOLD_SECONDS = 0.002
# Things done between two readings of the clock.
BETWEEN_LOOKS = 16
# Recurring work for all readers takes one round, in some steps. With fewer steps all readers would
# answer in one burst; with more, each send would be slower, because the CPU's cache is cold.
ROUND_SECONDS = 1.0
STEPS = 4
# Seconds by which a timer may come early.
EARLY_SECONDS = 0.001

Thing = TypeVar("Thing")


async def in_turns(
    things: Iterable[Thing], at_once: int = BETWEEN_LOOKS
) -> AsyncIterator[list[Thing]]:
    """Yield things in small lists, with a turn of the event loop where they took their time.

    Args:
        at_once: things in a list; as many as surely take less than a few milliseconds.
    """
    loop = asyncio.get_running_loop()
    waiting = list(things)
    until = loop.time() + HOLD_SECONDS
    for start in range(0, len(waiting), at_once):
        if loop.time() >= until:
            await asyncio.sleep(0)
            until = loop.time() + HOLD_SECONDS
        yield waiting[start : start + at_once]


def step_at(now: float, seconds: float) -> int:
    """Return the number of the current step, where each step takes some seconds.

    Steps are the same for all who count them by the same clock, so that one waking serves several.

    Args:
        now: the event loop's clock.
    """
    return math.floor((now + EARLY_SECONDS) / seconds)
