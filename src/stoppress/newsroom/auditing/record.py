"""Write entries of the audit."""

from dataclasses import dataclass

from django.db import models, router

from stoppress.live.clock import database_time
from stoppress.newsroom.models import AuditEntry
from stoppress.newsroom.models.audit_entry import ADDRESS_CHARS, NAME_CHARS

from .actor import Actor, present_actor


@dataclass(frozen=True)
class Thing:
    """What an act is done to. It is named only where its name is no text of an article."""

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
    """Write an entry in the open transaction, so that it stays or goes with the change.

    Args:
        detail: names of groups or rights, a scope, a reason; never a text or a secret.
        actor: who does it; by default whoever acts now.
    """
    entry(act, done_to, detail=detail, actor=actor or present_actor()).save()


def entry(
    act: AuditEntry.Act, done_to: Thing, *, detail: str, actor: Actor, once: str | None = None
) -> AuditEntry:
    """Return an entry that is not written yet, with the database's time."""
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
    """Return whether a database has the audit; an entry shares a transaction with its change."""
    return using == router.db_for_write(AuditEntry)
