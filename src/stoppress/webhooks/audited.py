"""Record changes of webhooks, and skipped messages, in the audit."""

from stoppress.newsroom.auditing.record import Thing, is_audited, record
from stoppress.newsroom.auditing.watch import Before, Told, Watch
from stoppress.newsroom.models import AuditEntry

from .message import Message
from .models import Endpoint

Act = AuditEntry.Act
FIELDS = ("name", "url", "events", "secret", "enabled")


def endpoint_told(endpoint: Endpoint, before: Before) -> Told:
    """Yield the changes of a saved endpoint, without its secret and its address.

    An address may contain a secret too.
    """
    if before is None:
        yield Act.WEBHOOK_ADDED, ""
        return
    changed = [name for name in before if before[name] != getattr(endpoint, name)]
    if "secret" in changed:
        yield Act.WEBHOOK_ROTATED, ""
    if "enabled" in changed:
        yield (Act.WEBHOOK_ENABLED if endpoint.enabled else Act.WEBHOOK_DISABLED), ""
    if others := sorted({*changed} - {"secret", "enabled"}):
        yield Act.WEBHOOK_CHANGED, ", ".join(others)


def endpoint_deleted(endpoint: Endpoint) -> Told:
    yield Act.WEBHOOK_DELETED, ""


def record_skipped(endpoint: Endpoint, message: Message, using: str) -> None:
    """Record a skipped message, in the open transaction of a database."""
    if is_audited(using):
        detail = f"{message.type} {message.id}"
        record(Act.WEBHOOK_SKIPPED, endpoint_thing(endpoint), detail=detail)


def endpoint_thing(endpoint: Endpoint) -> Thing:
    return Thing("webhook", str(endpoint.pk), endpoint.name)


Watch(Endpoint, FIELDS, endpoint_told, endpoint_deleted, endpoint_thing).connect()
