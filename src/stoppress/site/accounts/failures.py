"""Count wrong codes as wrong passwords are counted, and log them."""

import logging
from typing import Any

from allauth.mfa.signals import authentication_failed
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from stoppress.site.signing_in.counting import SHOWN_CHARS, counted_address

logger = logging.getLogger("stoppress.site")

AFTER_THE_PASSWORD = "signing in as %.*r from %s: the password was right, the code was wrong"
IN_A_SESSION = "a session of %.*r from %s was asked for a code again: it was wrong"


@receiver(authentication_failed)
def count_wrong_code(request: HttpRequest, user: User, reauthentication: bool, **_: Any) -> None:
    """Log a wrong code, and send Django's signal for a wrong password, which django-axes counts."""
    name = user.get_username()
    # Few lines: an account's wrong codes have a limit.
    logger.warning(
        IN_A_SESSION if reauthentication else AFTER_THE_PASSWORD,
        SHOWN_CHARS,
        name,
        counted_address(request),
    )
    user_login_failed.send(sender=__name__, credentials={"username": name}, request=request)
