"""A request as RFC 9110 and 9112 have it, and how much choice they leave a server."""

from dataclasses import dataclass, field


class Unreadable(Exception):
    """Bytes that are no request: to be refused, and the connection to be closed."""


class Short(Exception):
    """Bytes that are the beginning of a request, and no more."""


@dataclass
class Message:
    """One request, read.

    Attributes:
        target: what an application sees: path and query.
        headers: with names in lower case, without trailers; the absolute form's host is in `host`.
        closes: the connection ends with the answer; None where the server may choose.
        may_refuse: why a server may refuse it; empty where it must not.
        loose: what is in it can be read in more than one way; where it ends cannot.
        head: the bytes of its head.
        handshake: asks for a WebSocket, and may have one.
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
    """What some bytes mean on one connection.

    Attributes:
        end: how it goes on after the messages: "open", "partial", "closed", "unreadable" or
            "websocket".
        why: of "unreadable" and "partial".
        rest: what follows a handshake.
    """

    messages: list[Message]
    end: str
    why: str = ""
    rest: bytes = b""
