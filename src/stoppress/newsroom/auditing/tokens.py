"""The audit of API tokens and their use."""

from typing import Any

from django.http import HttpRequest

from stoppress.live.readers.limits.request_address import request_address
from stoppress.newsroom.models import ApiToken, AuditEntry
from stoppress.newsroom.phrase import marked
from stoppress.newsroom.token_uses import write_use

from .actor import Actor, Kind
from .bounded import DAY, record_bounded
from .record import NOTHING, Thing, thing
from .watch import Before, Told

Act = AuditEntry.Act
FIELDS = ("name", "digest", "scope", "expires", "revoked")
# The most entries in a day for one token, each with another address; and in an hour for refused
# tokens.
USES, REFUSALS = 100, 100
NO_SUCH_TOKEN = marked("no such token")


def token_told(token: ApiToken, before: Before) -> Told:
    """Yield the act that a save does to a token."""
    if before is None:
        yield Act.TOKEN_MADE, _terms(token)
    elif before.get("digest", token.digest) != token.digest:
        yield Act.TOKEN_RENEWED, _terms(token)
    elif token.revoked is not None and before.get("revoked", token.revoked) is None:
        yield Act.TOKEN_REVOKED, ""
    elif any(before[name] != getattr(token, name) for name in before):
        yield Act.TOKEN_CHANGED, _terms(token)


def token_deleted(token: ApiToken) -> Told:
    yield Act.TOKEN_DELETED, ""


def _terms(token: ApiToken) -> str:
    return f"{token.scope}, " + (f"until {token.expires:%Y-%m-%d}" if token.expires else "no end")


def token_used(request: HttpRequest, token: ApiToken) -> None:
    """Record a token's use, once for each address and day."""
    actor = Actor(Kind.TOKEN, token.name, request_address(request))
    key = f"{token.pk} {token.created:%Y%m%d%H%M%S%f} {actor.address}"
    _record(Act.TOKEN_USED, thing(token), actor=actor, most=USES, key=key, span=DAY)


def token_refused(request: HttpRequest, token: ApiToken | None) -> None:
    """Record that a token was refused, once for each address and hour.

    Args:
        token: None if there is no such token.
    """
    actor = Actor(Kind.NOBODY, "", request_address(request))
    key = f"{token.pk if token else ''} {actor.address}"
    refused = thing(token) if token else NOTHING
    detail = token.ended if token else NO_SUCH_TOKEN
    _record(Act.TOKEN_REFUSED, refused, actor=actor, most=REFUSALS, key=key, detail=detail)


def _record(act: AuditEntry.Act, done_to: Thing, **more: Any) -> None:
    write_use(lambda: record_bounded(act, done_to, **more))
