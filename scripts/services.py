"""Find the system programs that the tests need; on Debian, install the missing ones.

With `--bench`, it looks for the programs that the benchmarks need; with `--engines`, for browsers.
It leaves no server running: tests and benchmarks start their own.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.services import programs  # noqa: E402  the root must be on the path first

POLICY = Path("/usr/sbin/policy-rc.d")
PROGRAMS: dict[str, tuple[Callable[[], Path | None], list[str]]] = {
    "PostgreSQL": (programs.postgres, ["postgresql"]),
    "PgBouncer": (programs.pgbouncer, ["pgbouncer"]),
    "Redis": (programs.redis, ["redis-server"]),
    "Chromium": (programs.chromium, ["chromium"]),
    "Firefox": (programs.firefox, ["firefox-esr"]),
    "WebKitGTK": (programs.webkit, ["webkit2gtk-driver"]),
    "WebKitWebDriver": (programs.webkit_driver, ["webkit2gtk-driver"]),
    "Xvfb": (programs.xvfb, ["xvfb"]),
    "nginx": (programs.nginx, ["nginx"]),
    "nchan": (programs.nchan, ["nginx", "libnginx-mod-nchan"]),
    "C compiler": (programs.c_compiler, ["gcc", "libc6-dev"]),
}
TESTS = ("PostgreSQL", "PgBouncer", "Redis", "Chromium", "nginx", "C compiler")
ENGINES = ("Chromium", "Firefox", "WebKitGTK", "WebKitWebDriver", "Xvfb")
BENCH = ("Redis", "Chromium", "nginx", "nchan", "C compiler")


def main() -> None:
    names = BENCH if "--bench" in sys.argv else ENGINES if "--engines" in sys.argv else TESTS
    missing = tell("found", names)
    if not missing:
        return
    packages = list(dict.fromkeys(one for name in missing for one in PROGRAMS[name][1]))
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"Install them as root with your system's packages (Debian: {' '.join(packages)}).")
    elif not install(packages):
        print("apt-get could not install them.")
    tell("installed", missing)


def tell(how: str, names: Sequence[str]) -> list[str]:
    """Print where each program is; return the names of the missing ones."""
    places = {name: PROGRAMS[name][0]() for name in names}
    for name, place in places.items():
        print(f"{name}: {how} at {place}" if place else f"{name}: not found", flush=True)
    return [name for name, place in places.items() if not place]


def install(packages: list[str]) -> bool:
    """Install Debian packages; return whether that succeeded."""
    print(f"Installing {', '.join(packages)} with apt-get ...", flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    commands = [
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages],
    ]
    with no_daemons():
        for command in commands:
            done = subprocess.run(
                command, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL
            )
            if done.returncode:
                print(f"{' '.join(command)}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
                return False
    return True


@contextmanager
def no_daemons() -> Iterator[None]:
    """Keep packages from starting their servers, by Debian's own mechanism (`policy-rc.d`)."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")  # 101: the action is forbidden by policy
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


if __name__ == "__main__":
    main()
