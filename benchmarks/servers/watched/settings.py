"""The site's settings plus the watching app."""

from stoppress.site.settings import *  # noqa: F403
from stoppress.site.settings import INSTALLED_APPS as SITE_APPS

INSTALLED_APPS = [*SITE_APPS, "benchmarks.servers.watched.apps.WatchedConfig"]
