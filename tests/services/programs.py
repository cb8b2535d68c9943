"""Find the system programs that the tests use."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

POSTGRES_OLDEST = 13
REDIS = ("redis-server", "valkey-server")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def postgres() -> Path | None:
    """Return the directory with the newest `postgres` that has its `initdb` beside it."""
    found = [(_postgres_version(directory), directory) for directory in _postgres_directories()]
    version, directory = max(found, default=(0, None))
    return directory if version >= POSTGRES_OLDEST else None


def redis() -> Path | None:
    """Return a Redis or Valkey server."""
    return _first(REDIS)


def chromium() -> Path | None:
    """Return Chromium or a browser made of it."""
    return _first(CHROMIUM)


def _first(names: tuple[str, ...]) -> Path | None:
    return next((Path(found) for name in names if (found := shutil.which(name))), None)


def _postgres_directories() -> Iterator[Path]:
    candidates = [Path(path) for path in (shutil.which("postgres"),) if path]
    candidates += Path("/usr/lib/postgresql").glob("*/bin/postgres")
    for candidate in candidates:
        # A link on the PATH may stand alone: what belongs to it stands where it points.
        directory = candidate.resolve().parent
        if (directory / "initdb").is_file():
            yield directory


def _postgres_version(directory: Path) -> int:
    done = subprocess.run(
        [directory / "postgres", "--version"], capture_output=True, text=True, timeout=20
    )
    match = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(match[1]) if match else 0
