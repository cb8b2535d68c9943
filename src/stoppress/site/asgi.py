"""The ASGI application of the turnkey site, for any ASGI server."""

import os

from django.core.asgi import get_asgi_application

from stoppress import live

from .every_answer import every_answer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoppress.site.settings")

application = every_answer(live.asgi(get_asgi_application()))
