"""Count wrong passwords in django-axes' table, without the other fields of the form."""

import logging
import unicodedata
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.conf import settings
from django.db.models.functions import Now
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from stoppress.live.readers.limits.request_address import request_address

logger = logging.getLogger("stoppress.site")

# The address of a peer without an IP address, which is connected by a Unix socket.
NO_ADDRESS = "::"
# The form field with the account's name, by view: the admin's own sign-in page, and the page of a
# site with a second factor or single sign-on.
NAME_FIELDS = {"admin:login": "username", "account_login": "login"}
# The longest account name that Django allows.
NAME_CHARS = 150
SHOWN_CHARS = 60
# Rows deleted at once: few, so that no publisher waits for long.
BATCH = 500


def counted_address(request: HttpRequest) -> str:
    """Return the address under which a request's failures count, in a form that axes can store.

    An IPv6 network belongs to one subscriber; its first address stands for it.
    """
    address = request_address(request).partition("/")[0]
    try:
        return str(ip_address(address))
    except ValueError:
        return NO_ADDRESS


def counted_account(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the account name under which a login's failures count, as the login form reads it.

    Surrounding spaces and letters with the same look (NFKC) do not make it another account.

    Args:
        request: its address says which field of the form has the name; any others do not count.
        credentials: what Django was given to authenticate, if it was; its name counts.
    """
    if credentials is None:
        given = request.POST.get(NAME_FIELDS.get(view_name(request), ""))
    else:
        given = credentials.get("username")
    name = str(given or "").strip()
    return unicodedata.normalize("NFKC", name[:NAME_CHARS])[:NAME_CHARS]


def view_name(request: HttpRequest) -> str:
    """Return the name of the view for a request's address; "" if there is none."""
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


class FailedLogins(AxesDatabaseHandler):  # type: ignore[misc]
    """django-axes' handler, without its deletion of expired rows.

    axes searches its whole table at each wrong password; here the background worker deletes.
    """

    def clean_expired_user_attempts(
        self, request: HttpRequest | None = None, credentials: dict[str, Any] | None = None
    ) -> int:
        """Do nothing: expired rows do not count, and the background worker deletes them."""
        return 0


def forget_expired(now: datetime) -> bool:
    """Delete a batch of expired failed logins; return whether there may be more of them."""
    expired = AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME)
    batch = list(expired.values_list("pk", flat=True)[:BATCH])
    AccessAttempt.objects.filter(pk__in=batch).delete()
    return len(batch) == BATCH


@receiver(pre_save, sender=AccessAttempt)
def keep_no_form(instance: Any, **_: Any) -> None:
    """Store no form fields: any of them may contain a password."""
    instance.get_data = instance.post_data = instance.http_accept = ""


@receiver(post_save, sender=AccessAttempt)
def take_the_databases_time(instance: Any, created: bool, **_: Any) -> None:
    """Give a new row the database's time: its field always takes the machine's when it is added."""
    if created:
        AccessAttempt.objects.filter(pk=instance.pk).update(attempt_time=Now())


@receiver(user_locked_out)
def tell_of_lock(request: Any, username: str, ip_address: str, **_: Any) -> None:
    """Log one line when an account becomes locked, and none while it stays locked."""
    if request.axes_failures_since_start is not None:
        logger.warning(
            "signing in as %.*r is locked for %s: %d wrong passwords",
            SHOWN_CHARS,
            username,
            ip_address,
            request.axes_failures_since_start,
        )
