"""Which build of the site this process runs: pages carry it, and `hello` says it."""

from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.utils.module_loading import import_string

from stoppress import __version__

from . import conf


def build() -> str:
    """Return `STOPPRESS_LIVE["BUILD"]`, or what is known of this build, with the site's locale.

    What is known is the version of Stop Press, and the hash of the manifest where the storage of
    static files keeps one (`ManifestStaticFilesStorage`): it changes with each of the site's files.
    The locale is `STOPPRESS_LIVE["LOCALE"]`, or `LANGUAGE_CODE` and `TIME_ZONE`: a page in another
    language is another page.
    """
    made = conf.text("BUILD").strip() or "-".join(filter(None, [__version__, manifest_hash()]))
    locale = conf.text("LOCALE").strip() or f"{settings.LANGUAGE_CODE}-{settings.TIME_ZONE}"
    return f"{made}-{locale}"


@cache
def manifest_hash() -> str:
    """Return the hash of the static files' manifest as it was first read; empty without one.

    A site without static files, or with a storage that is not ready, has readers all the same.
    """
    configured = getattr(settings, "STORAGES", {}).get("staticfiles", {})
    try:
        storage = import_string(configured["BACKEND"])
        if not issubclass(storage, ManifestFilesMixin):
            return ""
        # One of our own: to make the site's would fix STATIC_URL without a request's script prefix.
        return str(
            storage(**configured.get("OPTIONS", {}) | {"base_url": "/of-no-use/"}).manifest_hash
        )
    except Exception:  # whatever a storage raises that cannot be made
        return ""
