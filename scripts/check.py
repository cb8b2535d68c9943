"""Run the static checks, all or the named ones; fail if one fails: `check.py [NAME …]`."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CACHE = ".cache"
SETTINGS = {"DJANGO_SETTINGS_MODULE": "stoppress.site.settings"}

CHECKS: dict[str, list[str]] = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports", "--cache-dir", f"{CACHE}/imports"],
    "circles": ["python", "scripts/import_graph.py"],
    "late": ["python", "scripts/late_imports.py"],
    "templates": ["djlint", "--lint", "--quiet", "src", "example"],
    "client": ["python", "scripts/node.py", "node_modules/.bin/tsc", "--project", "."],
    "migrations": ["django-admin", "makemigrations", "--check", "--dry-run"],
    "messages": ["python", "scripts/messages.py"],
    "locks": ["python", "scripts/check_locks.py"],
}


def main() -> None:
    unknown = set(sys.argv[1:]) - set(CHECKS)
    if unknown:
        sys.exit(f"Unknown check: {', '.join(unknown)}. The checks are {', '.join(CHECKS)}.")
    names = sys.argv[1:] or list(CHECKS)
    # The settings create a data directory: use a temporary one, not ./data.
    with tempfile.TemporaryDirectory(prefix="stoppress-check-") as data:
        failed = [name for name in names if not passes(name, data)]
    if failed:
        print(f"Failed: {', '.join(failed)}")
    print(f"{len(names) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


def passes(name: str, data: str) -> bool:
    """Run one check and show its output; return whether it passed."""
    program, *words = CHECKS[name]
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("DATABASE_")}
    env = inherited | SETTINGS | {"STOPPRESS_DATA": data}
    print(f"--- {name}: {' '.join(CHECKS[name])}", flush=True)
    began = time.monotonic()
    done = subprocess.run([BIN / program, *words], cwd=ROOT, env=env)
    verdict = "failed" if done.returncode else "passed"
    print(f"--- {name} {verdict} in {time.monotonic() - began:.1f} s", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
