"""The rows of the log, for tests."""

from django.db import connections
from django.db.models import QuerySet

from stoppress.live.database import log_database
from stoppress.live.log.outbox import tell_in_test
from stoppress.live.models import LoggedEvent


def logged(**fields: object) -> QuerySet[LoggedEvent]:
    """Return the events with these fields, in order.

    In a test whose transaction is never committed, what it marked is logged first.
    """
    tell_in_test(connections[log_database()])
    return LoggedEvent.objects.filter(**fields).order_by("position")
