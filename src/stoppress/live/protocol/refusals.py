"""Refusals: each has a WebSocket close code, and an HTTP status for SSE and poll."""

from dataclasses import dataclass

RESTARTING = 1012
TOO_MUCH = 4429

# Most bytes of a reader's message: all that a reader may send is small.
MESSAGE_BYTES = 4096


@dataclass(eq=False)
class Refusal(Exception):
    """The reason why a connection is refused or ended.

    Attributes:
        code: the WebSocket close code (RFC 6455, section 7.4.2: 4000 to 4999 are private).
        status: the HTTP status of the same meaning.
        wait: seconds after which to retry, where that may help.
    """

    code: int
    status: int
    reason: str
    wait: float | None = None


def malformed(reason: str) -> Refusal:
    """Return the refusal of a malformed name or query."""
    return Refusal(4400, 400, reason)


def not_signed_in(stream: str) -> Refusal:
    """Return the refusal of a reader who has to sign in."""
    return Refusal(4401, 401, f"sign in to read {stream}")


def not_allowed(stream: str) -> Refusal:
    """Return the refusal of a reader who may not read a stream."""
    return Refusal(4403, 403, f"you may not read {stream}")


def no_such_stream(stream: str) -> Refusal:
    """Return the refusal of an unknown stream."""
    return Refusal(4404, 404, f"there is no stream {stream}")


def other_protocol(wanted: str) -> Refusal:
    """Return the refusal of a client that speaks only other subprotocols."""
    return Refusal(4409, 400, f"this server speaks {wanted}")


def restarting(within: float) -> Refusal:
    """Return the refusal of a server that is shutting down."""
    return Refusal(RESTARTING, 503, f"restart, come back within {within:g} s", within)


def overloaded(seconds: float = 10) -> Refusal:
    """Return the refusal of a server that has as many readers as its limit allows."""
    return Refusal(4008, 503, "overloaded: this server is full", seconds)


def too_many(seconds: float) -> Refusal:
    """Return the refusal of an address that has as many connections as its limit allows."""
    reason = f"too many connections from your address; come back in {seconds:g} s"
    return Refusal(TOO_MUCH, 429, reason, seconds)


def too_hasty(seconds: float) -> Refusal:
    """Return the refusal of an address that opens connections faster than its limit allows."""
    reason = f"too many new connections from your address; come back in {seconds:g} s"
    return Refusal(TOO_MUCH, 429, reason, seconds)


def too_much_replayed(seconds: float) -> Refusal:
    """Return the refusal of an address that was replayed more bytes than its limit allows."""
    reason = f"too much was replayed to your address; come back in {seconds:g} s"
    return Refusal(TOO_MUCH, 429, reason, seconds)


def too_slow() -> Refusal:
    """Return the refusal of a reader that takes events more slowly than they come."""
    return Refusal(4002, 503, "too slow")


def too_big() -> Refusal:
    """Return the refusal of a message that is too long or not text (RFC 6455, section 7.4.1)."""
    return Refusal(1009, 413, f"messages are text of at most {MESSAGE_BYTES} bytes")


def cannot_be_read() -> Refusal:
    """Return the refusal of a server that cannot read its database."""
    return Refusal(1011, 503, "the stream cannot be read now", 5)
