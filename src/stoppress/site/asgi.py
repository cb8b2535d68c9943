"""The ASGI application of the turnkey site, for any ASGI server."""

import os

from django.core.asgi import get_asgi_application

from stoppress import live

from .body_limits import BodyLimits
from .every_answer import every_answer
from .private_files import keep_to_owner
from .unchanging import Unchanging

keep_to_owner()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoppress.site.settings")

application = every_answer(BodyLimits(live.asgi(Unchanging(get_asgi_application()))))
