"""Store the result of sending, in one transaction, and only if the row did not change meanwhile.

An editor may change the address while a message is being sent: then the result says nothing about
the new address. For a moment two background workers may send, when one has lost its lock and does
not know it yet: the second finds that the cursor has moved, and writes nothing.
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
from .next_step import Pass, Send
from .waits import GIVES_UP_AFTER, gives_up, wait

logger = logging.getLogger("stoppress.webhooks")

GONE = Phrase("The receiver answered 410 Gone: it wants no more messages.")


def record_pass(endpoint: Endpoint, step: Pass) -> None:
    """Move the cursor past events that the endpoint does not want."""
    as_read(endpoint).update(cursor=str(step.cursor))


def record_lost(endpoint: Endpoint, now: datetime) -> None:
    """Note that the log has another history, so that the endpoint gets a reset message."""
    as_read(endpoint).update(history_changed=now)


def record_delivered(endpoint: Endpoint, step: Send, made: Attempt, now: datetime) -> bool:
    """Move the cursor after a delivery; return whether it was moved."""
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
    endpoint: Endpoint, step: Send, made: Attempt, now: datetime, random: Callable[[], float]
) -> None:
    """Note a failure and the time of the next try.

    Disable the endpoint if it has failed for days, or if the receiver answered 410.
    """
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
            named = (endpoint.name, step.message.type, step.message.id)
            logger.warning("the webhook %r fails at %s %s: %s", *named, made.why)


def record_trial(endpoint: Endpoint, message: Message, made: Attempt, now: datetime) -> None:
    """Store the result of a test message, and change nothing else."""
    asked = Endpoint.objects.filter(pk=endpoint.pk, test_asked=endpoint.test_asked)
    with transaction.atomic(router.db_for_write(Endpoint)):
        if asked.update(test_asked=None):
            _record(endpoint, message, 1, made, now)


def as_read(endpoint: Endpoint) -> QuerySet[Endpoint]:
    """Return the endpoint's row if its address, cursor and history are as when it was read.

    Another worker may have moved the cursor, a restored backup may have replaced the log, and an
    editor may have changed the address, which then has not received the message.
    """
    same = ("url", "cursor", "history_changed")
    return Endpoint.objects.filter(
        pk=endpoint.pk, **{name: getattr(endpoint, name) for name in same}
    )


def _as_tried(endpoint: Endpoint) -> QuerySet[Endpoint]:
    """Return the row as `as_read`, if its failures and `enabled` are also unchanged."""
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
