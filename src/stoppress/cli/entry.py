"""The console script `stoppress`: the command, where what it needs is installed."""

import sys
from importlib.util import find_spec

# What the extra `site` brings, by the names of its modules.
SITE = (
    "aiohttp", "axes", "csp", "environ", "feedparser", "httptools", "jsonschema", "markdown_it",
    "multidict", "nh3", "ninja", "pydantic", "regex", "servestatic", "uvicorn", "uvloop", "yarl",
)  # fmt: skip


def main() -> int:
    """Run the command; return the exit status."""
    wanted = [name for name in SITE if name != "uvloop" or sys.platform != "win32"]
    missing = [name for name in wanted if find_spec(name) is None]
    if missing:
        words = f'pip install "stop-press[site]" (not installed: {", ".join(missing)})'
        print(f"stoppress: the command needs the whole site: {words}", file=sys.stderr)
        return 2
    from .main import main as run  # it imports what may not have been there

    return run()
