from types import ModuleType

from django.apps import AppConfig
from django.contrib.auth import hashers
from django.utils.translation import gettext_lazy as _

from .hashing import acheck_password


class SigningInConfig(AppConfig):
    name = "stoppress.site.signing_in"
    verbose_name = _("Signing in")

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        super().__init__(app_name, app_module)
        # Django's `acheck_password` hashes on the event loop, and a hasher cannot change that.
        # `django.contrib.auth` imports this function later, with its models.
        vars(hashers)["acheck_password"] = acheck_password
