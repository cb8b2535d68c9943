"""How wrong passwords are counted: in django-axes' table, without what else came with them."""

import logging
import unicodedata
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.conf import settings
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from stoppress.live.readers.limits.request_address import request_address

logger = logging.getLogger("stoppress.site")

# What stands for a peer that has no IP address: a socket file's.
NO_ADDRESS = "::"
# As long as a name of Django's may be.
NAME_CHARS = 150
SHOWN_CHARS = 60
# Rows that are deleted at once: whoever publishes does not wait for long.
BATCH = 500


def counted_address(request: HttpRequest) -> str:
    """Return the address that a request counts by, as a column for addresses takes it.

    Of an IPv6 network, which is one subscriber's, its first address.
    """
    address = request_address(request).partition("/")[0]
    try:
        return str(ip_address(address))
    except ValueError:
        return NO_ADDRESS


def counted_account(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the account's name that a login counts by, as the login's form reads it.

    A name with a space before it, or in other letters of the same look, is the same account's.
    """
    given = credentials if credentials is not None else request.POST
    name = str(given.get("username") or "").strip()
    return unicodedata.normalize("NFKC", name[:NAME_CHARS])[:NAME_CHARS]


class FailedLogins(AxesDatabaseHandler):  # type: ignore[misc]
    """django-axes' own, but for the deleting: it searches its whole table at each wrong password.

    The background worker does that.
    """

    def clean_expired_user_attempts(
        self, request: HttpRequest | None = None, credentials: dict[str, Any] | None = None
    ) -> int:
        """Leave what has expired to the background worker; it counts for nothing."""
        return 0


def forget_expired(now: datetime) -> bool:
    """Delete a batch of failed logins that count no more; say whether there may be more of them."""
    expired = AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME)
    batch = list(expired.values_list("pk", flat=True)[:BATCH])
    AccessAttempt.objects.filter(pk__in=batch).delete()
    return len(batch) == BATCH


@receiver(pre_save, sender=AccessAttempt)
def keep_no_form(instance: Any, **_: Any) -> None:
    """Keep who failed and how often: a password may stand in any field of a form."""
    instance.get_data = instance.post_data = instance.http_accept = ""


@receiver(user_locked_out)
def tell_of_lock(request: Any, username: str, ip_address: str, **_: Any) -> None:
    """Say so in one line when an account is locked, and no more while it is."""
    if request.axes_failures_since_start is not None:
        logger.warning(
            "signing in as %.*r is locked for %s: %d wrong passwords",
            SHOWN_CHARS,
            username,
            ip_address,
            request.axes_failures_since_start,
        )
