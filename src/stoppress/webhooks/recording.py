"""Write what came of sending, each in one transaction, and only to a row that is as it was read.

An editor may change it while a message is on its way: what came of the old address says nothing of
the new one. Two background workers may send for a moment, when one has lost its lock and does not
know it yet: the one that comes second finds that the cursor has moved, and writes nothing.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import router, transaction
from django.db.models import QuerySet

from stoppress.newsroom.language import in_english
from stoppress.newsroom.phrase import Phrase

from .attempt import Attempt
from .message import Message
from .metrics import DELIVERIES
from .models import Delivery, Endpoint
from .next_step import Pass, Tell
from .waits import GIVES_UP_AFTER, gives_up, wait

logger = logging.getLogger("stoppress.webhooks")

GONE = Phrase("The receiver answered 410 Gone: it wants no more messages.")


def record_pass(endpoint: Endpoint, step: Pass) -> None:
    """Move the cursor over events that the endpoint did not ask for."""
    as_read(endpoint).update(cursor=str(step.cursor))


def record_lost(endpoint: Endpoint, now: datetime) -> None:
    """Note that the log has another history, of which the endpoint has to be told."""
    as_read(endpoint).update(history_changed=now)


def record_delivered(endpoint: Endpoint, step: Tell, made: Attempt, now: datetime) -> bool:
    """Move the cursor: the receiver has the message. Return whether it was moved."""
    with transaction.atomic(router.db_for_write(Endpoint)):
        moved = as_read(endpoint).update(
            **{"cursor": str(step.cursor), "last_delivered": now, "history_changed": None},
            **{"failures": 0, "failing_since": None, "retry_at": None, "untried": False},
        )
        if moved:
            _record(endpoint, step.message, endpoint.failures + 1, made, now)
    if endpoint.failures and moved:
        logger.info("the webhook %r answers again", endpoint.name)
    return bool(moved)


def record_failed(
    endpoint: Endpoint, step: Tell, made: Attempt, now: datetime, random: Callable[[], float]
) -> None:
    """Note a failure, and when to try again; disable what has failed for days, or is gone."""
    failures, since = endpoint.failures + 1, endpoint.failing_since or now
    seconds = wait(failures, made.retry_after, now, random)
    note = None
    if made.is_gone:
        note = GONE
    elif gives_up(failures, since, now):
        note = Phrase("It has failed for %(days)d days.", days=GIVES_UP_AFTER.days)
    with transaction.atomic(router.db_for_write(Endpoint)):
        noted = _as_tried(endpoint).update(
            **{"failures": failures, "failing_since": since},
            retry_at=now + timedelta(seconds=seconds),
            **({"enabled": False, "note": note.packed()} if note else {}),
        )
        if noted:
            _record(endpoint, step.message, failures, made, now)
    if note and noted:
        logger.error("the webhook %r is disabled: %s", endpoint.name, note)
    elif failures == 1 and noted:
        with in_english():
            logger.warning("the webhook %r fails: %s", endpoint.name, made.why)


def record_trial(endpoint: Endpoint, message: Message, made: Attempt, now: datetime) -> None:
    """Note what became of a test message; it changes nothing else."""
    asked = Endpoint.objects.filter(pk=endpoint.pk, test_asked=endpoint.test_asked)
    with transaction.atomic(router.db_for_write(Endpoint)):
        if asked.update(test_asked=None):
            _record(endpoint, message, 1, made, now)


def as_read(endpoint: Endpoint) -> QuerySet[Endpoint]:
    """Return the endpoint's row, if it is to be told the same, at the same address, as when read.

    Another sender moves the cursor; a restored backup replaces the log; an editor gives it another
    address, which has not been told then.
    """
    same = ("url", "cursor", "history_changed")
    return Endpoint.objects.filter(
        pk=endpoint.pk, **{name: getattr(endpoint, name) for name in same}
    )


def _as_tried(endpoint: Endpoint) -> QuerySet[Endpoint]:
    """Return the row as `as_read`, if nobody has enabled or disabled it, or begun anew, either."""
    return as_read(endpoint).filter(enabled=endpoint.enabled, failures=endpoint.failures)


def _record(
    endpoint: Endpoint, message: Message, attempt: int, made: Attempt, now: datetime
) -> None:
    Delivery.objects.create(
        endpoint_id=endpoint.pk,
        message=message.id,
        type=message.type,
        attempt=attempt,
        result=made.result,
        status=made.status,
        why=made.why.packed() if made.why else [],
        time=now,
        milliseconds=int(made.seconds * 1000),
    )
    DELIVERIES.labels(made.result.value).inc()
