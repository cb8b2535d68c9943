"""A response that never changes, prepared once: compressed, with an entity tag."""

import gzip
import hashlib
import re
from collections.abc import Callable

import brotli

from stoppress.live.asgi_types import Headers

# Types that compress well; pictures and fonts are compressed already.
_TEXT = re.compile(rb"(text/|application/(json|javascript|xml)|image/svg)")
# The shortest body to compress: gzip's header would be most of a shorter one.
LEAST_BYTES = 200
# Above this size, brotli's best quality takes seconds of CPU and saves only a tenth of the bytes.
MOST_BYTES_AT_BEST = 128 * 1024
BEST, QUICK = 11, 5
# Headers that describe a body, which a 304 leaves out; and headers that this module sets itself.
_OF_THE_BODY = frozenset({b"content-length", b"content-type", b"content-encoding"})
_MADE_ANEW = frozenset({b"content-length", b"content-encoding", b"etag", b"vary"})


class ReadyMade:
    """A response in three forms, plain and compressed, each with a strong entity tag.

    Creating a large one takes time: about 120 ms for a script of 1.5 MB.

    Args:
        headers: with their names in lower case; tag, length and coding are set anew.
    """

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        kept = [header for header in headers if header[0] not in _MADE_ANEW]
        tag = hashlib.sha256(body).hexdigest()[:32]
        packed = _packed(dict(kept).get(b"content-type", b""), body)
        if packed:
            kept.append((b"vary", b"Accept-Encoding"))
        self._plain = Form(status, kept, body, tag)
        self._forms = {
            coding: Form(
                status, [*kept, (b"content-encoding", coding.encode())], text, f"{tag}-{coding}"
            )
            for coding, text in packed.items()
        }
        self.size = len(body) + sum(map(len, packed.values()))

    def form(self, takes: Callable[[str], bool]) -> "Form":
        """Return the smallest form for a reader, by which codings (`br`, `gzip`) it accepts."""
        return next((form for coding, form in self._forms.items() if takes(coding)), self._plain)


class Form:
    """One form of a response: plain or compressed."""

    def __init__(self, status: int, headers: Headers, body: bytes, tag: str) -> None:
        self._status = status
        self._tag = f'"{tag}"'.encode()
        self._body = body
        tagged = [*headers, (b"etag", self._tag)] if status == 200 else headers
        self._headers = [*tagged, (b"content-length", str(len(body)).encode())]
        self._unchanged = [header for header in tagged if header[0] not in _OF_THE_BODY]

    def answer(self, condition: bytes, head: bool) -> tuple[int, Headers, bytes]:
        """Return status, headers and body.

        Args:
            condition: If-None-Match, compared weakly (RFC 9110, 13.1.2); empty without one.
            head: the request is a HEAD request, so the body is left out.
        """
        if condition and self._status == 200 and self._is_known(condition):
            return 304, list(self._unchanged), b""
        # A copy, since the server may change the list.
        return self._status, list(self._headers), b"" if head else self._body

    def _is_known(self, condition: bytes) -> bool:
        tags = {tag.strip().removeprefix(b"W/") for tag in condition.split(b",")}
        return self._tag in tags or b"*" in tags


def _packed(content_type: bytes, body: bytes) -> dict[str, bytes]:
    """Return the compressed bodies by their coding, the smallest first; none that is no smaller."""
    if len(body) < LEAST_BYTES or not _TEXT.match(content_type):
        return {}
    packed = {
        "br": brotli.compress(body, quality=BEST if len(body) <= MOST_BYTES_AT_BEST else QUICK),
        # Without a timestamp, so that two servers send the same bytes for the same tag.
        "gzip": gzip.compress(body, 9, mtime=0),
    }
    smaller = [(coding, text) for coding, text in packed.items() if len(text) < len(body)]
    return dict(sorted(smaller, key=lambda each: len(each[1])))
