"""System checks: the browser client is among the site's static files."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Warning, register

from .browser_client import client_address, is_collected


@register("stoppress")
def check_finders(**_: Any) -> list[CheckMessage]:
    """Check that `collectstatic` finds the browser client."""
    if not apps.is_installed("django.contrib.staticfiles") or is_collected():
        return []
    return [
        Warning(
            "No finder of static files finds the browser client.",
            hint="Add django.contrib.staticfiles.finders.AppDirectoriesFinder to "
            "STATICFILES_FINDERS.",
            id="stoppress.W031",
        )
    ]


@register("stoppress", deploy=True)
def check_manifest(**_: Any) -> list[CheckMessage]:
    """Check that the storage of static files has an address for the browser client."""
    try:
        client_address()
    except ValueError as error:
        why = str(error)
        hint = "Run collectstatic at each installation and update, before the site starts."
    except Exception as error:  # whatever a storage raises that cannot be made
        why = repr(error)
        hint = "Mend STORAGES['staticfiles'], or what its storage reads of the settings."
    else:
        return []
    return [
        Warning(
            f"A page with {{% live_client %}} cannot be rendered: {why}",
            hint=hint,
            id="stoppress.W032",
        )
    ]
