"""Which WebSocket subprotocol is spoken (RFC 6455, section 1.9)."""

from collections.abc import Collection

from .frames import PROTOCOL
from .refusals import Refusal, other_protocol


def choose(offered: Collection[str]) -> tuple[str | None, Refusal | None]:
    """Return the subprotocol to answer with, and the refusal of a client that has none of ours.

    A client that offers none at all is served the same.
    """
    if PROTOCOL in offered:
        return PROTOCOL, None
    return None, other_protocol(PROTOCOL) if offered else None
