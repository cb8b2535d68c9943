"""The reference client: follows streams over a WebSocket, and resumes by itself."""

import asyncio
import json
import random
import re
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from .cursor import Cursor, parse_cursor
from .frames import PROTOCOL
from .rule import judge_event, judge_heartbeat

STOP_CODES = frozenset({4400, 4401, 4403, 4404, 4409})
STOP_STATUSES = frozenset({400, 401, 403, 404})
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
    return random.uniform(0, min(20.0, 0.5 * 2 ** min(failures, 6)))


class Follower:
    """Follows streams of a site, from cursors it keeps.

    Args:
        url: the site's address, such as `http://localhost:8000/`.
        cursors: stream names, and where to go on; a snapshot comes first without a cursor.
        report: is told in words how the connection fares.
    """

    def __init__(
        self,
        url: str,
        cursors: dict[str, str | None],
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[^\s/?#@]+", parts.netloc):
            raise ValueError(f"{url!r} is no address of a site: give http://HOST:PORT/")
        self._report = report
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
                    self._report("connected")
                    async for frame in self._read(connection):
                        yield frame
            except ConnectionClosed as closed:
                code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
                if code in STOP_CODES:
                    raise Refused(code, reason) from closed
                why, wait = f"closed with {code} {reason}", self._wait_for(code, reason, failures)
            except InvalidStatus as refused:
                status = refused.response.status_code
                if status in STOP_STATUSES:
                    raise Refused(status, "the handshake was refused") from refused
                why, wait = f"answered {status}", back_off(failures)
            except (OSError, WebSocketException, _AskAgain) as error:
                why, wait = str(error) or type(error).__name__, back_off(failures)
            stable = opened is not None and loop.time() - opened >= STABLE_SECONDS
            failures = 0 if stable else failures + 1
            self._report(f"{why}; trying again in {wait:.1f} s")
            await asyncio.sleep(wait)

    def _connection(self) -> connect:
        asks = {**self._asked, **{name: str(at) for name, at in self._cursors.items()}}
        streams = "&".join(
            f"stream={quote(n, safe='')}" + (f"@{quote(c, safe='')}" if c is not None else "")
            for n, c in asks.items()
        )
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
                message = await connection.recv()
            try:
                frame = _frame(message)
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
                    raise _AskAgain("the heartbeat is of another place")
        return False

    def _accept_event(self, frame: Frame) -> bool:
        mine = self._mine(frame["stream"])
        if mine is None:
            raise _AskAgain("an event came before its snapshot")
        cursor = _cursor(frame["cursor"])
        verdict = judge_event(mine, _cursor(frame["after"]), cursor)
        if verdict == "ask":
            raise _AskAgain("an event was lost")
        if verdict == "apply":
            self._cursors[frame["stream"]] = cursor
        return verdict == "apply"

    def _mine(self, stream: str) -> Cursor | None:
        return self._cursors.get(stream) or parse_cursor(self._asked.get(stream) or "")

    def _wait_for(self, code: int, reason: str, failures: int) -> float:
        """Return how long a close asks to wait, in seconds."""
        within, self._within = self._within, None
        match = re.search(r"\d+(\.\d+)?", reason)
        told = float(match[0]) if match else None
        if code in {1012, 4001}:
            window = within if within is not None else told
            return back_off(failures) if window is None else random.uniform(0, window)
        return told if code == 4429 and told is not None else back_off(failures)


def _frame(message: str | bytes) -> Frame:
    try:
        frame = json.loads(message)
    except ValueError as error:
        raise _AskAgain("what the server sent is not JSON") from error
    if not isinstance(frame, dict):
        raise _AskAgain("what the server sent is not a frame")
    return frame


def _cursor(text: str) -> Cursor:
    cursor = parse_cursor(text)
    if cursor is None:
        raise _AskAgain("a cursor cannot be read")
    return cursor
