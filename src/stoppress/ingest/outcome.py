"""The outcome of a fetch: a document, "not modified", or an error message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from stoppress.newsroom.phrase import Phrase


@dataclass(frozen=True)
class Answer:
    """The headers of an answer, with names in lower case, and its validators."""

    headers: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    @property
    def etag(self) -> str:
        return self._validator("etag")

    @property
    def last_modified(self) -> str:
        return self._validator("last-modified")

    def _validator(self, name: str) -> str:
        # Servers that send "Expires: 0" often send a validator that never changes.
        if self.headers.get("expires", "").strip() == "0":
            return ""
        value = self.headers.get(name, "")
        return value if len(value) <= 500 and value.isascii() else ""


@dataclass(frozen=True)
class Fetched(Answer):
    """A document: its bytes, and its address after redirects."""

    body: bytes
    url: str

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


@dataclass(frozen=True)
class NotModified(Answer):
    """The document is unchanged; its validators may be new (RFC 9111, section 4.3.4)."""


@dataclass(frozen=True)
class FetchError:
    """Why there is no document.

    Attributes:
        status: the HTTP status, if there was one.
        retry_after: the header, as it came.
        redirected: the answer came from another address than the requested one.
    """

    message: Phrase
    status: int | None = None
    retry_after: str = ""
    redirected: bool = False

    @property
    def gone(self) -> bool:
        """Whether the document is gone for good: a 410, but not from the target of a redirect."""
        return self.status == HTTPStatus.GONE and not self.redirected


Outcome = Fetched | NotModified | FetchError
