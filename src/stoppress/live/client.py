"""The reference client: follows streams over a WebSocket, and resumes by itself."""

import asyncio
import json
import random
import re
import ssl
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from .cursor import Cursor, parse_cursor
from .frames import PROTOCOL
from .rule import judge_event, judge_heartbeat

STOP_CODES = frozenset({4400, 4401, 4403, 4404, 4409})
STABLE_SECONDS = 5.0
HEARTBEAT_GRACE = 10.0
ASK_AGAIN = 4000

Frame = dict[str, Any]


class Refused(Exception):
    """The server will not serve what is asked for; coming back would change nothing."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{reason or 'refused'} ({code})")
        self.code = code


class _AskAgain(Exception):
    """What came does not continue what is known."""


def back_off(failures: int) -> float:
    """Return a random wait in seconds before the next try: full jitter, at most 20 s."""
    return random.uniform(0, min(20.0, 0.5 * 2**failures))


class Follower:
    """Follows streams of a site, from cursors it keeps.

    Args:
        url: the site's address, such as `http://localhost:8000/`.
        cursors: stream names, and where to go on; a snapshot comes first without a cursor.
    """

    def __init__(self, url: str, cursors: dict[str, str | None]) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError(f"{url!r} is no address of a site: give http://HOST:PORT/")
        scheme = "wss" if parts.scheme == "https" else "ws"
        self._address = f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/live/ws"
        self._secure = ssl.create_default_context() if scheme == "wss" else None
        self._asked = dict(cursors)
        self._cursors: dict[str, Cursor] = {}
        self._silence = 60.0
        self._within: float | None = None

    async def frames(self) -> AsyncIterator[Frame]:
        """Yield every snapshot and event, each once and in order, through any cut.

        Raises:
            Refused: the server will not serve this.
        """
        failures = 0
        while True:
            opened: float | None = None
            loop = asyncio.get_running_loop()
            try:
                async with self._connection() as connection:
                    opened = loop.time()
                    async for frame in self._read(connection):
                        yield frame
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
                if code in STOP_CODES:
                    raise Refused(code, closed.rcvd.reason if closed.rcvd else "") from closed
                wait = self._wait_for(code, closed.rcvd.reason if closed.rcvd else "", failures)
            except InvalidHandshake as refused:
                status = getattr(getattr(refused, "response", None), "status_code", None)
                if status in {400, 401, 403, 404}:
                    raise Refused(status, "the handshake was refused") from refused
                wait = back_off(failures)
            except (OSError, TimeoutError, _AskAgain):
                wait = back_off(failures)
            stable = opened is not None and loop.time() - opened >= STABLE_SECONDS
            failures = 0 if stable else failures + 1
            await asyncio.sleep(wait)

    def _connection(self) -> connect:
        asks = {**self._asked, **{name: str(at) for name, at in self._cursors.items()}}
        streams = "&".join(f"stream={n}@{c}" if c else f"stream={n}" for n, c in asks.items())
        return connect(
            f"{self._address}?{streams}&replay=all",
            subprotocols=[Subprotocol(PROTOCOL)],
            ssl=self._secure,
            compression=None,
            max_size=None,
            open_timeout=10,
            close_timeout=2,
            proxy=None,
        )

    async def _read(self, connection: ClientConnection) -> AsyncIterator[Frame]:
        while True:
            async with asyncio.timeout(self._silence):
                frame: Frame = json.loads(await connection.recv())
            try:
                if self._accept(frame):
                    yield frame
            except _AskAgain:
                await connection.close(ASK_AGAIN, "ask again")
                raise

    def _accept(self, frame: Frame) -> bool:
        """Say whether a frame tells of something new; keep the cursor."""
        kind = frame.get("type")
        if kind == "hello":
            self._silence = frame["heartbeat"] + HEARTBEAT_GRACE
        elif kind == "goodbye":
            self._within = frame["within"]
        elif kind == "snapshot":
            self._cursors[frame["stream"]] = _cursor(frame["cursor"])
            return True
        elif kind == "event":
            return self._accept_event(frame)
        elif kind == "heartbeat":
            for stream, sent in frame["cursors"].items():
                mine = self._mine(stream)
                if mine is not None and judge_heartbeat(mine, _cursor(sent)) == "ask":
                    raise _AskAgain
        return False

    def _accept_event(self, frame: Frame) -> bool:
        mine = self._mine(frame["stream"])
        if mine is None:
            raise _AskAgain
        cursor = _cursor(frame["cursor"])
        verdict = judge_event(mine, _cursor(frame["after"]), cursor)
        if verdict == "ask":
            raise _AskAgain
        if verdict == "apply":
            self._cursors[frame["stream"]] = cursor
        return verdict == "apply"

    def _mine(self, stream: str) -> Cursor | None:
        return self._cursors.get(stream) or parse_cursor(self._asked.get(stream) or "")

    def _wait_for(self, code: int, reason: str, failures: int) -> float:
        """Return how long a close asks to wait, in seconds."""
        within, self._within = self._within, None
        if code in {1012, 4001} and within is not None:
            return random.uniform(0, within)
        if code == 4429 and (told := re.search(r"\d+(\.\d+)?", reason)):
            return float(told[0])
        return back_off(failures)


def _cursor(text: str) -> Cursor:
    cursor = parse_cursor(text)
    if cursor is None:
        raise _AskAgain
    return cursor
