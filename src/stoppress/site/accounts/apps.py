from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "stoppress.site.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        # They hear of signals of models, which are there only now.
        for module in ("failures", "sessions"):
            import_module(f"{self.name}.{module}")
