"""The ASGI application of the turnkey site, for any ASGI server."""

import os

import django

from .application import site_application
from .private_files import keep_to_owner
from .static_files.collecting import collect

keep_to_owner()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoppress.site.settings")
django.setup()
collect()

application = site_application()
