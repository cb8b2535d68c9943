"""Post a message to an endpoint once, and judge the answer."""

import time
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from stoppress.newsroom.phrase import Phrase
from stoppress.outside.http import NoAnswer, NotAllowed, Rules, post

from .address import check_address
from .keys import signed_headers
from .message import Message
from .models import Delivery, Endpoint

Result = Delivery.Result
# Seconds. A receiver with slow work must answer first and work later.
SECONDS, CONNECT_SECONDS = 15.0, 5.0


@dataclass(frozen=True)
class Attempt:
    """The result of an attempt to deliver a message.

    Attributes:
        status: the status of the answer; None if there was no answer.
        why: why there was no answer, or why the answer counts as a failure.
        retry_after: the header `Retry-After`, unparsed.
        seconds: the duration of the attempt.
    """

    result: Delivery.Result
    status: int | None = None
    why: Phrase | None = None
    retry_after: str = ""
    seconds: float = 0.0

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants no further messages (410)."""
        return self.status == HTTPStatus.GONE


async def attempt(endpoint: Endpoint, message: Message, now: datetime, rules: Rules) -> Attempt:
    """Post a message; no behaviour of a receiver raises an exception.

    Args:
        now: the time for the signature, in UTC.
        rules: the site's rules for addresses; the time limits are those of this module.
    """
    rules = replace(rules, total_seconds=SECONDS, connect_seconds=CONNECT_SECONDS)
    headers = signed_headers(message, endpoint.secrets(now), now)
    began = time.monotonic()
    try:
        check_address(endpoint.url, rules)
        answer = await post(endpoint.url, message.body, headers, rules)
    except NoAnswer as error:
        why = Phrase(error.text, **error.values)
        refused = isinstance(error, NotAllowed)
        result = Result.REFUSED if refused else Result.FAILED
        return Attempt(result, why=why, seconds=time.monotonic() - began)
    seconds = time.monotonic() - began
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return Attempt(Result.DELIVERED, answer.status, seconds=seconds)
    why = Phrase("The server answered %(status)s.", status=answer.said)
    asked = answer.headers.get("retry-after", "")
    return Attempt(Result.REFUSED, answer.status, why, asked, seconds)
