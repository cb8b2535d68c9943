from django.apps import AppConfig
from django.contrib.auth import hashers

from .hashing import acheck_password


class SigningInConfig(AppConfig):
    name = "stoppress.site.signing_in"
    verbose_name = "Signing in"

    def ready(self) -> None:
        # Only now may the models of `django.contrib.auth` be imported.
        from django.contrib.auth import base_user

        # Django's own hashes on the event loop, and asks no hasher how.
        for module in (hashers, base_user):
            vars(module)["acheck_password"] = acheck_password
