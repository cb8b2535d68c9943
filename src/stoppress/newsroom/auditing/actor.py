"""The actor: the user or the token of the present request, or else a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest

from stoppress.live.readers.limits.request_address import request_address
from stoppress.newsroom.models import ApiToken, AuditEntry

Kind = AuditEntry.ActorKind

_present: ContextVar["HttpRequest | Actor | None"] = ContextVar(
    "stoppress_audited_request", default=None
)


@dataclass(frozen=True)
class Actor:
    """The author of an act, with the address of the request.

    Attributes:
        name: of a user or a token; `command`; empty for a request that is not signed in.
        address: of the request, as limits count it (an IPv6 client by its /64); empty without one.
    """

    kind: AuditEntry.ActorKind
    name: str = ""
    address: str = ""


@contextmanager
def acting(who: HttpRequest | Actor) -> Iterator[None]:
    """Record acts in this context as done by the user of a request, or by a given actor."""
    before = _present.set(who)
    try:
        yield
    finally:
        _present.reset(before)


def present_actor() -> Actor:
    """Return the present actor: outside a request and without `acting`, it is a command."""
    who = _present.get()
    if isinstance(who, HttpRequest):
        return actor_of(who)
    return who or Actor(Kind.COMMAND, "command")


def actor_of(request: HttpRequest) -> Actor:
    """Return the user or the token of a request."""
    address = request_address(request)
    token = getattr(request, "auth", None)
    if isinstance(token, ApiToken):
        return Actor(Kind.TOKEN, token.name, address)
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return Actor(Kind.USER, user.get_username(), address)
    return Actor(Kind.NOBODY, "", address)
