"""`stoppress tail`: print a stream's events and snapshots, one JSON line each."""

import asyncio
import json
import os
import sys
from argparse import Namespace
from contextlib import aclosing

from stoppress.live.client import Follower, Refused
from stoppress.site.setup import SETTINGS


def run(options: Namespace) -> int:
    """Follow a stream until interrupted; return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    streams = {options.stream: options.cursor}
    try:
        follower = Follower(options.url, streams, _report, transport=options.transport)
    except ValueError as error:
        _report(str(error))
        return 2
    try:
        asyncio.run(_print_frames(follower))
    except Refused as refused:
        _report(str(refused))
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        pass
    return 0


def _report(what: str) -> None:
    print(f"stoppress tail: {what}", file=sys.stderr, flush=True)


async def _print_frames(follower: Follower) -> None:
    async with aclosing(follower.frames()) as frames:
        async for frame in frames:
            line = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
            sys.stdout.buffer.write(f"{line}\n".encode())
            sys.stdout.buffer.flush()
