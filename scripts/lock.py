"""Write the lock files, with pins and hashes for every supported Python and Django.

`--upgrade` takes the newest versions. Without it, only what changed in pyproject.toml changes.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")
COMMON = [
    # One file for all systems and for Python 3.11 to the newest; each Python gets the newest
    # Django that supports it.
    "--universal",
    "--fork-strategy=requires-python",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
    "--no-config",
    "--annotation-style=line",
    "--quiet",
]
OLDEST = "3.11"
DJANGO = {"5.2": "3.11", "6.0": "3.12", "6.1": "3.12"}
"""Each Django that the test matrix installs, with the oldest Python for it."""


def compile_lock(name: str, python: str, *arguments: str, stdin: str = "") -> None:
    """Write requirements/`name`.txt for `python` and newer."""
    # Ignore a package index configured on this machine: the locks are for everybody.
    env = {key: value for key, value in os.environ.items() if not key.startswith("UV_")}
    target = [f"--python-version={python}", f"--output-file=requirements/{name}.txt"]
    command: list[str | Path] = [UV, "pip", "compile", *COMMON, *target, *arguments]
    subprocess.run(command, cwd=ROOT, env=env, input=stdin, text=True, check=True)
    print(f"requirements/{name}.txt")


def main() -> None:
    upgrade = [option for option in sys.argv[1:] if option == "--upgrade"]
    compile_lock("runtime", OLDEST, "pyproject.toml", "--extra=site", "--group=build", *upgrade)
    # The tests run with the same versions that `make setup` installs.
    same = "--constraints=requirements/runtime.txt"
    compile_lock("dev", OLDEST, "pyproject.toml", "--all-extras", "--group=dev", same, *upgrade)
    same = "--constraints=requirements/dev.txt"
    for group in ("bench", "mutants"):
        compile_lock(
            group, OLDEST, "pyproject.toml", "--all-extras", f"--group={group}", same, *upgrade
        )
    compile_lock("conformance", OLDEST, "--group=conformance", *upgrade)
    # Without its dependencies: it requires a Twisted version for Python 2.
    suite = "autobahntestsuite==25.10.1\n"
    compile_lock("autobahntestsuite", OLDEST, "--no-deps", "-", *upgrade, stdin=suite)
    for django, python in DJANGO.items():
        only = f"django~={django}.0\n"
        compile_lock(f"django-{django}", python, "--no-deps", "-", *upgrade, stdin=only)


if __name__ == "__main__":
    main()
