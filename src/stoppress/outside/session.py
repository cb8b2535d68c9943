"""An HTTP session that never reaches our own network, and turns errors into `NoAnswer`."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp.http import HttpProcessingError
from aiohttp.http_exceptions import PayloadEncodingError

from .address import may_connect
from .no_answer import NoAnswer
from .rules import Rules

AddrInfo = tuple[
    int | socket.AddressFamily,
    int | socket.SocketKind,
    int,
    str,
    tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes],
]


@asynccontextmanager
async def session(rules: Rules) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session without cookies, proxies of the environment, or decompression.

    The caller follows redirects, because each address has to pass `allowed`: make requests with
    `allow_redirects=False`.

    Raises:
        NoAnswer: in place of the errors of aiohttp and the system. It quotes nothing of the answer.
            A `TimeoutError` counts as the end of `rules.total_seconds`.
    """
    refused: list[str] = []
    try:
        async with _opened(rules, refused) as opened:
            yield opened
    except aiohttp.ServerTimeoutError as error:
        raise NoAnswer(
            "No connection within %(seconds)s seconds.", seconds=format(rules.connect_seconds, "g")
        ) from error
    except TimeoutError as error:
        raise NoAnswer(
            "The answer was not complete within %(seconds)s seconds.",
            seconds=format(rules.total_seconds, "g"),
        ) from error
    except aiohttp.InvalidURL as error:
        raise NoAnswer("This is not an address.") from error
    except aiohttp.ClientConnectorError as error:
        if refused:
            raise _not_public(refused[0], rules) from error
        raise NoAnswer(
            "No connection to %(host)s (%(why)s).", host=error.host, why=_words(error.os_error)
        ) from error
    except aiohttp.ClientResponseError as error:
        # str(error) contains the whole address, and may quote the body or the headers.
        of_the_body = isinstance(error.__cause__, PayloadEncodingError)
        raise (malformed_body() if of_the_body else _malformed_head()) from error
    except (aiohttp.ClientPayloadError, HttpProcessingError) as error:  # the error quotes the body
        raise malformed_body() from error
    except aiohttp.ClientConnectionError as error:  # the error may quote headers
        raise NoAnswer("The server closed the connection before its answer was whole.") from error
    except aiohttp.ClientError as error:
        raise NoAnswer(
            "The server's answer is not valid HTTP (%(why)s).", why=_words(error)
        ) from error
    except (OSError, ValueError) as error:
        raise NoAnswer("It cannot be fetched (%(why)s).", why=_words(error)) from error


def _opened(rules: Rules, refused: list[str]) -> aiohttp.ClientSession:
    """Return a session that refuses addresses that are not public, and adds them to `refused`."""

    def connectable(found: AddrInfo) -> socket.socket:
        # Checked at the connection, not at the lookup, because a second lookup may differ.
        family, kind, protocol, _, address = found
        if not may_connect(str(address[0]), rules.private):
            refused.append(str(address[0]))
            raise OSError("not a public address")  # an OSError: aiohttp tries the next address
        return socket.socket(family, kind, protocol)

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(socket_factory=connectable, force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": rules.agent, "Accept-Encoding": "identity"},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=rules.connect_seconds),
        max_headers=rules.max_headers,
        auto_decompress=False,  # aiohttp trusts the header, which may be wrong
        trust_env=False,
    )


def end_with_connection(response: aiohttp.ClientResponse) -> None:
    """Make the reading of a body fail when the connection ends before the body.

    aiohttp 3.14 closes the connection at a malformed chunk, but its C parser does not end the
    body: without this, a read would wait until the timeout.
    """
    content = response.content

    def connection_ended(closed: asyncio.Future[None]) -> None:
        closed.exception()  # or asyncio logs that it was never retrieved
        fail()

    def fail() -> None:
        if not content.is_eof() and content.exception() is None:
            content.set_exception(aiohttp.ClientPayloadError("it ended with its connection"))

    protocol = response.connection and response.connection.protocol
    if protocol is None:
        return  # the body is complete
    closed = protocol.closed
    if closed is None:
        fail()
    else:
        closed.add_done_callback(connection_ended)


def malformed_body() -> NoAnswer:
    return NoAnswer(
        "The server's answer is not valid HTTP (its body is malformed or ends too early)."
    )


def _malformed_head() -> NoAnswer:
    return NoAnswer(
        "The server's answer is not valid HTTP (its status line or a header is malformed or too "
        "long)."
    )


def _not_public(address: str, rules: Rules) -> NoAnswer:
    if rules.private:
        return NoAnswer("%(address)s is not a public address.", address=address)
    return NoAnswer(
        "%(address)s is not a public address. STOPPRESS_FETCH_PRIVATE=1 allows this machine and its"
        " network.",
        address=address,
    )


def _words(error: BaseException) -> str:
    said = " ".join(str(getattr(error, "strerror", None) or error).split())
    return said[:200] or type(error).__name__
