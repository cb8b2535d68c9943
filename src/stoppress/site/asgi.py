"""The ASGI application of the turnkey site, for any ASGI server."""

import os

from django.core.asgi import get_asgi_application

from stoppress import live

from .body_limits import BodyLimits

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoppress.site.settings")

application = BodyLimits(live.asgi(get_asgi_application()))
