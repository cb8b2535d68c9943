"""A system check for developers: whether their `runserver` can serve a live page."""

import sys
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.core.servers.basehttp import WSGIServer


@register("stoppress")
def check_runserver(**_: Any) -> list[CheckMessage]:
    """Check, when `runserver` starts, that it serves by ASGI; do nothing for other commands."""
    if "runserver" not in sys.argv[1:]:
        return []
    app = get_commands()["runserver"]
    command = app if isinstance(app, BaseCommand) else load_command_class(app, "runserver")
    by_wsgi = issubclass(getattr(command, "server_cls", object), WSGIServer)
    if not by_wsgi and "--noasgi" not in sys.argv:
        return []
    path = getattr(settings, "ASGI_APPLICATION", None) or "project.asgi.application"
    application = ":".join(path.rsplit(".", 1))
    return [
        Warning(
            "This runserver serves by WSGI: pages show their feeds, but nothing on them is live.",
            hint="With daphne installed and 'daphne' first in INSTALLED_APPS, runserver serves by "
            f"ASGI. Or run uvicorn {application} --reload.",
            id="stoppress.W025",
        )
    ]
