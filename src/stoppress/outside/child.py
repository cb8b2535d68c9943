"""Run a module that reads foreign documents in a process of its own, and return why it ended.

The module sets its own limits (`process_limits`), because only it knows when its imports are done.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum, auto

# The variables that Python and system libraries need; the others may be secrets of the site.
_PASSED_ON = ("PATH", "HOME", "TZ", "TMPDIR", "SYSTEMROOT", "LANG", "LC_", "LD_", "DYLD_", "PYTHON")


class End(Enum):
    """Why a process ended.

    Attributes:
        DONE: it finished its work.
        TIME: it exceeded its time and was killed.
        SIGNAL: the system killed it, for example because of the CPU limit.
        MEMORY: it exceeded its memory.
        EXIT: it ended with an error.
    """

    DONE = auto()
    TIME = auto()
    SIGNAL = auto()
    MEMORY = auto()
    EXIT = auto()


@dataclass(frozen=True)
class Answer:
    """The output of a process, even if it did not finish.

    Attributes:
        end: why it ended.
        number: the number of the signal, or the exit status.
    """

    output: bytes
    end: End
    number: int = 0


def ask_child(module: str, given: bytes, wall_seconds: float, *words: str) -> Answer:
    """Run `python -m module words` on some bytes, without the site's environment variables.

    Args:
        module: the name of the module.
        given: the standard input.
        wall_seconds: the seconds after which the process is killed.
        words: the arguments. Other users of the machine can see them.
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
