"""What came of asking for a document: the bytes, nothing new, or words about what was wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """What an answer's headers, in lower case, say of the copy at hand."""

    headers: Mapping[str, str] = field(default_factory=dict, kw_only=True)

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
class Fetched(Answer):
    """A document: its bytes, and the address it came from at last."""

    body: bytes
    url: str

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


@dataclass(frozen=True)
class NotModified(Answer):
    """The document is as it was; its validators may be new ones (RFC 9111, section 4.3.4)."""


@dataclass(frozen=True)
class FetchError:
    """No document, and why; `status` is the HTTP status where there was one."""

    message: str
    status: int | None = None


Outcome = Fetched | NotModified | FetchError
