"""Scheduling of recurring work, in steps that do not block the event loop."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

# Seconds for which work may block the event loop: pages and publishers are waiting.
HOLD_SECONDS = 0.002
# Items processed between two readings of the clock.
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
    """Yield items in small lists; let the event loop run whenever they have taken too long.

    Args:
        at_once: items in a list; choose it so that a list takes less than a few milliseconds.
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

    All callers with the same clock have the same steps, so that one wake-up serves several.

    Args:
        now: the event loop's clock.
    """
    return math.floor((now + EARLY_SECONDS) / seconds)
