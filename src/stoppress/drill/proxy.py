"""A TCP proxy that fails on demand; it runs in a thread of its own."""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

Result = TypeVar("Result")
PIECE = 64 * 1024


class Proxy:
    """A proxy between readers and one server of this machine.

    Attributes:
        port: where it listens, on 127.0.0.1.
        cuts: for each coming connection, the bytes from the server after which it is cut.
        cut_done: how many connections were cut.
        passed: bytes from the server that were passed on.
        refuses_websockets: answer an upgrade with 403, as some companies' proxies do.
        holds_streams: pass on nothing of an event stream, as a buffering proxy does.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.cuts: deque[int] = deque()
        self.refuses_websockets = False
        self.holds_streams = False
        self.cut_done = 0
        self.passed = 0
        self._delay = 0.0
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._connections: set[asyncio.WriteTransport] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="drill-proxy", daemon=True)
        self._thread.start()
        self._server = self._call(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """The number of open connections."""
        return len(self._connections) // 2

    def cut_next(self, after: Iterable[int]) -> None:
        """Cut each of the coming connections after the given bytes from the server."""
        offsets = list(after)
        self._soon(lambda: self.cuts.extend(offsets))

    def cut_all(self) -> None:
        """Reset every open connection."""
        self._soon(self._abort_all)

    def stall(self) -> None:
        """Pass on nothing from now on, and close nothing, as on a half-open connection."""
        self._soon(self._flowing.clear)

    def flow(self) -> None:
        """Pass data on again, the stalled data first."""
        self._soon(self._flowing.set)

    def delay(self, seconds: float) -> None:
        """Delay the data in both directions by some seconds."""
        self._delay = seconds

    def end(self) -> None:
        """Cut every connection and stop listening."""
        if self._thread.is_alive():
            self._call(self._end())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _soon(self, act: Callable[[], object]) -> None:
        async def now() -> None:
            act()

        self._call(now())

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=4096)

    async def _end(self) -> None:
        self._server.close()
        self._flowing.set()
        self._abort_all()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=2)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _abort_all(self) -> None:
        for connection in list(self._connections):
            connection.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        cut = self.cuts.popleft() if self.cuts else None
        ends = [writer.transport]
        try:
            asked = await _head(reader) if self.refuses_websockets or self.holds_streams else b""
            if self.refuses_websockets and b"upgrade: websocket" in asked:
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
                return
            up, down = await asyncio.open_connection("127.0.0.1", self.target)
            ends.append(down.transport)
            self._connections.update(ends)
            pumps = [
                asyncio.ensure_future(self._pump(reader, down)),
                asyncio.ensure_future(
                    self._hold(up)
                    if self.holds_streams and b"/live/sse" in asked
                    else self._pump(up, writer, cut, from_server=True)
                ),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # a task that serves a connection has no caller to report to
        finally:
            self._connections.difference_update(ends)
            for end in ends:
                with contextlib.suppress(OSError):
                    end.close()

    async def _hold(self, source: asyncio.StreamReader) -> None:
        """Read and discard data until the connection ends."""
        while await source.read(PIECE):
            pass

    async def _pump(
        self,
        source: asyncio.StreamReader,
        drain: asyncio.StreamWriter,
        cut: int | None = None,
        from_server: bool = False,
    ) -> None:
        passed = 0
        while piece := await source.read(PIECE):
            await self._flowing.wait()
            if self._delay:
                await asyncio.sleep(self._delay)
            if cut is not None and passed + len(piece) >= cut:
                drain.write(piece[: cut - passed])
                await drain.drain()
                self.cut_done += 1
                # The written bytes are still sent; then the connection ends without a goodbye.
                return
            passed += len(piece)
            if from_server:
                self.passed += len(piece)
            drain.write(piece)
            await drain.drain()


async def _head(reader: asyncio.StreamReader) -> bytes:
    """Return a request's head in lower case, and leave it in the reader."""
    head = await reader.readuntil(b"\r\n\r\n")
    reader._buffer[:0] = head  # type: ignore[attr-defined]
    return head.lower()
