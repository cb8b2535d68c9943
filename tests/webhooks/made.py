"""Endpoints and deliveries for tests."""

from datetime import datetime

from stoppress.live.clock import database_time
from stoppress.webhooks.models import Delivery, Endpoint


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
