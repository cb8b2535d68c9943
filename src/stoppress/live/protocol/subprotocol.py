"""Chooses the WebSocket subprotocol (RFC 6455, section 1.9)."""

from collections.abc import Collection

from .frames import PROTOCOL
from .refusals import Refusal, other_protocol


def choose(offered: Collection[str]) -> tuple[str | None, Refusal | None]:
    """Return the subprotocol to answer with, or the refusal of a client that offers only others.

    A client that offers no subprotocol is served too.
    """
    if PROTOCOL in offered:
        return PROTOCOL, None
    return None, other_protocol(PROTOCOL) if offered else None
