"""The `stoppress` command, and the environment that it is run in."""

import os
import sys
from pathlib import Path

COMMAND = Path(sys.executable).with_name("stoppress")

# Environment variables of this machine that must not reach a server under test.
OURS = ("STOPPRESS_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "UVICORN_", "WEB_CONCURRENCY")


def inherited() -> dict[str, str]:
    """Return this process's environment without our variables."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
