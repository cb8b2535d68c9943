"""Write what came of sending, each in one transaction; a cursor moves only from where it was.

Two background workers may send for a moment, when one has lost its lock and does not know it yet:
the one that comes second finds that the cursor has moved, and writes nothing.
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
from .waits import GIVES_UP_AFTER, wait

logger = logging.getLogger("stoppress.webhooks")

GONE = Phrase("The receiver answered 410 Gone: it wants no more messages.")


def record_pass(endpoint: Endpoint, step: Pass) -> None:
    """Move the cursor over events that the endpoint did not ask for."""
    _as_read(endpoint).update(cursor=str(step.cursor))


def record_lost(endpoint: Endpoint, now: datetime) -> None:
    """Note that the log has another history, of which the endpoint has to be told."""
    _as_read(endpoint).update(history_changed=now)


def record_delivered(endpoint: Endpoint, step: Tell, made: Attempt, now: datetime) -> None:
    """Move the cursor: the receiver has the message."""
    with transaction.atomic(router.db_for_write(Endpoint)):
        moved = _as_read(endpoint).update(
            **{"cursor": str(step.cursor), "last_delivered": now, "history_changed": None},
            **{"failures": 0, "failing_since": None, "retry_at": None},
        )
        if moved:
            _record(endpoint, step.message, endpoint.failures + 1, made, now)
    if endpoint.failures:
        logger.info("the webhook %r answers again", endpoint.name)


def record_failed(
    endpoint: Endpoint, step: Tell, made: Attempt, now: datetime, random: Callable[[], float]
) -> None:
    """Note a failure, and when to try again; disable what has failed for days, or is gone."""
    failures, since = endpoint.failures + 1, endpoint.failing_since or now
    seconds = wait(failures, made.retry_after, now, random)
    note = GONE if made.is_gone else _gives_up(since, now)
    with transaction.atomic(router.db_for_write(Endpoint)):
        noted = _as_read(endpoint).update(
            **{"failures": failures, "failing_since": since},
            retry_at=now + timedelta(seconds=seconds),
            **({"enabled": False, "note": note.packed()} if note else {}),
        )
        if noted:
            _record(endpoint, step.message, failures, made, now)
    if note and noted:
        logger.error("the webhook %r is disabled: %s", endpoint.name, note)
    elif failures == 1:
        with in_english():
            logger.warning("the webhook %r fails: %s", endpoint.name, made.why)


def record_trial(endpoint: Endpoint, message: Message, made: Attempt, now: datetime) -> None:
    """Note what became of a test message; it changes nothing else."""
    asked = Endpoint.objects.filter(pk=endpoint.pk, test_asked=endpoint.test_asked)
    with transaction.atomic(router.db_for_write(Endpoint)):
        if asked.update(test_asked=None):
            _record(endpoint, message, 1, made, now)


def _gives_up(since: datetime, now: datetime) -> Phrase | None:
    if now - since < GIVES_UP_AFTER:
        return None
    return Phrase("It has failed for %(days)d days.", days=GIVES_UP_AFTER.days)


def _as_read(endpoint: Endpoint) -> QuerySet[Endpoint]:
    """Return the endpoint's row, if nobody has moved its cursor or replaced the log meanwhile."""
    return Endpoint.objects.filter(
        pk=endpoint.pk, cursor=endpoint.cursor, history_changed=endpoint.history_changed
    )


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
