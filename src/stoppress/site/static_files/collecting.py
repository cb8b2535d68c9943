"""Copy the static files of all apps into one directory, with content digests in their names."""

import fcntl
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from .build import MANIFESTS, names_in
from .storage import SiteFiles

logger = logging.getLogger("stoppress.site")

# How long files of an earlier version stay for pages that are still open, after its last start.
KEPT_SECONDS = 30 * 24 * 3600
# The newest versions stay in any case: a running server may have been started longer ago.
KEPT_VERSIONS = 3
READABLE = 0o644
UNFINISHED = ".new-"


def collect() -> None:
    """Collect the static files unless those of this version are there; never fail.

    If that is not possible, files are served from the apps under their plain names.
    """
    storage = staticfiles_storage
    if not isinstance(storage, SiteFiles):
        return  # with DEBUG, or with another storage in the settings
    root = Path(settings.STATIC_ROOT)
    manifest = root / storage.manifest_name
    if storage.read_manifest() is None:
        try:
            with _alone(root):
                if storage.read_manifest() is None:
                    _collect(root, manifest.name)
                    _remove_old(root)
        except Exception as error:  # Django has many errors about the site's own files
            logger.warning(
                "the static files could not be collected in %s, so readers load them again after a "
                "minute: %s",
                root,
                error,
            )
            return
    with suppress(OSError):  # the directory may be read-only and complete
        os.utime(manifest)
    storage.renew()


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Lock a file, so that processes which start together collect in turn."""
    _make(root)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _collect(root: Path, manifest: str) -> None:
    """Collect into a temporary directory, then rename each file: another process may serve it."""
    for left in root.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=UNFINISHED, dir=root) as folder:
        new = SiteFiles(location=folder)
        command = Command()
        command.storage = new
        call_command(command, interactive=False, verbosity=0)
        for name in (*new.hashed_files.values(), manifest):
            file = Path(folder, name)
            file.chmod(READABLE)
            _make((root / name).parent)
            file.replace(root / name)


def _make(folder: Path) -> None:
    """Make a directory that a web server in front may read, and those above it."""
    if not folder.is_dir():
        _make(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir()
            folder.chmod(0o755)


def _remove_old(root: Path) -> None:
    """Remove the files that only very old versions have."""
    manifests = sorted(root.glob(MANIFESTS), key=_changed, reverse=True)
    since = time.time() - KEPT_SECONDS
    old = [each for each in manifests[KEPT_VERSIONS:] if _changed(each) < since]
    kept = set().union(*(names_in(each) for each in manifests if each not in old))
    for manifest in old:
        for name in names_in(manifest) - kept:
            (root / name).unlink(missing_ok=True)
        manifest.unlink()


def _changed(file: Path) -> float:
    return file.stat().st_mtime
