"""Compile the C programs into build/bench/ when needed."""

import os
import subprocess
import tempfile
from pathlib import Path

from benchmarks.servers.base import CannotRun
from tests.services import programs

SOURCES = Path(__file__).parent
BUILT = SOURCES.parent.parent / "build" / "bench"
PROGRAMS = {
    "load": ("main.c", "command.c", "sockets.c", "figures.c", "readers.c", "tally.c", "http.c"),
    "sendloop": ("sendloop.c", "sha1.c"),
    "probe": ("probe.c",),
}
NO_COMPILER = (
    "The load generator is C, and there is no compiler (cc, gcc or clang) on this machine: "
    "`make peers` installs one on Debian, where it is run as root"
)
OPTIONS = ("-O2", "-std=gnu11", "-Wall", "-Wextra")


def program(name: str) -> Path:
    """Return a program's path; compile the program first if its source has changed.

    Raises:
        CannotRun: there is no compiler, or the program does not compile.
    """
    built = BUILT / name
    sources = [SOURCES / source for source in PROGRAMS[name]]
    newest = max(source.stat().st_mtime for source in [*sources, *SOURCES.glob("*.h")])
    if not built.exists() or built.stat().st_mtime < newest:
        _compile(built, sources)
    return built


def _compile(built: Path, sources: list[Path]) -> None:
    cc = programs.c_compiler()
    if cc is None:
        raise CannotRun(NO_COMPILER)
    BUILT.mkdir(parents=True, exist_ok=True)
    # Compile under another name, then rename: a second run never finds an incomplete program.
    with tempfile.TemporaryDirectory(dir=BUILT) as folder:
        fresh = Path(folder) / built.name
        done = subprocess.run([cc, *OPTIONS, "-o", fresh, *sources], capture_output=True, text=True)
        if done.returncode:
            raise CannotRun(f"{cc} cannot compile {built.name}:\n{done.stderr}")
        os.replace(fresh, built)
