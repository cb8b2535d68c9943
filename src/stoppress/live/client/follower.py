"""The reference client's follower: it keeps a connection to streams, and resumes by itself."""

import asyncio
import json
import random
import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from typing import Literal
from urllib.parse import quote, urlsplit

from stoppress.live.client.rule import judge_event, judge_heartbeat
from stoppress.live.protocol.cursor import Cursor, parse_cursor
from stoppress.live.protocol.refusals import RESTARTING, TOO_MUCH
from stoppress.live.shown_url import shown_url

from .heartbeat_answers import HeartbeatAnswers
from .http import session
from .ladder import FIRST_FRAME_SECONDS, Ladder
from .poll import open_poll
from .sse import open_sse
from .websocket import open_websocket
from .wire import (
    OPEN_SECONDS,
    Ask,
    Decode,
    Ended,
    Frame,
    NotAFrame,
    OpenSession,
    Transport,
    Wire,
    seconds_told,
)

TransportName = Literal["ws", "sse", "poll", "auto", "http"]
TRANSPORTS: Mapping[str, Transport] = {"ws": open_websocket, "sse": open_sse, "poll": open_poll}
# Names of several, the best first.
SEVERAL = {"auto": ["ws", "sse", "poll"], "http": ["sse", "poll"]}

STOP_CODES = frozenset({4400, 4401, 4403, 4404, 4409, 400, 401, 403, 404})
# With these codes the server itself has refused, so nothing on the way blocks this transport.
WAIT_CODES = frozenset({RESTARTING, 4001, 4008, TOO_MUCH, 429})
STABLE_SECONDS = 5.0
HEARTBEAT_GRACE = 10.0
ASK_AGAIN = 4000


class Refused(Exception):
    """The server refuses the request for good; trying again would change nothing."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{reason or 'refused'} ({code})")
        self.code = code


class _AskAgain(Exception):
    """A frame does not continue the known events, so the client must ask again."""


def back_off(failures: int) -> float:
    """Return a random wait in seconds before the next try: full jitter, at most 20 s."""
    return random.uniform(0, min(20.0, 0.5 * 2 ** min(failures, 6)))


class Follower:
    """Follows streams of a site from the cursors that it keeps.

        follower = Follower("http://localhost:8000/", {"scores": None}, transport="auto")
        async with aclosing(follower.frames()) as frames:
            async for frame in frames:
                print(frame["type"])

    Args:
        url: the site's address, such as `http://localhost:8000/`.
        cursors: stream names, each with the cursor to resume from; without one, a snapshot comes
            first.
        report: called with a line of text whenever the connection changes.
        transport: `ws`, `sse`, `poll` or `auto`, which begins with the first and changes to the
            next where one is blocked on the way; `http` is `auto` without `ws`.
        decode: parses JSON.
        answers: tell the server at each heartbeat what was applied, if the transport can.
        token: a bearer token that identifies the reader; or a function that returns the present
            one, and is called again when a token has expired.
        open_session: opens the HTTP session of `sse` and `poll`, for a caller with own rules about
            where to connect. Its failures are raised as OSError.
    """

    def __init__(
        self,
        url: str,
        cursors: dict[str, str | None],
        report: Callable[[str], None] = lambda _: None,
        *,
        transport: TransportName = "ws",
        decode: Decode = json.loads,
        answers: bool = False,
        token: str | Callable[[], str] | None = None,
        open_session: OpenSession = session,
    ) -> None:
        try:
            # If there is an @ anywhere, a part of a password might be taken for host and port.
            parts = urlsplit("" if "@" in url else url)
        except ValueError:  # its message quotes a part of the URL
            parts = urlsplit("")
        if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[^\s/?#]+", parts.netloc):
            raise ValueError(
                f"{shown_url(url)!r} is not the address of a site: give http://HOST:PORT/"
            )
        if transport not in {*TRANSPORTS, *SEVERAL}:
            known = ", ".join([*TRANSPORTS, *SEVERAL])
            raise ValueError(f"{transport!r} is not a transport: give one of {known}")
        self._report = report
        self._site = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._ladder = Ladder(SEVERAL.get(transport, [transport]))
        self._decode = decode
        self._answers = HeartbeatAnswers() if answers else None
        self._token = token
        self._sent_token: str | None = None
        self._ask = Ask(self._query, self._headers, open_session)
        self._asked = dict(cursors)
        self._cursors: dict[str, Cursor] = {}
        self._silence = 60.0
        self._within: float | None = None
        self._patience: asyncio.Timeout | None = None
        self._changing = False
        self._heard = False

    @property
    def transport(self) -> str:
        """The transport in use: `ws`, `sse` or `poll`."""
        return self._ladder.transport

    def cursors(self) -> dict[str, str]:
        """Return the cursor of each stream that has one."""
        return {name: str(cursor) for name, cursor in self._cursors.items()}

    def change_transport(self, transport: TransportName) -> None:
        """Change to another transport at once, and resume from the present cursors."""
        self._ladder = Ladder(SEVERAL.get(transport, [transport]))
        self._changing = True
        if self._patience is not None:
            with suppress(RuntimeError):  # the timeout expired, or its block ended, in this turn
                self._patience.reschedule(asyncio.get_running_loop().time())

    async def frames(self) -> AsyncGenerator[Frame, None]:
        """Yield every snapshot and event, each once and in order, through any disconnection.

        To stop early, close the generator (`contextlib.aclosing`); that closes the connection too.

        Raises:
            Refused: the server refuses the request for good.
        """
        failures = 0
        while True:
            opened: float | None = None
            held_back = told_to_wait = False
            loop = asyncio.get_running_loop()
            self._changing = self._heard = False
            try:
                transport = TRANSPORTS[self.transport]
                async with AsyncExitStack() as leaving:
                    async with asyncio.timeout(self._patience_now(OPEN_SECONDS)):
                        wire = await leaving.enter_async_context(
                            transport(self._site, self._ask, self._decode)
                        )
                    opened = loop.time()
                    self._report("connected")
                    while True:
                        frame = await self._receive(wire)
                        if await self._accept_or_close(wire, frame):
                            yield frame
                        if self._answers is not None and (said := self._answers.answer_to(frame)):
                            await wire.send(said)
            except Ended as ended:
                # A WebSocket may be refused by something on the way, so only the last transport's
                # refusal counts.
                last = self._ladder.last or ended.code >= 1000
                if ended.code in STOP_CODES and last and not self._has_another_token(ended.code):
                    raise Refused(ended.code, ended.reason) from ended
                told_to_wait = ended.code in WAIT_CODES
                why, wait = str(ended), self._wait_for(ended, failures)
            except (OSError, NotAFrame, _AskAgain) as error:
                held_back = isinstance(error, TimeoutError)
                why = str(error) or type(error).__name__
                wait = self._wait_for(Ended(1006), failures)
            if not self._changing and not self._heard and not told_to_wait:
                self._changing = self._ladder.failed(held_back)
            if self._changing:
                self._report(f"going on by {self.transport}")
                continue
            stable = opened is not None and loop.time() - opened >= STABLE_SECONDS
            failures = 0 if stable else failures + 1
            self._report(f"{why}; trying again in {wait:.1f} s")
            await asyncio.sleep(wait)

    def _headers(self) -> dict[str, str]:
        token = self._sent_token = self._token() if callable(self._token) else self._token
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _has_another_token(self, code: int) -> bool:
        """Return whether the refused token has expired, and there is a new one."""
        if code not in {401, 4401} or not callable(self._token):
            return False
        return self._token() != self._sent_token

    def _query(self) -> str:
        asks = {**self._asked, **{name: str(at) for name, at in self._cursors.items()}}
        # Sorted, so that readers at the same cursors use the same URL, and share a cache's
        # response.
        streams = "&".join(
            f"stream={quote(n, safe=':')}" + (f"@{quote(c, safe='')}" if c is not None else "")
            for n, c in sorted(asks.items())
        )
        return f"{streams}&replay=all"

    def _patience_now(self, seconds: float) -> float:
        """Return how many seconds to wait for the next frame.

        The wait for the first frame is short if there is another transport to try.
        """
        return seconds if self._heard or self._ladder.last else FIRST_FRAME_SECONDS

    async def _receive(self, wire: Wire) -> Frame:
        if self._changing:
            raise TimeoutError
        async with asyncio.timeout(self._patience_now(self._silence)) as self._patience:
            frame = await wire.receive()
        if not self._heard:
            self._heard = True
            self._ladder.heard()
        return frame

    async def _accept_or_close(self, wire: Wire, frame: Frame) -> bool:
        try:
            return self._accept(frame)
        except (_AskAgain, NotAFrame):
            await wire.close(ASK_AGAIN, "ask again")
            raise

    def _accept(self, frame: Frame) -> bool:
        """Handle a frame, and keep its cursor; return whether to yield it to the caller."""
        kind = frame.get("type")
        if kind == "hello":
            self._silence = seconds_told(frame.get("heartbeat")) + HEARTBEAT_GRACE
        elif kind == "goodbye":
            self._within = seconds_told(frame.get("within"))
        elif kind == "snapshot":
            self._cursors[frame["stream"]] = _cursor(frame["cursor"])
            return True
        elif kind == "event":
            return self._accept_event(frame)
        elif kind == "heartbeat":
            for stream, sent in frame["cursors"].items():
                mine = self._mine(stream)
                if mine is not None and judge_heartbeat(mine, _cursor(sent)) == "ask":
                    raise _AskAgain("the heartbeat has another cursor")
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

    def _wait_for(self, ended: Ended, failures: int) -> float:
        """Return how many seconds to wait after a connection has ended."""
        within, self._within = self._within, None
        match = re.search(r"\d+(\.\d+)?", ended.reason)
        told = seconds_told(float(match[0])) if match else None
        if ended.wait is not None:
            # Never earlier, and a little later at random: all readers were told the same.
            return seconds_told(ended.wait) + (0 if ended.code == 429 else back_off(0))
        if within is not None:
            return random.uniform(0, within)
        if ended.code in {RESTARTING, 4001} and told is not None:
            # A server that is shutting down names shorter and shorter waits.
            return max(random.uniform(0, told), back_off(failures))
        return told if ended.code == TOO_MUCH and told is not None else back_off(failures)


def _cursor(text: str) -> Cursor:
    cursor = parse_cursor(text)
    if cursor is None:
        raise _AskAgain("a cursor is malformed")
    return cursor
