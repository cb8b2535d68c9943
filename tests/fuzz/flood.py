"""Large bodies that no view accepts: each must be refused while it is still being sent."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from .answers import read_answers
from .find import Find
from .resources import temporary_files

Draw = Callable[[st.SearchStrategy[Any]], Any]

METHODS = [b"POST", b"PUT", b"PATCH", b"DELETE", b"GET", b"OPTIONS"]
# Paths that do not exist, that take no body, and that take one only from known users.
PATHS = [
    b"/nowhere",
    b"/",
    b"/live/poll?stream=news",
    b"/live/sse?stream=news",
    b"/api/articles",
    b"/api/nowhere",
    b"/admin/login/",
    b"/desk/",
    b"/healthz",
    b"/feeds/rss.xml",
    b"/static/x",
]
# Bytes that are sent: a server that keeps the body has it in a file by then (Django from 2.5 MB).
SENT = 4 * 2**20


@dataclass(frozen=True)
class Flood:
    """A large body, of which only a part is sent."""

    method: bytes
    path: bytes
    chunked: bool
    size: int

    def pieces(self) -> list[bytes]:
        """Return the head and the part of the body that is sent."""
        framing = (
            b"Transfer-Encoding: chunked" if self.chunked else b"Content-Length: %d" % self.size
        )
        head = b"%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n\r\n" % (
            self.method,
            self.path,
            framing,
        )
        piece = b"b" * 2**16
        if self.chunked:
            piece = b"%x\r\n%s\r\n" % (len(piece), piece)
        return [head, *[piece] * (SENT // 2**16)]


@st.composite
def floods(draw: Draw) -> Flood:
    """Large bodies to any address."""
    return Flood(
        draw(st.sampled_from(METHODS)),
        draw(st.sampled_from(PATHS)),
        draw(st.booleans()),
        draw(st.sampled_from([SENT + 1, 2 * SENT, 200 * 2**20, 2**40])),
    )


async def pour(
    flood: Flood, address: tuple[str, int], pids: Sequence[int], patience: float
) -> None:
    """Send a part of a body, and check that it is refused before the server stores it.

    Raises:
        Find: the body is in a file, or no answer comes.
    """
    reader, writer = await asyncio.open_connection(*address)
    got = b""
    try:
        asked = asyncio.create_task(write(writer, flood.pieces()))
        try:
            async with asyncio.timeout(patience):
                while not read_answers(got, [flood.method.decode()], False).answers:
                    data = await reader.read(65536)
                    if not data:
                        break
                    got += data
        except ConnectionResetError:
            pass
        except TimeoutError:
            files = temporary_files(pids)
            raise Find(
                f"{SENT} bytes of a body were taken and not refused: {flood}; got {got[:200]!r};"
                f" temporary files: {files}"
            ) from None
        finally:
            asked.cancel()
        if files := temporary_files(pids):
            raise Find(f"a body is kept in a file: {flood}; {files}")
        ended = read_answers(got, [flood.method.decode()], True).answers
        if not ended or ended[0].status < 400:
            raise Find(f"a body that is too large was answered {got[:200]!r}: {flood}")
    finally:
        writer.transport.abort()


async def write(writer: asyncio.StreamWriter, pieces: list[bytes]) -> None:
    """Send all pieces, as fast as the server reads them."""
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass
