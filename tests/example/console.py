"""Python in a project, which runs one piece of code after another in one process."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from types import TracebackType
from typing import Any

_LOOP = """
import json, sys
import django
django.setup()
answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    names = {}
    exec(json.loads(line), names)
    print(json.dumps(names.get("answer")), file=answers, flush=True)
"""


class Console:
    """A process in which Django is loaded.

    Args:
        python: the interpreter.
        directory: the project's.
        environment: of the process.
    """

    def __init__(self, python: Path, directory: Path, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [python, "-c", _LOOP],
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, code: str) -> Any:
        """Run code; return what it assigns to `answer`."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(dedent(code)) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "It failed: the error is in what the test wrote to stderr."
        return json.loads(answer)

    def __enter__(self) -> "Console":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._process:  # closes the pipes, and waits
            self._process.kill()
