"""The ASGI application of the turnkey site, for any ASGI server."""

import os

from .application import site_application
from .private_files import keep_to_owner

keep_to_owner()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoppress.site.settings")

application = site_application()
