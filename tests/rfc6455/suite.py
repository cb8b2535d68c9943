"""Autobahn|Testsuite: installed from its lock, converted, and run against servers."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .convert import convert

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PACKAGE = "autobahntestsuite"
LOCKS = [ROOT / "requirements" / f"{name}.txt" for name in ("conformance", PACKAGE)]
# Text and binary messages, pings, reserved bits, opcodes, fragments, UTF-8, closing, limits, and
# fragments made by the sender. Sections 12 and 13 test compression, which the site never offers.
CASES = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*"]
# Seconds for all cases of one server.
PATIENCE = 600.0
# The suite prints this when it skips all remaining cases.
LOST = " failed ("

Results = dict[str, dict[str, Any]]
"""The suite's result for each case, by its number."""


class SuiteFailed(Exception):
    """The suite could not be installed, or did not finish."""


class Suite:
    """The suite, in a folder of its own.

    Args:
        folder: where it is installed, converted and run, and where its reports go.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._python = folder / "venv" / "bin" / "python"
        self._converted = folder / "suite"

    def install(self) -> None:
        """Install the locked packages and convert the suite; do nothing if nothing changed.

        Raises:
            SuiteFailed: a command failed; with what it printed.
        """
        files = [*LOCKS, HERE / "convert.py"]
        parts = [sys.version.encode(), *(file.read_bytes() for file in files)]
        digest = hashlib.sha256(b"\0".join(parts)).hexdigest()
        mark = self.folder / "installed"
        if mark.exists() and mark.read_text() == digest:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self._run(sys.executable, "-m", "venv", str(self.folder / "venv"))
        pip = [str(self._python), "-m", "pip", "--disable-pip-version-check", "-q", "--no-input"]
        locked = [*pip, "install", "--no-deps", "--require-hashes"]
        # The lock includes the build tools of the two packages that exist only as source.
        builder = self.folder / "builder.txt"
        entries = LOCKS[0].read_text().replace("\\\n", " ").splitlines()
        builder.write_text("\n".join(line for line in entries if line.startswith("setuptools==")))
        self._run(*locked, "-r", str(builder))
        for lock in LOCKS:
            # Not compiled: it is Python 2.
            self._run(*locked, "--no-build-isolation", "--no-compile", "-r", str(lock))
        [package] = (self.folder / "venv").glob(f"lib/python*/site-packages/{PACKAGE}")
        convert(package, self._converted / PACKAGE)
        mark.write_text(digest)

    def run(
        self, urls: Mapping[str, str], cases: list[str], without: Mapping[str, list[str]]
    ) -> dict[str, Results]:
        """Run cases against servers, given by name and address; return the results for each.

        Args:
            without: cases to leave out for a server.

        Raises:
            SuiteFailed: it broke off, or took too long.
        """
        reports, spec, log = (self.folder / name for name in ("reports", "spec.json", "log"))
        shutil.rmtree(reports, ignore_errors=True)
        servers = [{"agent": name, "url": url} for name, url in urls.items()]
        asked = {"servers": servers, "cases": cases, "exclude-agent-cases": dict(without)}
        spec.write_text(json.dumps({"outdir": str(reports), **asked}))
        command = [self._python, HERE / "fuzz.py", self._converted, spec]
        with log.open("w") as output:
            try:
                subprocess.run(
                    command, stdout=output, stderr=output, timeout=PATIENCE * len(urls), check=True
                )
                found = json.loads((reports / "index.json").read_text())
            except (OSError, subprocess.SubprocessError) as error:
                raise SuiteFailed(f"the suite broke off: {error}\n{tail(log)}") from error
        results: dict[str, Results] = {name: found.get(name, {}) for name in urls}
        if not all(results.values()) or LOST in log.read_text(errors="replace"):
            raise SuiteFailed(f"the suite did not run all its cases:\n{tail(log)}")
        return results

    def _run(self, *command: str) -> None:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        if done.returncode:
            raise SuiteFailed(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")


def tail(log: Path) -> str:
    """Return the last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])
