"""What of a request matters to the memory of pages, and which requests are none of its."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.utils import translation

from stoppress.live.limits.client_address import is_of_trusted_proxy

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
# What Django is not told of the request that it answers for others as well.
_FOR_ONE = frozenset(
    {
        b"accept-encoding",
        b"cookie",
        b"if-modified-since",
        b"if-none-match",
        b"if-range",
        b"range",
    }
)
_FORWARDED = b"x-forwarded-"

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
    """

    key: Key
    gzip: bool
    language: str
    head: bool
    condition: bytes
    enduring: bool


def read_request(scope: Any, languages: bool) -> PageRequest | None:
    """Return what matters of a request; None where it is out of the memory's way.

    Args:
        scope: the ASGI scope.
        languages: answers vary on Accept-Language.
    """
    method, path, query = scope["method"], scope["path"], scope.get("query_string", b"")
    if method not in {"GET", "HEAD"} or len(path) + len(query) > ADDRESS_BYTES:
        return None
    host = condition = coding = language = b""
    hosts = 0
    forwarded: list[tuple[bytes, bytes]] = []
    scheme_header = _scheme_header()
    for name, value in scope["headers"]:
        if name == b"host":
            host, hosts = value, hosts + 1
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
        elif name == scheme_header or (name.startswith(_FORWARDED) and name != b"x-forwarded-for"):
            forwarded.append((name, value))
    if hosts != 1 or len(host) + sum(len(value) for _, value in forwarded) > HEADER_BYTES:
        return None
    # What a proxy says of scheme and host counts only where the site trusts that proxy, so that
    # who it comes from belongs to the key.
    trusted = bool(forwarded) and is_of_trusted_proxy(scope)
    gzip = takes_gzip(coding)
    chosen = choose_language(language) if languages else ""
    key = (
        host,
        scope.get("scheme", "http"),
        tuple(forwarded),
        trusted,
        scope.get("root_path", ""),
        path,
        query,
        gzip,
        chosen,
    )
    enduring = not query and (not forwarded or trusted)
    return PageRequest(key, gzip, chosen, method == "HEAD", condition, enduring)


def scope_for_all(scope: Any, asked: PageRequest) -> dict[str, Any]:
    """Return the scope of the request that Django answers for all who ask for the same.

    It is a GET without what is one reader's own, in the spelling that stands for everybody's.
    """
    dropped = _FOR_ONE | {b"accept-language"} if asked.language else _FOR_ONE
    headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
    if asked.gzip:
        headers.append((b"accept-encoding", b"gzip"))
    if asked.language:
        headers.append((b"accept-language", asked.language.encode()))
    # What a server's extensions do, they do to the connection of one reader.
    return dict(scope) | {"method": "GET", "headers": headers, "extensions": {}}


@lru_cache(maxsize=256)
def takes_gzip(accept_encoding: bytes) -> bool:
    """Say whether a reader takes gzip (RFC 9110, 12.5.3); one who is not plain does not."""
    if len(accept_encoding) > HEADER_BYTES:
        return False
    for part in accept_encoding.decode("latin1").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() == "gzip":
            name, _, value = weight.replace(" ", "").partition("=")
            return not weight.strip() or (name == "q" and value.strip("0.") != "")
    return False


@lru_cache(maxsize=256)
def choose_language(accept_language: bytes) -> str:
    """Return the language that Django's LocaleMiddleware chooses for a header."""
    request = HttpRequest()
    if len(accept_language) <= HEADER_BYTES:
        request.META["HTTP_ACCEPT_LANGUAGE"] = accept_language.decode("latin1")
    return translation.get_language_from_request(request)


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
