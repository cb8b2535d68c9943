"""What of a request matters to the memory of pages, and which requests are none of its."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.utils import translation

from stoppress.live.readers.limits.client_address import is_of_trusted_proxy

from .query import QueryRead

# Bytes of path and query: the keys of the memory must be bounded too.
ADDRESS_BYTES = 2048
# Bytes of a header that is understood; browsers send a tenth.
HEADER_BYTES = 500

# Whoever says one of these gets Django's own answer: they sign in, or have a body or a condition
# that is not ours to judge.
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
# What proxies say that Django may be told to heed (USE_X_FORWARDED_HOST, USE_X_FORWARDED_PORT).
_PROTO = b"x-forwarded-proto"
_FORWARDED = frozenset({b"x-forwarded-host", b"x-forwarded-port", _PROTO})
# Lines of them; proxies write one of each.
FORWARDED_LINES = 8
# What of a scope goes on to Django as it came: it is in the key, or the server's own.
_AS_IT_CAME = ("type", "asgi", "path", "root_path", "server", "state")
# In place of a reader's address: nobody's, so that what looks for a known one finds none.
NOBODY = ("0.0.0.0", 0)

# Of a page that may read any parameter.
ALL = QueryRead()

Key = tuple[object, ...]


@dataclass(slots=True)
class PageRequest:
    """A request that the memory may answer.

    Attributes:
        key: all that an answer may depend on.
        gzip: the reader takes gzip.
        language: as Django chooses it, where answers vary on it; else empty.
        condition: If-None-Match.
        enduring: nobody can make up another address like it: a path exists, or is not kept.
        scheme: the reader's, where a trusted proxy tells it.
        headers: the ones of the key.
        query: what of it the page reads.
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
    """Return what matters of a request; None where it is out of the memory's way.

    Args:
        scope: the ASGI scope.
        languages: answers vary on Accept-Language.
        read: what of its query the page reads.
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
            host, hosts = value.lower(), hosts + 1  # in any case the same (RFC 3986, 3.2.2)
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
    # What a proxy says of scheme and host counts only where the site trusts that proxy, so that
    # who it comes from belongs to the key. Of anybody else it is what Django was told to heed.
    trusted = bool(forwarded) and is_of_trusted_proxy(scope)
    if forwarded and not trusted:
        heeded = _heeded_of_anybody()
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
    """Return the scope of the request that Django answers for all who ask for the same.

    It is a GET that has what is in the key, in the spelling that stands for everybody's, and
    nothing else: whatever another header or an address decided would be decided for all.
    """
    headers = list(asked.headers)
    if asked.gzip:
        headers.append((b"accept-encoding", b"gzip"))
    if asked.language:
        headers.append((b"accept-language", asked.language.encode()))
    # What a server's extensions do, they do to the connection of one reader.
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
    """Say whether a reader takes gzip (RFC 9110, 12.5.3); one who is not plain does not."""
    return len(accept_encoding) <= HEADER_BYTES and _has_gzip(accept_encoding)


@lru_cache(maxsize=256)
def _has_gzip(accept_encoding: bytes) -> bool:
    for part in accept_encoding.decode("latin1").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() == "gzip":
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
    """Return what the nearest proxy says, as `ReadersScheme` reads it; empty for nothing."""
    lines = [value.decode("latin1") for name, value in forwarded if name == _PROTO]
    told = ",".join(lines).rpartition(",")[2].strip().lower()
    return told if told in {"http", "https"} else ""


def _own_cookies() -> tuple[bytes, ...]:
    # LocaleMiddleware reads its cookie without a word of it in Vary.
    names = (settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, CookieStorage.cookie_name)
    return tuple(name.encode() for name in names)


def _scheme_header() -> bytes:
    """Return the header by which Django knows that a request was HTTPS; empty for none."""
    header = settings.SECURE_PROXY_SSL_HEADER
    if not header:
        return b""
    return header[0].removeprefix("HTTP_").replace("_", "-").lower().encode()


def _heeded_of_anybody() -> set[bytes]:
    """Return the headers of proxies that Django heeds whoever sends them."""
    heeded = {_scheme_header()}
    if settings.USE_X_FORWARDED_HOST:
        heeded.add(b"x-forwarded-host")
    if settings.USE_X_FORWARDED_PORT:
        heeded.add(b"x-forwarded-port")
    return heeded
