"""Find the system programs that the tests and the benchmarks use."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

POSTGRES_OLDEST = 13
REDIS = ("redis-server", "valkey-server")
NCHAN = "ngx_nchan_module.so"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def postgres() -> Path | None:
    """Return the directory of the newest `postgres` that has an `initdb` beside it."""
    found = [(_postgres_version(directory), directory) for directory in _postgres_directories()]
    version, directory = max(found, default=(0, None))
    return directory if version >= POSTGRES_OLDEST else None


def redis() -> Path | None:
    """Return a Redis or Valkey server."""
    return _first(REDIS)


def pgbouncer() -> Path | None:
    """Return PgBouncer, whose directory is usually only on root's PATH."""
    return _first(("pgbouncer", "/usr/sbin/pgbouncer"))


def chromium() -> Path | None:
    """Return Chromium or a browser based on it."""
    return _first(CHROMIUM)


def firefox() -> Path | None:
    """Return Firefox."""
    return _first(("firefox-esr", "firefox"))


def webkit_driver() -> Path | None:
    """Return what drives WebKitGTK."""
    return _first(("WebKitWebDriver",))


def webkit() -> Path | None:
    """Return WebKitGTK's MiniBrowser."""
    return max(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"), default=None)


def xvfb() -> Path | None:
    """Return a display server without a screen."""
    return _first(("Xvfb",))


def nginx() -> Path | None:
    """Return nginx, whose directory is usually only on root's PATH."""
    return _first(("nginx", "/usr/sbin/nginx"))


def nchan() -> Path | None:
    """Return nginx's module for publishing and subscribing."""
    if not nginx():
        return None
    found = (
        module for at in ("lib", "lib64") for module in Path("/usr", at).glob(f"nginx/*/{NCHAN}")
    )
    return next(found, None)


def promtool() -> Path | None:
    """Return Prometheus's program that reads and tests alerts."""
    return _first(("promtool",))


def c_compiler() -> Path | None:
    """Return a C compiler."""
    return _first(("cc", "gcc", "clang"))


def _first(names: tuple[str, ...]) -> Path | None:
    return next((Path(found) for name in names if (found := shutil.which(name))), None)


def _postgres_directories() -> Iterator[Path]:
    candidates = [Path(path) for path in (shutil.which("postgres"),) if path]
    candidates += Path("/usr/lib/postgresql").glob("*/bin/postgres")
    for candidate in candidates:
        # The PATH may have only a link; the other programs are where it points to.
        directory = candidate.resolve().parent
        if (directory / "initdb").is_file():
            yield directory


def _postgres_version(directory: Path) -> int:
    done = subprocess.run(
        [directory / "postgres", "--version"], capture_output=True, text=True, timeout=20
    )
    match = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(match[1]) if match else 0
