from types import ModuleType

from django.apps import AppConfig
from django.contrib.auth import hashers

from .hashing import acheck_password


class SigningInConfig(AppConfig):
    name = "stoppress.site.signing_in"
    verbose_name = "Signing in"

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        super().__init__(app_name, app_module)
        # Django's own hashes on the event loop, and asks no hasher how. Users take theirs from here
        # when models are imported, which is after this.
        vars(hashers)["acheck_password"] = acheck_password
