"""Check, before anything is measured, that every installed peer delivers."""

import asyncio
import json
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.article import BYTES

from . import nchan, nginx, node_ws, tutorial_daphne, tutorial_uvicorn
from .base import CannotRun, Served

PEERS = {
    "nchan": nchan,
    "node-ws": node_ws,
    "recipe-daphne": tutorial_daphne,
    "recipe-uvicorn": tutorial_uvicorn,
    "nginx": nginx,
}
READERS = 3
NUMBERS = (1, 2, 3)
SECONDS = 10.0


class Fault(Exception):
    """A peer does not do what the measurements rely on."""


def main() -> int:
    """Check every peer, print those that are missing, and return the exit status."""
    status = 0
    for name, module in PEERS.items():
        if reason := module.missing():
            print(f"{name}: NOT MEASURED: {reason}", flush=True)
            continue
        began = time.monotonic()
        try:
            with tempfile.TemporaryDirectory(prefix="stoppress-bench-") as folder:
                if module is nginx:
                    check_file(Path(folder))
                else:
                    check(module.start, Path(folder))
        except (Fault, CannotRun) as failure:
            print(f"{name}: {failure}", flush=True)
            status = 1
        else:
            print(f"{name}: delivers ({time.monotonic() - began:.1f} s)", flush=True)
    return status


def check(
    start: Callable[[Path, set[int]], Served], folder: Path, seconds: float = SECONDS
) -> None:
    """Start a server, check that it delivers a few articles to a few readers, and stop it.

    Args:
        seconds: how long the articles may take.

    Raises:
        Fault: with what went wrong, in words.
    """
    cpus = {min(os.sched_getaffinity(0))}
    served = start(folder, cpus)
    try:
        pids = served.pids()
        for pid in pids:
            if os.sched_getaffinity(pid) != cpus:
                raise Fault(f"its process {pid} is not on CPU {cpus}")
        asyncio.run(_deliver(served, seconds))
    finally:
        served.stop()
    deadline = time.monotonic() + SECONDS
    while left := [pid for pid in pids if _runs(pid)]:
        if time.monotonic() > deadline:
            raise Fault(f"it has left processes behind: {left}")
        time.sleep(0.01)


def check_file(folder: Path) -> None:
    """Check that nginx serves a page from its file.

    Raises:
        Fault: it does not.
    """
    page = b"<!doctype html><title>News</title>"
    (folder / "index.html").write_bytes(page)
    served = nginx.start(folder, {min(os.sched_getaffinity(0))}, folder)
    try:
        address = f"http://127.0.0.1:{served.port}{served.path}"
        with urllib.request.urlopen(address, timeout=SECONDS) as response:
            if response.read() != page:
                raise Fault("it serves another page")
    finally:
        served.stop()


async def _deliver(served: Served, seconds: float) -> None:
    address = f"ws://127.0.0.1:{served.port}{served.path}"
    readers: list[ClientConnection] = []
    try:
        async with asyncio.timeout(seconds):
            for _ in range(READERS):
                readers.append(await connect(address, compression=None))
            served.publish(NUMBERS[:1])
            served.publish(NUMBERS[1:])
            for reader in readers:
                wanted = set(NUMBERS)
                while wanted:
                    wanted.discard(_number(await reader.recv()))
    except TimeoutError:
        raise Fault(f"{READERS} readers did not get all articles in {seconds:g} s") from None
    except OSError as failure:
        raise Fault(f"a reader could not connect: {failure}") from failure
    finally:
        for reader in readers:
            await reader.close()


def _number(told: str | bytes) -> int:
    """Return an article's number. It may come twice, since the recipe also sends the latest."""
    if isinstance(told, bytes):
        raise Fault("it sent a binary message")
    number: int = json.loads(told).get("seq")
    if number not in NUMBERS or f'"seq":{number},' not in told:
        raise Fault(f"instead of article 1, 2 or 3 it sent {told[:80]}")
    if len(told) != BYTES:
        raise Fault(f"an article is {len(told)} bytes long instead of {BYTES}")
    return number


def _runs(pid: int) -> bool:
    """Return whether the process exists and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


if __name__ == "__main__":
    sys.exit(main())
