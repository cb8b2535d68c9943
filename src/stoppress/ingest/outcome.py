"""What came of asking for a document: the bytes, nothing new, or words about what was wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fetched:
    """A document: its bytes, the address it came from at last, and its headers in lower case."""

    body: bytes
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def etag(self) -> str:
        return self._validator("etag")

    @property
    def last_modified(self) -> str:
        return self._validator("last-modified")

    def _validator(self, name: str) -> str:
        # Who says "Expires: 0" often sends a validator that never changes.
        if self.headers.get("expires", "").strip() == "0":
            return ""
        value = self.headers.get(name, "")
        return value if len(value) <= 500 and value.isascii() else ""


@dataclass(frozen=True)
class NotModified:
    """The document is as it was."""


@dataclass(frozen=True)
class FetchError:
    """No document, and why; `status` is the HTTP status where there was one."""

    message: str
    status: int | None = None


Outcome = Fetched | NotModified | FetchError
