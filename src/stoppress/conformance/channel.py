"""A connection that stays: read until every stream is live, and on until its heart has beaten."""

import asyncio
from typing import Protocol

from .report import Check
from .server import PATIENCE
from .transcript import Transcript

# Where the server has not said how often its heart beats.
_HEARTBEAT = 25.0
_GRACE = 10.0


class Ended(Exception):
    """The server has ended the connection."""


class Channel(Protocol):
    """A WebSocket or an event stream."""

    async def take_next(self, transcript: Transcript) -> None:
        """Take the next frame into the transcript, and look at how it came.

        Raises:
            Ended: there is none.
        """


async def read_until_live(channel: Channel, check: Check, transcript: Transcript) -> bool:
    """Read until every stream is live, or for too long; return whether all are."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not transcript.complete():
                await channel.take_next(transcript)
    except (TimeoutError, Ended) as error:
        why = str(error) or f"not within {PATIENCE:g} s"
        for name in transcript.waiting():
            check("live", False, f"{name} was not live: {why}")
    return transcript.complete()


async def read_on(
    channel: Channel, check: Check, transcript: Transcript, seconds: float
) -> str | None:
    """Read for `seconds`, and until a heartbeat came; return why it ended, if it did."""
    loop = asyncio.get_running_loop()
    least = loop.time() + seconds
    most = max(least, loop.time() + (transcript.heartbeat or _HEARTBEAT) + _GRACE)
    try:
        while loop.time() < (end := least if transcript.heartbeats else most):
            async with asyncio.timeout_at(end):
                await channel.take_next(transcript)
    except TimeoutError:
        pass
    except Ended as ended:
        return str(ended)
    finally:
        check("heartbeat", transcript.heartbeats > 0, "none came")
    return None
