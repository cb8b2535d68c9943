"""Account locks: which accounts are locked, the locked response, and the delay of slowed logins."""

import math
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.admin import site
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render

from stoppress.live.clock import database_time
from stoppress.newsroom.unlogged import unlogged

from .counting import NO_ADDRESS, SHOWN_CHARS, counted_account, counted_address

# The longest delay of a login because of failures from other addresses, in seconds.
SLOWEST = 10.0


@dataclass(frozen=True)
class Lock:
    """An account that is locked for one address."""

    account: str
    address: str
    until: datetime

    def __str__(self) -> str:
        whence = "a socket file" if self.address == NO_ADDRESS else self.address
        return (
            f"{self.account[:SHOWN_CHARS]!r} is locked for {whence} until "
            f"{self.until:%H:%M} UTC; unlock: {self._command()}"
        )

    def _command(self) -> str:
        command = "stoppress manage axes_reset"
        return f"{command}_username -- {shlex.quote(self.account)}" if self._plain() else command

    def _plain(self) -> bool:
        return self.account.isprintable() and len(self.account) <= SHOWN_CHARS


def locks(now: datetime) -> Iterator[Lock]:
    """Yield the current locks, newest first."""
    failed = (
        _counting(now)
        .values("username", "ip_address")
        .annotate(failed=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failed__gte=settings.AXES_FAILURE_LIMIT)
        .order_by("-last")
    )
    for row in failed.iterator():
        until = row["last"] + settings.AXES_COOLOFF_TIME
        yield Lock(row["username"] or "", row["ip_address"] or NO_ADDRESS, until)


def slowed_seconds(request: HttpRequest) -> float:
    """Return the seconds that a login must wait because other addresses failed for its account.

    The delay grows by one second for every `AXES_FAILURE_LIMIT` failures. An attacker who guesses
    from a thousand addresses is slowed; an editor has to wait too, but is never locked out.
    """
    try:
        account, address = counted_account(request), counted_address(request)
    except (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        return 0.0  # the login view reports what is wrong with the form
    if "\0" in account or not account.isprintable():
        return 0.0  # no account has such a name, and not every database accepts it
    elsewhere = _counting(database_time()).filter(username=account).exclude(ip_address=address)
    failed = elsewhere.aggregate(failed=Sum("failures_since_start"))["failed"] or 0
    return min(SLOWEST, float(failed // settings.AXES_FAILURE_LIMIT))


def locked(request: HttpRequest, *_: Any) -> HttpResponse:
    """Answer a login whose account is locked for its address."""
    now = database_time()
    account = counted_account(request, getattr(request, "axes_credentials", None))
    address = counted_address(request)
    last = (
        _counting(now)
        .filter(username=account, ip_address=address)
        .aggregate(last=Max("attempt_time"))["last"]
    )
    left = (last or now) + settings.AXES_COOLOFF_TIME - now
    minutes = max(1, math.ceil(left / timedelta(minutes=1)))
    shown = {"minutes": minutes, "site_header": site.site_header, "site_title": site.site_title}
    answer = render(request, "signing_in/locked.html", shown, status=429)
    answer["Retry-After"] = str(max(1, math.ceil(left.total_seconds())))
    answer["Cache-Control"] = "no-store"
    # The lock itself was logged; the attempts that it refuses are not.
    return unlogged(answer)


def _counting(now: datetime) -> QuerySet[Any]:
    since = now - settings.AXES_COOLOFF_TIME
    counting: QuerySet[Any] = AccessAttempt.objects.filter(attempt_time__gte=since)
    # axes orders by time by default, which would add that column to GROUP BY.
    return counting.order_by()
