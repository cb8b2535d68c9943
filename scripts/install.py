"""Install the locked packages and the project into `.venv`; do nothing if nothing has changed.

Run it with the Python that `.venv` should have. `--dev` adds what tests and checks need; `--bench`
adds that and the peers that the benchmarks compare with; `--mutants` adds that of `--dev` and what
`make mutants` needs.
"""

import hashlib
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
LOCKS = {
    "": ["runtime"],
    "--dev": ["dev", "runtime"],
    "--bench": ["bench", "dev", "runtime"],
    "--mutants": ["mutants", "dev", "runtime"],
}
"""The locks that each option installs; the first one contains the others."""
PIP = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-qq", "--no-input"]


def main() -> None:
    if sys.version_info < OLDEST:
        sys.exit(
            "Stop Press needs Python 3.11 or newer, but {} is {}.{}. Choose another Python: "
            "make setup PYTHON=python3.12".format(sys.executable, *sys.version_info)
        )
    names = LOCKS[next((word for word in sys.argv[1:] if word in LOCKS), "")]
    if not same_python():
        run(sys.executable, "-m", "venv", "--clear", str(VENV))
    if not all(is_installed(name) for name in names):
        install(names)


def install(names: list[str]) -> None:
    """Install the first of the locks, which contains the others, and write a mark for each."""
    began = time.monotonic()
    print(f"Installing requirements/{names[0]}.txt into .venv ...", flush=True)
    for name in names:
        mark(name).unlink(missing_ok=True)
    # Install nothing but the lock's packages. `pip check` fails if the lock is not complete; it
    # ignores the project's extras, which `scripts/check_locks.py` checks.
    run(*PIP, "install", "--no-deps", "--require-hashes", "-r", f"requirements/{names[0]}.txt")
    run(*PIP, "install", "--no-deps", "--no-build-isolation", "--editable", ".")
    run(*PIP, "check")
    for name in names:
        mark(name).write_text(digest(name))
    print(f"Installed in {time.monotonic() - began:.0f} s.", flush=True)


def same_python() -> bool:
    """Return whether `.venv` exists and has the version of the running Python."""
    if not PYTHON.exists():
        return False
    asked = [str(PYTHON), "-c", "import sys; print(*sys.version_info[:2])"]
    done = subprocess.run(asked, capture_output=True, text=True)
    return done.stdout.split() == [str(part) for part in sys.version_info[:2]]


def is_installed(name: str) -> bool:
    return mark(name).exists() and mark(name).read_text() == digest(name)


def mark(name: str) -> Path:
    return VENV / f".installed-{name}"


def digest(name: str) -> str:
    """Return a hash of everything that an installation depends on."""
    files = [ROOT / "pyproject.toml", ROOT / "requirements" / f"{name}.txt"]
    parts = [str(VENV).encode(), *(file.read_bytes() for file in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT)
    if done.returncode:
        sys.exit(f"The setup failed at: {' '.join(command)}")


if __name__ == "__main__":
    main()
