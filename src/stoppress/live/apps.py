from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps
from django.db import connections, router
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules

# Importing them registers them: nothing here calls them.
from . import checks, client_checks, route_checks, runserver_check, template_checks  # noqa: F401
from .relays import checks as relay_checks  # noqa: F401


class LiveConfig(AppConfig):
    """The Django app. It loads the `streams` module of every installed app."""

    name = "stoppress.live"
    label = "stoppress_live"
    verbose_name = "Stop Press: live delivery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # They need models, which are there only now.
        from .receivers import connect

        post_migrate.connect(make_installation, sender=self)
        connect()
        autodiscover_modules("streams")


def make_installation(sender: LiveConfig, using: str, apps: Apps = global_apps, **_: Any) -> None:
    """Give a new or emptied database its random id.

    Readers need the id, and cannot write it. Django sends the signal after any migration or flush,
    also while this app has no tables, or an older version's.
    """
    try:
        installation = apps.get_model(sender.label, "Installation")
    except LookupError:
        return
    if router.db_for_write(installation) != using:
        return
    if installation._meta.db_table in connections[using].introspection.table_names():
        installation._default_manager.using(using).get_or_create(pk=1)
