"""Pass over one message that its receiver always refuses, so that what comes after it is sent."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import router, transaction

from .audited import record_skipped
from .models import TRYING, Delivery, Endpoint
from .next_step import Tell, next_step
from .recording import as_read


@dataclass(frozen=True)
class Stuck:
    """The message that an endpoint fails to take, and that holds up the later ones.

    Attributes:
        failure: the latest attempt.
    """

    endpoint: Endpoint
    step: Tell
    failure: Delivery

    @property
    def key(self) -> str:
        """What the event is about, such as `article:12`; empty if the message is of no event."""
        return str(self._data.get("key", ""))

    @property
    def withdraws(self) -> bool:
        """The message has the receiver remove something."""
        return self._data.get("op") == "remove"

    @property
    def _data(self) -> dict[str, object]:
        data: dict[str, object] = json.loads(self.step.message.body)["data"]
        return data


def find_stuck(endpoint: Endpoint, now: datetime) -> Stuck | None:
    """Return the message that holds up an endpoint; None if none has failed.

    A message that was not tried is none, such as the one that is next after another choice of
    events.

    Raises:
        LiveError: the log is damaged.
    """
    if not endpoint.failures:
        return None
    step = next_step(endpoint, now)
    if not isinstance(step, Tell):
        return None
    failure = endpoint.deliveries.failed().filter(message=step.message.id).first()
    return Stuck(endpoint, step, failure) if failure else None


def skip(stuck: Stuck, now: datetime) -> bool:
    """Move the cursor past one message, and note it among the deliveries and in the audit.

    Return whether it was moved: the sender may have delivered the message meanwhile. What comes of
    an attempt that is under way is not recorded then.
    """
    endpoint, message = stuck.endpoint, stuck.step.message
    waiting = as_read(endpoint).filter(failures__gt=0)
    attempts = endpoint.failures
    endpoint.try_again()
    again = {name: getattr(endpoint, name) for name in TRYING}
    using = router.db_for_write(Endpoint)
    with transaction.atomic(using):
        moved = waiting.update(cursor=str(stuck.step.cursor), history_changed=None, **again)
        if moved:
            record_skipped(endpoint, message, using)
            endpoint.deliveries.create(
                message=message.id,
                type=message.type,
                attempt=attempts,
                result=Delivery.Result.SKIPPED,
                time=now,
                milliseconds=0,
            )
    return bool(moved)
