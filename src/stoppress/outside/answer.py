"""The answer of another server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus


@dataclass(frozen=True)
class Answer:
    """The answer of a server.

    Attributes:
        status: the HTTP status; no status raises an exception.
        headers: with names in lower case; repeated headers are joined by a comma.
        body: not decompressed.
        url: the address that answered, after redirects.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    url: str = ""

    @property
    def said(self) -> str:
        """The status with its name, such as `404 Not Found`."""
        try:
            return f"{self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:
            return str(self.status)
