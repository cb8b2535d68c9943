"""A parsed request, and the choices that RFC 9110 and 9112 leave to a server."""

from dataclasses import dataclass, field


class Unreadable(Exception):
    """The bytes are not a request: a server must refuse them and close the connection."""


class Short(Exception):
    """The bytes are an incomplete request."""


@dataclass
class Message:
    """One parsed request.

    Attributes:
        target: the path and query, as an application sees them.
        headers: with names in lower case, without trailers; the absolute form's host is in `host`.
        closes: whether the connection ends after the answer; None if the server may choose.
        may_refuse: why a server may refuse it; empty if it must not.
        loose: its content has more than one reading, but its end is certain.
        head: the bytes of its head.
        handshake: whether it is a valid handshake for a WebSocket.
    """

    method: str
    target: str
    version: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    closes: bool | None = False
    may_refuse: str = ""
    loose: bool = False
    head: bytes = b""
    handshake: bool = False

    def values(self, name: str) -> list[str]:
        """Return the values of a header, in their order."""
        return [value for known, value in self.headers if known == name]

    def words(self, name: str) -> list[str]:
        """Return the members of a header that is a list, in lower case."""
        members = ",".join(self.values(name)).lower().split(",")
        return [word for member in members if (word := member.strip(" \t"))]


@dataclass
class Reading:
    """The meaning of the bytes sent on one connection.

    Attributes:
        end: its state after the messages: "open", "partial", "closed", "unreadable" or
            "websocket".
        why: the reason for "unreadable" and "partial".
        rest: the bytes after a handshake.
    """

    messages: list[Message]
    end: str
    why: str = ""
    rest: bytes = b""
