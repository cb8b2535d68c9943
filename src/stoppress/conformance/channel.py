"""A connection that stays open: read until every stream is live, then until a heartbeat comes."""

import asyncio
from typing import Protocol

from .report import Check
from .server import PATIENCE
from .transcript import Transcript

# Seconds between heartbeats, if the server's hello did not say.
_HEARTBEAT = 25.0
_GRACE = 10.0


class Ended(Exception):
    """The server has ended the connection."""


class Channel(Protocol):
    """A WebSocket or an event stream."""

    async def take_next(self, transcript: Transcript) -> None:
        """Add the next frame to the transcript, and check how it was sent.

        Raises:
            Ended: the server has ended the connection.
        """


async def read_until_live(channel: Channel, check: Check, transcript: Transcript) -> bool:
    """Read until every stream is live or the time is up; return whether every stream is live."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not transcript.complete():
                await channel.take_next(transcript)
    except (TimeoutError, Ended) as error:
        reason = str(error) or f"not within {PATIENCE:g} s"
        for name in transcript.waiting():
            check("live", False, f"{name} was not live: {reason}")
    return transcript.complete()


async def read_on(
    channel: Channel, check: Check, transcript: Transcript, seconds: float
) -> str | None:
    """Read for `seconds`, or longer until a heartbeat comes.

    Returns:
        Why the server ended the connection; None if it did not.
    """
    loop = asyncio.get_running_loop()
    earliest = loop.time() + seconds
    latest = max(earliest, loop.time() + (transcript.heartbeat or _HEARTBEAT) + _GRACE)
    try:
        while loop.time() < (end := earliest if transcript.heartbeats else latest):
            async with asyncio.timeout_at(end):
                await channel.take_next(transcript)
    except TimeoutError:
        pass
    except Ended as ended:
        return str(ended)
    finally:
        check("heartbeat", transcript.heartbeats > 0, "no heartbeat came")
    return None
