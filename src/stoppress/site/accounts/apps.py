from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "stoppress.site.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        # These modules connect signals of models, which are loaded only now.
        for module in ("failures", "sessions"):
            import_module(f"{self.name}.{module}")
