"""Which build of the site this process runs: pages carry it, and `hello` says it."""

from django.contrib.staticfiles.storage import staticfiles_storage

from stoppress import __version__

from . import conf


def build() -> str:
    """Return `STOPPRESS_LIVE["BUILD"]`, or else what is known of this build.

    That is the version of Stop Press, and the hash of the manifest where the storage of static
    files keeps one (`ManifestStaticFilesStorage`): it changes with each of the site's files.
    """
    return conf.text("BUILD").strip() or "-".join(
        filter(None, [__version__, getattr(staticfiles_storage, "manifest_hash", "")])
    )
