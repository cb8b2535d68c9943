"""A database that is migrated already: each server that migrates an empty one takes seconds."""

import atexit
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from .command import COMMAND, inherited

NAME = "stoppress.sqlite3"


def put_database(data: Path) -> None:
    """Make the data directory of an installation that has only a migrated SQLite database."""
    data.mkdir(mode=0o700)
    shutil.copy(_sqlite(), data / NAME)


def migrate(data: Path, url: str = "") -> None:
    """Migrate the database of a data directory, or the one at a URL."""
    env = inherited() | {"STOPPRESS_DATA": str(data)} | ({"DATABASE_URL": url} if url else {})
    command = [COMMAND, "manage", "migrate", "--verbosity=0"]
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@cache
def _sqlite() -> Path:
    """Return a file that this process has made, readable by its user alone."""
    folder = Path(tempfile.mkdtemp(prefix="stoppress-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate(folder / "data")
    return folder / "data" / NAME
