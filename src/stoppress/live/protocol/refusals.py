"""Refusals of the protocol: each with its close code, and its HTTP status on SSE and poll."""

from dataclasses import dataclass

RESTARTING = 1012
TOO_MUCH = 4429


@dataclass(eq=False)
class Refusal(Exception):
    """Why a connection is refused or ended.

    Attributes:
        code: the WebSocket close code (RFC 6455, section 7.4.2: 4000 to 4999 are private).
        status: the HTTP status that says the same.
        wait: seconds after which to come back, where that may help.
    """

    code: int
    status: int
    reason: str
    wait: float | None = None


def malformed(reason: str) -> Refusal:
    """Return the refusal of a name or query that cannot be read."""
    return Refusal(4400, 400, reason)


def not_signed_in(stream: str) -> Refusal:
    """Return the refusal of a reader who would have to sign in."""
    return Refusal(4401, 401, f"sign in to read {stream}")


def not_allowed(stream: str) -> Refusal:
    """Return the refusal of a reader who may not read a stream."""
    return Refusal(4403, 403, f"you may not read {stream}")


def no_such_stream(stream: str) -> Refusal:
    """Return the refusal of a name that no stream answers to."""
    return Refusal(4404, 404, f"there is no stream {stream}")


def other_protocol(wanted: str) -> Refusal:
    """Return the refusal of a client that speaks another protocol only."""
    return Refusal(4409, 400, f"this server speaks {wanted}")


def restarting(within: float) -> Refusal:
    """Return the refusal of a server that is about to leave."""
    return Refusal(RESTARTING, 503, f"restart, come back within {within:g} s", within)


def overloaded(seconds: float = 10) -> Refusal:
    """Return the refusal of a server that has as many readers as it may have."""
    return Refusal(4008, 503, "overloaded: this server is full", seconds)


def too_many(seconds: float) -> Refusal:
    """Return the refusal of an address that has as many connections as one may."""
    reason = f"too many connections from your address; come back in {seconds:g} s"
    return Refusal(TOO_MUCH, 429, reason, seconds)


def too_hasty(seconds: float) -> Refusal:
    """Return the refusal of an address that begins as many connections as one may for now."""
    reason = f"too many new connections from your address; come back in {seconds:g} s"
    return Refusal(TOO_MUCH, 429, reason, seconds)


def too_much_replayed(seconds: float) -> Refusal:
    """Return the refusal of an address that was replayed as many bytes as one may be for now."""
    reason = f"too much was replayed to your address; come back in {seconds:g} s"
    return Refusal(TOO_MUCH, 429, reason, seconds)


def too_slow() -> Refusal:
    """Return the refusal of a reader who takes less than there is."""
    return Refusal(4002, 503, "too slow")


def too_big(bytes_: int) -> Refusal:
    """Return the refusal of a message that is no text, or too long (RFC 6455, section 7.4.1)."""
    return Refusal(1009, 413, f"messages are text of at most {bytes_} bytes")


def cannot_be_read() -> Refusal:
    """Return the refusal of a server whose database is in trouble."""
    return Refusal(1011, 503, "the stream cannot be read now", 5)
