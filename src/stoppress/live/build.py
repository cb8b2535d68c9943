"""The build of the site that this process runs; pages and `hello` frames contain it."""

from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.utils.module_loading import import_string

from stoppress import __version__

from . import conf


def build() -> str:
    """Return `STOPPRESS_LIVE["BUILD"]`, or a computed build, with the site's locale.

    The computed build is the version of Stop Press, and the hash of the static files' manifest if
    there is one (`ManifestStaticFilesStorage`), which changes with each of the site's files. The
    locale is `STOPPRESS_LIVE["LOCALE"]`, or `LANGUAGE_CODE` and `TIME_ZONE`: a page in another
    language is a different page.
    """
    made = conf.text("BUILD").strip() or "-".join(filter(None, [__version__, manifest_hash()]))
    locale = conf.text("LOCALE").strip() or f"{settings.LANGUAGE_CODE}-{settings.TIME_ZONE}"
    return f"{made}-{locale}"


@cache
def manifest_hash() -> str:
    """Return the hash of the static files' manifest when first read; empty without one.

    A site without static files, or with a storage that is not ready, can have readers too.
    """
    configured = getattr(settings, "STORAGES", {}).get("staticfiles", {})
    try:
        storage = import_string(configured["BACKEND"])
        if not issubclass(storage, ManifestFilesMixin):
            return ""
        # A separate instance: creating the site's would fix STATIC_URL without the script prefix.
        return str(
            storage(**configured.get("OPTIONS", {}) | {"base_url": "/of-no-use/"}).manifest_hash
        )
    except Exception:  # whatever a storage raises that cannot be made
        return ""
