"""Fetch a document over HTTP, with limits, and never from our own network."""

import asyncio
import socket
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from aiohttp.http import HttpProcessingError
from aiohttp.http_exceptions import PayloadEncodingError
from yarl import URL

import stoppress
from stoppress.newsroom.phrase import Phrase, marked
from stoppress.outside.address import may_connect

from .outcome import Fetched, FetchError, NotModified, Outcome
from .unpack import CannotUnpack, too_large, unpack

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
MALFORMED = Phrase("its body is malformed or ends too early")
MALFORMED_HEAD = Phrase("its status line or a header is malformed or too long")
REDIRECTS = {301, 302, 303, 307, 308}
AddrInfo = tuple[
    int | socket.AddressFamily,
    int | socket.SocketKind,
    int,
    str,
    tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes],
]


@dataclass(frozen=True)
class Rules:
    """The limits of a fetch. Times are seconds. Sizes are bytes, both packed and unpacked.

    Attributes:
        private: allow this machine, private networks and every port.
    """

    private: bool = False
    ports: frozenset[int] = frozenset({80, 443})
    agent: str = f"StopPress/{stoppress.__version__}"
    connect_seconds: float = 5
    total_seconds: float = 20
    max_bytes: int = 10_000_000
    max_headers: int = 100
    max_redirects: int = 5


class Refused(Exception):
    """The fetch is refused; the message becomes that of a `FetchError`."""


async def fetch(
    url: str, *, etag: str = "", last_modified: str = "", rules: Rules | None = None
) -> Outcome:
    """Get a document, following redirects.

    Args:
        url: an http or https address.
        etag, last_modified: the validators of the stored copy, as the server sent them.
        rules: the limits.
    """
    rules = rules or Rules()
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {name: value for name, value in conditions.items() if value}
    refused: list[str] = []
    try:
        async with asyncio.timeout(rules.total_seconds), _session(rules, refused) as session:
            return await _follow_redirects(session, url, headers, rules)
    except aiohttp.ServerTimeoutError:
        return FetchError(
            _in_time(marked("No connection within %(seconds)s seconds."), rules.connect_seconds)
        )
    except TimeoutError:
        return FetchError(
            _in_time(
                marked("The answer was not complete within %(seconds)s seconds."),
                rules.total_seconds,
            )
        )
    except (Refused, CannotUnpack) as error:
        return FetchError(error.args[0])
    except aiohttp.InvalidURL:
        return FetchError(Phrase("This is not an address."))
    except aiohttp.ClientConnectorError as error:
        if refused:
            return FetchError(_not_public(refused[0], rules))
        return FetchError(
            Phrase(
                "No connection to %(host)s (%(why)s).",
                host=error.host,
                why=_words(error.os_error),
            )
        )
    except aiohttp.ClientResponseError as error:
        # str(error) has the whole address, and its message may quote the body or the head.
        of_the_body = isinstance(error.__cause__, PayloadEncodingError)
        said = MALFORMED if of_the_body else MALFORMED_HEAD
        return FetchError(_invalid(said))
    except (aiohttp.ClientPayloadError, HttpProcessingError):  # their messages quote the body
        return FetchError(_invalid(MALFORMED))
    except aiohttp.ClientConnectionError:  # its words may hold the headers that came
        return FetchError(Phrase("The server closed the connection before its answer was whole."))
    except aiohttp.ClientError as error:
        return FetchError(_invalid(_words(error)))
    except (OSError, ValueError) as error:
        return FetchError(Phrase("It cannot be fetched (%(why)s).", why=_words(error)))


def _session(rules: Rules, refused: list[str]) -> aiohttp.ClientSession:
    """Return a session that refuses addresses that are not public, and notes them in `refused`."""

    def connectable(found: AddrInfo) -> socket.socket:
        # Checked at the connection and not at the lookup: a second lookup may differ.
        family, kind, protocol, _, address = found
        if not may_connect(str(address[0]), rules.private):
            refused.append(str(address[0]))
            raise OSError("not a public address")  # an OSError: the host may have another
        return socket.socket(family, kind, protocol)

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(socket_factory=connectable, force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={
            "User-Agent": rules.agent,
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        },
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=rules.connect_seconds),
        max_headers=rules.max_headers,
        auto_decompress=False,  # aiohttp trusts the header, which may be wrong
        trust_env=False,
    )


async def _follow_redirects(
    session: aiohttp.ClientSession, url: str, headers: dict[str, str], rules: Rules
) -> Outcome:
    here = allowed(url, rules)
    seen = {here}
    for _ in range(rules.max_redirects + 1):
        async with session.get(here, headers=headers, allow_redirects=False) as response:
            if response.status not in REDIRECTS:
                return await _read(response, headers, rules)
            there = allowed(response.headers.get("Location", ""), rules, here)
        if there in seen:
            raise Refused(Phrase("It redirects in a circle."))
        seen.add(there)
        here = there
    raise Refused(Phrase("It redirects more than %(number)d times.", number=rules.max_redirects))


def allowed(url: str, rules: Rules, before: URL | None = None) -> URL:
    """Return the absolute address to fetch, if the rules allow it.

    Args:
        url: an address, relative to `before` if there is one.
        before: the address that redirected to it.

    Raises:
        Refused: the rules do not allow it; the message says why.
    """
    try:
        address = before.join(URL(url)) if before and url else URL(url)
        host, port = address.host, address.port
    except ValueError as error:
        raise Refused(Phrase("This is not an address.")) from error
    if address.scheme == "file":
        raise Refused(Phrase("Only the command line reads files."))
    if address.scheme not in ("http", "https"):
        raise Refused(Phrase("Only http and https addresses are fetched."))
    if not host:
        raise Refused(Phrase("The address names no host."))
    if address.user is not None or address.password is not None:
        raise Refused(Phrase("An address with a user or a password in it is not fetched."))
    if before and before.scheme == "https" and address.scheme == "http":
        raise Refused(Phrase("It redirects from https to http."))
    if not rules.private and port not in rules.ports:
        raise Refused(
            Phrase(
                "Port %(port)s is not allowed. STOPPRESS_FETCH_PORTS lists the allowed ports; "
                "STOPPRESS_FETCH_PRIVATE=1 allows this machine and its network on every port.",
                port=port,
            )
        )
    return address.with_fragment(None)


async def _read(response: aiohttp.ClientResponse, asked: dict[str, str], rules: Rules) -> Outcome:
    headers = {name.lower(): value for name, value in response.headers.items()}
    if response.status == HTTPStatus.NOT_MODIFIED and asked:
        return NotModified(headers=headers)
    if response.status != HTTPStatus.OK:
        return FetchError(
            Phrase("The server answered %(status)s.", status=_status(response.status)),
            response.status,
        )
    _end_with_connection(response)
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > rules.max_bytes:
            raise Refused(too_large(rules.max_bytes))
    # The validators are not compared: some servers send new text with the old tag.
    packing = ",".join(response.headers.getall("Content-Encoding", ()))
    unpacked = unpack(bytes(body), packing, rules.max_bytes)
    return Fetched(unpacked, str(response.url), headers=headers)


def _end_with_connection(response: aiohttp.ClientResponse) -> None:
    """Make reading the body fail when the connection ends before the body.

    aiohttp 3.14 closes the connection at a malformed chunk, but its C parser does not end the
    body: without this, a read would wait for the timeout.
    """
    content = response.content

    def connection_ended(closed: asyncio.Future[None]) -> None:
        closed.exception()  # asyncio logs an exception that nobody asked for
        fail()

    def fail() -> None:
        if not content.is_eof() and content.exception() is None:
            content.set_exception(aiohttp.ClientPayloadError(MALFORMED))

    protocol = response.connection and response.connection.protocol
    if protocol is None:
        return  # the whole body is here
    closed = protocol.closed
    if closed is None:
        fail()
    else:
        closed.add_done_callback(connection_ended)


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _not_public(address: str, rules: Rules) -> Phrase:
    if rules.private:
        return Phrase("%(address)s is not a public address.", address=address)
    return Phrase(
        "%(address)s is not a public address. STOPPRESS_FETCH_PRIVATE=1 allows this machine and its"
        " network.",
        address=address,
    )


def _in_time(text: str, seconds: float) -> Phrase:
    return Phrase(text, seconds=format(seconds, "g"))


def _invalid(why: str) -> Phrase:
    return Phrase("The server's answer is not valid HTTP (%(why)s).", why=why)


def _words(error: BaseException) -> str:
    return _one_line(str(getattr(error, "strerror", None) or error)) or type(error).__name__


def _one_line(words: str) -> str:
    return " ".join(words.split())[:200]
