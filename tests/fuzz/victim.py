"""The victim: a client that sends only valid requests, and must get only its own answers."""

import asyncio

from .answers import read_answers
from .find import Find
from .nonce import nonces

PATIENCE = 10.0


class Victim:
    """One connection, which stays open as long as the server keeps it open.

    Args:
        path: the path that a nonce is appended to.
        host: the Host that it sends.
        statuses: the statuses that it may get.
    """

    def __init__(
        self, address: tuple[str, int], path: bytes, host: bytes, statuses: frozenset[int]
    ) -> None:
        self._address, self._path, self._host = address, path, host
        self._statuses = statuses
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.polls = 0

    async def poll(self) -> None:
        """Send one request, and check its answer.

        Raises:
            Find: the answer belongs to another request, or none comes.
        """
        self.polls += 1
        nonce = b"v%08xcvvv" % self.polls
        for _ in range(3):
            if self._streams is None or self._streams[0].at_eof():
                self.leave()
                self._streams = await asyncio.open_connection(*self._address)
            try:
                async with asyncio.timeout(PATIENCE):
                    got = await self._ask(*self._streams, nonce)
            except TimeoutError:
                self.leave()
                raise Find("the victim got no answer") from None
            if got:
                break
            # The server closed the connection just before the request: try again on a new one.
            self.leave()
        else:
            raise Find("the victim's connection was closed, three times over")
        [answer] = read_answers(got, ["GET"], True).answers
        if nonces(answer.raw) != {nonce} or answer.status not in self._statuses:
            self.leave()
            raise Find(f"the victim ({nonce!r}) got another's answer: {answer.raw[:300]!r}")

    def leave(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, nonce: bytes
    ) -> bytes:
        got = b""
        try:
            writer.write(b"GET %s%s HTTP/1.1\r\nHost: %s\r\n\r\n" % (self._path, nonce, self._host))
            while not read_answers(got, ["GET"], False).answers:
                data = await reader.read(65536)
                if not data:
                    if got:
                        raise Find(f"the victim's answer was cut: {got[:300]!r}")
                    return b""
                got += data
        except ConnectionError:
            return b""
        return got
