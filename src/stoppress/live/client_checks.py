"""System checks of the browser client's place among a site's static files."""

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
    """Check that the browser client is in the manifest of static files, if there is one."""
    try:
        client_address()
    except ValueError as error:
        return [
            Warning(
                f"A page with {{% live_client %}} cannot be rendered: {error}",
                hint="Run collectstatic at each installation and update, before the site starts.",
                id="stoppress.W032",
            )
        ]
    return []
