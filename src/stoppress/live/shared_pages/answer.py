"""A complete response of Django's, and how long it may be shared with other readers."""

from dataclasses import dataclass, field
from typing import Any

from stoppress.live.asgi_types import Headers
from stoppress.live.protocol.cursor import Cursor

from .decorator import HEADER, parse_shown
from .request import PageRequest

# Most bytes of a cached body.
BODY_BYTES = 1024 * 1024
# Most seconds that a page is cached, whatever its header says. Caches behind us add two more, and a
# withdrawn text must be gone within three.
KEPT_SECONDS = 2.0
# 410, because many readers ask for a text that was just withdrawn. Not 404: no event ends it, and
# there are endless unknown addresses.
_KEPT = frozenset({200, 410})
_NAME = HEADER.lower().encode()


@dataclass
class Answer:
    """A response, with header names in lower case and without the header for the cache.

    Attributes:
        shown: the streams that the page shows, each with the cursor that was read.
        alone: it is too large or endless: each reader has to ask Django.
        is_outage: the database does not work: waiting readers get this response too.
    """

    status: int
    headers: Headers
    body: bytes = b""
    shown: dict[str, Cursor] = field(default_factory=dict)
    alone: bool = False
    is_outage: bool = False

    def header(self, name: bytes) -> str:
        """Return a header, its lines joined; empty where there is none."""
        return ",".join(value.decode("latin1") for known, value in self.headers if known == name)

    def varies_on(self) -> set[str]:
        """Return the header names in `Vary`, in lower case."""
        return {name.strip().lower() for name in self.header(b"vary").split(",")} - {""}

    @property
    def is_kept(self) -> bool:
        """Return whether it is cached for later readers, not only shared with waiting readers."""
        return self.status in _KEPT

    def seconds_for(self, asked: PageRequest) -> float:
        """Return for how many seconds equal requests may get it; 0 where they may not."""
        may_vary_on = {"accept-encoding", "accept-language"} if asked.language else _GZIP
        takes = {"", "gzip"} if asked.gzip else {""}
        if (
            self.alone
            or not (self.status == 404 or (self.is_kept and self.shown))
            or len(self.body) > BODY_BYTES
            or self.header(b"set-cookie")
            or not self.varies_on() <= may_vary_on
            or self.header(b"content-encoding") not in takes
        ):
            return 0.0
        return min(KEPT_SECONDS, _shared_for(self.header(b"cache-control")))


_GZIP = {"accept-encoding"}


def split_shown(headers: Headers) -> tuple[Headers, dict[str, Cursor]]:
    """Return a response's headers without the one for the cache, and the cursors in that one."""
    told = [value.decode("latin1") for name, value in headers if name.lower() == _NAME]
    if not told:
        return headers, {}
    return [h for h in headers if h[0].lower() != _NAME], parse_shown(" ".join(told))


def without_shown(send: Any) -> Any:
    """Return a `send` that removes the header for the cache."""

    async def sends(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers, shown = split_shown(list(message.get("headers", [])))
            message = message | {"headers": headers} if shown else message
        await send(message)

    return sends


def _shared_for(cache_control: str) -> float:
    """Return the seconds for which shared caches may keep a response (RFC 9111, 5.2.2)."""
    said = [word.strip().lower().partition("=") for word in cache_control.split(",")]
    names = {name for name, _, _ in said}
    if "public" not in names or names & {"private", "no-store", "no-cache"}:
        return 0.0
    seconds = [value.strip('"') for name, _, value in said if name == "s-maxage"]
    return float(seconds[0]) if len(seconds) == 1 and seconds[0].isdecimal() else 0.0
