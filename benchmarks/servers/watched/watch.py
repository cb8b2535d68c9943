"""Report, on a separate socket, how long the event loop was blocked and how many requests came."""

import asyncio
import json
import socket
import time
from typing import Any

from django.core.signals import request_started

from stoppress.live.hub import hub

TICK = 0.001
MOST = 1_000_000


class Watch:
    """Counts the requests that reach Django and, when asked, the delays of the hub's event loop."""

    def __init__(self) -> None:
        self._requests = 0
        self._late: list[float] = []
        self._worked: list[float] = []
        self._ticking: asyncio.TimerHandle | None = None
        self._due = self._cpu = 0.0
        request_started.connect(self._count, weak=False)

    def _count(self, **_: Any) -> None:
        self._requests += 1

    def begin(self) -> None:
        self._requests, self._late, self._worked = 0, [], []
        self._end()
        for loop in hub._hubs:
            loop.call_soon_threadsafe(self._wait, loop)

    def tell(self) -> dict[str, object]:
        self._end()
        late = sorted(self._late) or [0.0]
        return {
            "requests": self._requests,
            "ticks": len(self._late),
            "held_ms": late[-1] * 1e3,
            "held_p99_ms": late[int((len(late) - 1) * 0.99)] * 1e3,
            "worked_ms": max(self._worked, default=0.0) * 1e3,
        }

    def _end(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due, self._cpu = time.monotonic() + TICK, time.thread_time()
        self._ticking = loop.call_later(TICK, self._tick, loop)

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._ticking is not None and len(self._late) < MOST:
            self._late.append(time.monotonic() - self._due)
            # CPU time of this thread alone, without other programs on the machine.
            self._worked.append(time.thread_time() - self._cpu)
            self._wait(loop)


def answer(listening: socket.socket) -> None:
    """Answer commands on a listening socket, without end."""
    watch = Watch()
    while True:
        client, _ = listening.accept()
        with client:
            asked = client.recv(64)
            told: dict[str, object] = {}
            if asked == b"begin":
                watch.begin()
            else:
                told = watch.tell()
            client.sendall(json.dumps(told).encode())
