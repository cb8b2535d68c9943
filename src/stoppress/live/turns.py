"""Turns: long work lets the event loop do other things every few milliseconds."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

# Seconds for which work may hold the event loop: pages and publishers are waiting.
HOLD_SECONDS = 0.002
# Things done between two looks at the clock.
BETWEEN_LOOKS = 16

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
