"""`stoppress tail`: print a stream's events and snapshots, one JSON line each."""

import asyncio
import json
import sys

from stoppress.live.client import Follower, Refused


def tail(url: str, stream: str, cursor: str | None) -> int:
    """Follow a stream until interrupted; return the exit status."""
    try:
        asyncio.run(_print_frames(Follower(url, {stream: cursor})))
    except Refused as refused:
        print(f"stoppress tail: {refused}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"stoppress tail: {error}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, BrokenPipeError):
        pass
    return 0


async def _print_frames(follower: Follower) -> None:
    async for frame in follower.frames():
        line = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
        sys.stdout.buffer.write(f"{line}\n".encode())
        sys.stdout.buffer.flush()
