"""Run the tests with every supported pair of Python and Django, each in its own environment.

Usage: `matrix.py [PYTHON-DJANGO …] [-- PYTEST ARGUMENTS]`, for example
`matrix.py 3.12-6.0 -- -x tests/live`. `matrix.py --in-turn …` runs one pair whose Python is
installed; the commit's hash selects it, so that over many commits all have their turn.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")
CACHE = ROOT / ".cache" / "matrix"
PAIRS = [
    (python, django)
    for python in ("3.11", "3.12", "3.13")
    for django in ("5.2", "6.0", "6.1")
    if python != "3.11" or django == "5.2"
]  # Django 6 needs Python 3.12
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"


def main() -> None:
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    chosen, arguments = words[:cut], words[cut + 1 :]
    if "--in-turn" in chosen:
        chosen = [pair_in_turn()]
    results = {}
    for python, django in PAIRS:
        name = f"{python}-{django}"
        if not chosen or name in chosen:
            results[name] = outcome(python, django, arguments)
    print("\nPython-Django")
    for name, result in results.items():
        print(f"{name:<10} {result}")
    failed = [name for name, result in results.items() if result == "failed"]
    ran = [name for name, result in results.items() if result in {"passed", "failed"}]
    sys.exit(1 if failed or not ran else 0)


def pair_in_turn() -> str:
    """Return the pair for this commit, and say which pairs have no Python here."""
    missing = {python for python, _ in PAIRS if not find(python)}
    for python in sorted(missing):
        print(f"Never in turn on this machine: Python {python} is not on it.")
    pairs = [f"{python}-{django}" for python, django in PAIRS if python not in missing]
    if not pairs:
        sys.exit("There is no Python of the matrix on this machine.")
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout  # empty outside a clone
    return pairs[int(commit[:8] or "0", 16) % len(pairs)]


def outcome(python: str, django: str, arguments: list[str]) -> str:
    """Test one pair; return `passed`, `failed`, or why it was not run."""
    interpreter = find(python)
    if not interpreter:
        return f"not run: no Python {python} on this machine"
    venv = CACHE / f"{python}-{django}"
    print(f"\n--- Python {python}, Django {django}", flush=True)
    target = ["--python", str(venv / "bin" / "python")]
    run(UV, "venv", "--quiet", "--clear", "--python", interpreter, venv)
    for lock in ("dev", f"django-{django}"):
        path = f"requirements/{lock}.txt"
        run(UV, "pip", "install", "-q", *target, "--no-deps", "--require-hashes", "-r", path)
    run(UV, "pip", "install", "-q", *target, "--no-deps", "--no-build-isolation", "-e", ".")
    run(UV, "pip", "check", "-q", *target)
    tests: list[str | Path] = [venv / "bin" / "python", "-m", "pytest", "-q", *arguments]
    return "failed" if subprocess.run(tests, cwd=ROOT).returncode else "passed"


def find(python: str) -> Path | None:
    """Return a working interpreter of that version; a pyenv shim may not work."""
    named = shutil.which(f"python{python}")
    for candidate in [*([Path(named)] if named else []), *PYENV.glob(f"{python}.*/bin/python")]:
        if not subprocess.run([candidate, "-c", ""], capture_output=True).returncode:
            return candidate
    return None


def run(*command: str | Path) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
