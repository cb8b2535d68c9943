"""Run a module that reads foreign documents in a process of its own, and say why it ended.

The module limits itself (`process_limits`), since only it knows when its own imports are done.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum, auto

# What Python and the system's libraries need; everything else may be a secret of the site.
_PASSED_ON = ("PATH", "HOME", "TZ", "TMPDIR", "SYSTEMROOT", "LANG", "LC_", "LD_", "DYLD_", "PYTHON")


class End(Enum):
    """Why a process ended.

    Attributes:
        DONE: it finished its work.
        TIME: it was still running when its time was up.
        SIGNAL: the system ended it; the CPU limit does it so.
        MEMORY: it was refused memory.
        EXIT: it ended with an error.
    """

    DONE = auto()
    TIME = auto()
    SIGNAL = auto()
    MEMORY = auto()
    EXIT = auto()


@dataclass(frozen=True)
class Answer:
    """What a process wrote, also if it did not finish.

    Attributes:
        end: why it ended.
        number: of the signal, or the exit status.
    """

    output: bytes
    end: End
    number: int = 0


def ask_child(module: str, given: bytes, wall_seconds: float, *words: str) -> Answer:
    """Run `python -m module words` on some bytes; it does not get the environment of the site.

    Args:
        module: its name.
        given: its standard input.
        wall_seconds: it is killed after these.
        words: its arguments, which other users of the machine can see.
    """
    try:
        child = subprocess.run(
            [sys.executable, "-P", "-m", module, *words],
            input=given,
            capture_output=True,
            timeout=wall_seconds,
            env={name: text for name, text in os.environ.items() if name.startswith(_PASSED_ON)},
        )
    except subprocess.TimeoutExpired as error:
        return Answer(error.stdout or b"", End.TIME)
    return Answer(child.stdout, _end(child), abs(child.returncode))


def _end(child: subprocess.CompletedProcess[bytes]) -> End:
    if not child.returncode:
        return End.DONE
    if child.returncode < 0:
        return End.SIGNAL
    return End.MEMORY if b"MemoryError" in child.stderr else End.EXIT
