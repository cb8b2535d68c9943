"""What a server outside answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    Attributes:
        status: as it came; no exception is made of it.
        headers: with names in lower case, repeated ones joined by a comma.
        body: as it came, not decompressed.
        url: where it came from, after redirects.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    url: str = ""

    @property
    def said(self) -> str:
        """The status in words, such as `404 Not Found`."""
        try:
            return f"{self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:
            return str(self.status)
