"""The site's settings for a scratch deployment whose publishers wait less long for a lock."""

from stoppress.site import env
from stoppress.site.settings import *  # noqa: F403
from stoppress.site.settings import DATABASES, STOPPRESS_LIVE

_seconds = env.seconds("STOPPRESS_DRILL_LOCK_SECONDS", 4)
STOPPRESS_LIVE = {**STOPPRESS_LIVE, "LOCK_SECONDS": _seconds}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {**DATABASES["default"]["OPTIONS"], "timeout": _seconds}
