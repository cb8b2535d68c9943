"""Skip a message that its receiver always refuses, so that the later messages are sent."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import router, transaction

from .audited import record_skipped
from .models import TRYING, Delivery, Endpoint
from .next_step import Send, next_step
from .recording import as_read


@dataclass(frozen=True)
class Stuck:
    """A message that a receiver refuses, and that blocks the later ones.

    Attributes:
        failure: the latest attempt.
    """

    endpoint: Endpoint
    step: Send
    failure: Delivery

    @property
    def key(self) -> str:
        """The key of the event, such as `article:12`; empty if the message is not an event."""
        return str(self._data.get("key", ""))

    @property
    def withdraws(self) -> bool:
        """Whether the message tells the receiver to remove something."""
        return self._data.get("op") == "remove"

    @property
    def _data(self) -> dict[str, object]:
        data: dict[str, object] = json.loads(self.step.message.body)["data"]
        return data


def find_stuck(endpoint: Endpoint, now: datetime) -> Stuck | None:
    """Return the message that blocks an endpoint; None if none has failed.

    A message that was not tried yet does not count, for example after the endpoint's events were
    changed.

    Raises:
        LiveError: the log is damaged.
    """
    if not endpoint.failures:
        return None
    step = next_step(endpoint, now)
    if not isinstance(step, Send):
        return None
    failure = endpoint.deliveries.failed().filter(message=step.message.id).first()
    return Stuck(endpoint, step, failure) if failure else None


def skip(stuck: Stuck, now: datetime) -> bool:
    """Move the cursor past one message, and record that in the deliveries and in the audit.

    Return whether it was moved: the dispatcher may have delivered the message meanwhile. The result
    of a running attempt is not recorded.
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
