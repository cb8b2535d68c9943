"""The tutorials' recipe: Channels groups in a server with one process."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from .base import START_SECONDS, CannotRun
from .peer import ROOT

DJANGO = [sys.executable, "-m", "django"]
APPLICATION = "benchmarks.recipe.asgi:application"
PATH = "/ws/news/"


def prepare(folder: Path, name: str, **more: str) -> dict[str, str]:
    """Create the recipe's database, and return the environment of its processes.

    Args:
        more: variables to add to the environment.

    Raises:
        CannotRun: it has no database.
    """
    database = folder.resolve() / f"{name}.sqlite3"
    database.unlink(missing_ok=True)
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "benchmarks.recipe.settings",
        "PYTHONPATH": str(ROOT),
        "RECIPE_DATABASE": str(database),
        **more,
    }
    command = [*DJANGO, "migrate", "--run-syncdb", "--verbosity=0"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=START_SECONDS)
    if done.returncode:
        raise CannotRun(f"The recipe's database cannot be created: {done.stderr[-2000:]}")
    return env


def not_installed(*modules: str) -> str | None:
    """Return which of some modules is not installed, in words; None if all are."""
    for module in modules:
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed (`make bench` installs it)"
    return None
