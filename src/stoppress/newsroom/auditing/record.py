"""Write entries of the audit."""

from dataclasses import dataclass

from django.db import models, router

from stoppress.live.clock import database_time
from stoppress.newsroom.models import AuditEntry
from stoppress.newsroom.models.audit_entry import ADDRESS_CHARS, NAME_CHARS

from .actor import Actor, present_actor


@dataclass(frozen=True)
class Thing:
    """The object of an act. It has no name if the name is a text of an article or a picture."""

    kind: str = ""
    id: str = ""
    name: str = ""


NOTHING = Thing()
KINDS = {"apitoken": "token"}


def thing(row: models.Model) -> Thing:
    """Return a user, a group or a token as the object of an act."""
    kind = str(row._meta.model_name)
    return Thing(KINDS.get(kind, kind), str(row.pk), str(row))


def record(
    act: AuditEntry.Act, done_to: Thing = NOTHING, *, detail: str = "", actor: Actor | None = None
) -> None:
    """Write an entry in the open transaction, so that both commit or roll back together.

    Args:
        detail: names of groups or permissions, a scope, a reason; never a text or a secret.
        actor: the author of the act; by default the present actor.
    """
    entry(act, done_to, detail=detail, actor=actor or present_actor()).save()


def entry(
    act: AuditEntry.Act, done_to: Thing, *, detail: str, actor: Actor, once: str | None = None
) -> AuditEntry:
    """Return an unsaved entry with the database's time."""
    return AuditEntry(
        time=database_time(router.db_for_write(AuditEntry)),
        act=act,
        actor_kind=actor.kind,
        actor=actor.name[:NAME_CHARS],
        address=actor.address[:ADDRESS_CHARS],
        object_kind=done_to.kind,
        object_id=done_to.id,
        object_name=done_to.name[:NAME_CHARS],
        detail=detail,
        once=once,
    )


def is_audited(using: str) -> bool:
    """Return whether a database has the audit: an entry is written in its change's transaction."""
    return using == router.db_for_write(AuditEntry)
