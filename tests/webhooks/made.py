"""Endpoints and deliveries for tests."""

from datetime import datetime
from http import HTTPStatus

from stoppress.live.clock import database_time
from stoppress.newsroom.phrase import Phrase
from stoppress.webhooks.attempt import Attempt
from stoppress.webhooks.models import Delivery, Endpoint
from stoppress.webhooks.next_step import Send, next_step
from stoppress.webhooks.recording import record_failed


def made(name: str, url: str, events: list[str] | None = None) -> Endpoint:
    """Return an endpoint that begins at the end of the log."""
    endpoint = Endpoint(name=name, url=url, events=events or [])
    endpoint.begin()
    endpoint.save()
    return endpoint


def noted(endpoint: Endpoint, time: datetime | None = None) -> Delivery:
    """Return a delivery, not saved yet; by default one of now."""
    return Delivery(
        endpoint=endpoint,
        message="41-9f86d081884c7d65",
        type="article.published",
        attempt=1,
        result=Delivery.Result.DELIVERED,
        status=204,
        time=time or database_time(),
        milliseconds=41,
    )


def refused(endpoint: Endpoint, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Send:
    """Have the next message refused, as a receiver does; return it."""
    read, now = Endpoint.objects.get(pk=endpoint.pk), database_time()
    step = next_step(read, now)
    assert isinstance(step, Send)
    why = Phrase("The server answered %(status)s.", status=f"{status.value} {status.phrase}")
    attempt = Attempt(Delivery.Result.REFUSED, status, why)
    record_failed(read, step, attempt, now, lambda: 0.0)
    return step
