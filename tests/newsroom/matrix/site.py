"""The interface of the site: every endpoint, stream, command and action of the admin."""

from django.contrib import admin
from django.core.management import get_commands

from stoppress.live.publishing.registry import registered
from tests.newsroom.canary.routes import routes, transports

from .table import METHODS


def endpoints() -> set[tuple[str, str]]:
    """Return each address with each method."""
    paths = [*(route.path for route in routes()), *transports()]
    return {(path, method) for path in paths for method in METHODS}


def streams() -> set[str]:
    return {stream.pattern for stream in registered()}


def commands() -> set[str]:
    """Return the Django commands of our own packages."""
    return {name for name, app in get_commands().items() if str(app).startswith("stoppress.")}


def actions() -> set[str]:
    """Return the actions of the admin's lists, as `newsroom.article publish_selected`."""
    return {
        f"{model._meta.label_lower} {action.name if hasattr(action, 'name') else action[1]}"
        for model, listed in admin.site._registry.items()
        for action in listed._get_base_actions()  # a tuple before Django 6.1
    }
