"""A wrong clock for a process under test, which can be set while it runs (Linux)."""

import struct
import subprocess
from pathlib import Path

from . import programs

SOURCE = Path(__file__).with_name("clock.c")
MISSING = "no C compiler: `make services` installs one on Debian, where it is run as root"


class Clock:
    """The clock of all processes that get `env` in their environment."""

    def __init__(self, folder: Path, compiler: Path) -> None:
        library, self._file = folder / "clock.so", folder / "clock.ahead"
        options = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror"]
        subprocess.run([compiler, *options, "-o", library, SOURCE, "-ldl", "-lm"], check=True)
        self._file.write_bytes(bytes(8))
        self.env = {"LD_PRELOAD": str(library), "CLOCK_FILE": str(self._file)}

    def set(self, ahead: float) -> None:
        """Set the clock, some seconds ahead of the right time."""
        with self._file.open("r+b") as file:  # never shorter: the processes have it mapped
            file.write(struct.pack("d", ahead))


def clock(folder: Path) -> Clock | None:
    """Return a clock that is right, until it is set; None without a C compiler."""
    compiler = programs.c_compiler()
    return Clock(folder, compiler) if compiler else None
