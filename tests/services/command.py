"""The `stoppress` command, and the environment that it is run in."""

import os
import sys
from pathlib import Path

COMMAND = Path(sys.executable).with_name("stoppress")

# Environment variables of this machine that must not reach a server under test.
OURS = ("STOPPRESS_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "UVICORN_", "WEB_CONCURRENCY")


# One for all servers of the tests: each would collect the same files.
STATIC_ROOT = Path(__file__).parents[2] / ".cache" / "static"


def inherited() -> dict[str, str]:
    """Return this process's environment without our variables, but for the static files' place."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return env | {"STOPPRESS_STATIC_ROOT": str(STATIC_ROOT)}
