"""The console script `stoppress`: runs the command if the extra `site` is installed."""

import sys
from importlib.util import find_spec

from stoppress.live.errors import WrongUvicorn

# The modules that the extra `site` installs.
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
        print(f"stoppress: the command needs the extra `site`: {words}", file=sys.stderr)
        return 2
    try:
        # It imports modules that were missing without the extra.
        from .main import main as run
    except WrongUvicorn as error:
        print(f"stoppress: {error}", file=sys.stderr)
        return 2
    return run()
