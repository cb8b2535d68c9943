"""The parts of a request that a cached page depends on, and which requests bypass the cache."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.utils import translation

from stoppress.live.readers.limits.client_address import is_of_trusted_proxy

from .query import QueryRead

# Most bytes of path and query: the cache's keys must be bounded too.
ADDRESS_BYTES = 2048
# Most bytes of a header that is understood; browsers send a tenth.
HEADER_BYTES = 500

# A request with one of these headers goes to Django: it signs in, or has a body or a condition that
# the cache does not judge.
_OUT_OF_THE_WAY = frozenset(
    {
        b"authorization",
        b"expect",
        b"if-match",
        b"if-unmodified-since",
        b"transfer-encoding",
        b"upgrade",
    }
)
# Proxy headers that Django may be configured to use (USE_X_FORWARDED_HOST, USE_X_FORWARDED_PORT).
_PROTO = b"x-forwarded-proto"
_FORWARDED = frozenset({b"x-forwarded-host", b"x-forwarded-port", _PROTO})
# Most lines of them; a proxy writes one of each.
FORWARDED_LINES = 8
# The parts of a scope that reach Django unchanged: they are in the key, or the server's own.
_AS_IT_CAME = ("type", "asgi", "path", "root_path", "server", "state")
# Instead of a reader's address: one that belongs to nobody, so it matches no known reader.
NOBODY = ("0.0.0.0", 0)

# For a page that may read any parameter.
ALL = QueryRead()

Key = tuple[object, ...]


@dataclass(slots=True)
class PageRequest:
    """A request that may be answered from the cache.

    Attributes:
        key: everything that the response may depend on.
        gzip: the reader accepts gzip.
        language: as Django chooses it, where responses vary on it; else empty.
        condition: If-None-Match.
        enduring: the number of such addresses is limited: there is no query, and unknown paths are
            not cached.
        scheme: the reader's, where a trusted proxy reports it.
        headers: the headers in the key.
        query: the parameters that the page reads.
    """

    key: Key
    gzip: bool
    language: str
    head: bool
    condition: bytes
    enduring: bool
    scheme: str = "http"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    query: bytes = b""


def read_request(scope: Any, languages: bool, read: QueryRead = ALL) -> PageRequest | None:
    """Return the parts of a request that matter; None where it bypasses the cache.

    Args:
        scope: the ASGI scope.
        languages: responses vary on Accept-Language.
        read: the query parameters that the page reads.
    """
    method, path, query = scope["method"], scope["path"], scope.get("query_string", b"")
    if len(query) <= ADDRESS_BYTES or not read.names:
        query = read.narrow(query)
    if method not in {"GET", "HEAD"} or len(path) + len(query) > ADDRESS_BYTES:
        return None
    host = condition = coding = language = b""
    hosts = 0
    forwarded: list[tuple[bytes, bytes]] = []
    scheme_header = _scheme_header()
    for name, value in scope["headers"]:
        if name == b"host":
            host, hosts = value.lower(), hosts + 1  # case does not matter (RFC 3986, 3.2.2)
        elif name == b"accept-encoding":
            coding = coding + b"," + value if coding else value
        elif name == b"cookie":
            if any(own in value for own in _own_cookies()):
                return None
        elif name == b"if-none-match":
            condition = condition + b"," + value if condition else value
        elif name == b"accept-language":
            language = language + b"," + value if language else value
        elif name in _OUT_OF_THE_WAY or (name == b"content-length" and value != b"0"):
            return None
        elif name == scheme_header or name in _FORWARDED:
            forwarded.append((name, value))
    # A proxy's word on scheme and host counts only if the site trusts that proxy, so trust is part
    # of the key. From any other client only those headers count that Django was told to use.
    trusted = bool(forwarded) and is_of_trusted_proxy(scope)
    if forwarded and not trusted:
        heeded = _unchecked_proxy_headers()
        forwarded = [(name, value) for name, value in forwarded if name in heeded]
    size = len(host) + sum(len(name) + len(value) for name, value in forwarded)
    if hosts != 1 or size > HEADER_BYTES or len(forwarded) > FORWARDED_LINES:
        return None
    gzip = takes_gzip(coding)
    chosen = choose_language(language) if languages else ""
    scheme = (_told_scheme(forwarded) if trusted else "") or scope.get("scheme", "http")
    key = (
        host,
        scheme,
        tuple(forwarded),
        trusted,
        tuple(scope.get("server") or ()),
        scope.get("root_path", ""),
        path,
        query,
        gzip,
        chosen,
    )
    enduring = not query and (not forwarded or trusted)
    headers = ((b"host", host), *forwarded)
    return PageRequest(
        key, gzip, chosen, method == "HEAD", condition, enduring, scheme, headers, query
    )


def scope_for_all(scope: Any, asked: PageRequest) -> dict[str, Any]:
    """Return the scope of the request that Django answers for all equal requests.

    It is a GET with exactly what is in the key, in canonical spelling. Any other header or address
    could change the page for all readers.
    """
    headers = list(asked.headers)
    if asked.gzip:
        headers.append((b"accept-encoding", b"gzip"))
    if asked.language:
        headers.append((b"accept-language", asked.language.encode()))
    # A server's extensions act on the connection of one reader.
    return {name: scope[name] for name in _AS_IT_CAME if name in scope} | {
        "http_version": "1.1",
        "method": "GET",
        "query_string": asked.query,
        "scheme": asked.scheme,
        "headers": headers,
        "client": NOBODY,
        "extensions": {},
    }


def takes_gzip(accept_encoding: bytes) -> bool:
    """Return whether a reader accepts gzip, as `takes` does."""
    return takes("gzip", accept_encoding)


def takes(coding: str, accept_encoding: bytes) -> bool:
    """Return whether a reader accepts a coding (RFC 9110, 12.5.3), such as `gzip`.

    An overlong header counts as no.
    """
    return len(accept_encoding) <= HEADER_BYTES and _has(coding, accept_encoding)


@lru_cache(maxsize=256)
def _has(wanted: str, accept_encoding: bytes) -> bool:
    for part in accept_encoding.decode("latin1").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() == wanted:
            name, _, value = weight.replace(" ", "").partition("=")
            return not weight.strip() or (name == "q" and value.strip("0.") != "")
    return False


def choose_language(accept_language: bytes) -> str:
    """Return the language that Django's LocaleMiddleware chooses for a header."""
    return chosen_language(accept_language if len(accept_language) <= HEADER_BYTES else b"")


@lru_cache(maxsize=256)
def chosen_language(accept_language: bytes) -> str:
    """Return the language for a header of bounded length."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accept_language.decode("latin1")
    return translation.get_language_from_request(request)


def _told_scheme(forwarded: list[tuple[bytes, bytes]]) -> str:
    """Return the scheme the nearest proxy reports, as `ReadersScheme` reads it; else empty."""
    lines = [value.decode("latin1") for name, value in forwarded if name == _PROTO]
    told = ",".join(lines).rpartition(",")[2].strip().lower()
    return told if told in {"http", "https"} else ""


def _own_cookies() -> tuple[bytes, ...]:
    # LocaleMiddleware reads its cookie without naming it in Vary.
    names = (settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, CookieStorage.cookie_name)
    return tuple(name.encode() for name in names)


def _scheme_header() -> bytes:
    """Return the header that tells Django that a request was HTTPS; empty for none."""
    header = settings.SECURE_PROXY_SSL_HEADER
    if not header:
        return b""
    return header[0].removeprefix("HTTP_").replace("_", "-").lower().encode()


def _unchecked_proxy_headers() -> set[bytes]:
    """Return the proxy headers that Django believes from any client."""
    heeded = {_scheme_header()}
    if settings.USE_X_FORWARDED_HOST:
        heeded.add(b"x-forwarded-host")
    if settings.USE_X_FORWARDED_PORT:
        heeded.add(b"x-forwarded-port")
    return heeded
