"""The console script `stoppress`: runs the command if the extra `site` is installed."""

import os
import signal
import sys
from importlib.util import find_spec

from stoppress.live.errors import WrongUvicorn
from stoppress.site.loading import uncollected

# The modules that the extra `site` installs.
SITE = (
    "PIL", "aiohttp", "axes", "brotli", "csp", "environ", "feedparser", "httptools", "jsonschema",
    "markdown_it", "multidict", "nh3", "ninja", "pydantic", "regex", "servestatic",
    "standardwebhooks", "uvicorn", "uvloop", "yarl",
)  # fmt: skip

# As of a command that a shell sees interrupted.
INTERRUPTED = 130


def main() -> int:
    """Run the command; return the exit status."""
    interrupted = signal.getsignal(signal.SIGINT)
    if interrupted is signal.default_int_handler:
        # An interrupt would print where the imports stood.
        signal.signal(signal.SIGINT, lambda signum, frame: os._exit(INTERRUPTED))
    wanted = [name for name in SITE if name != "uvloop" or sys.platform != "win32"]
    missing = [name for name in wanted if find_spec(name) is None]
    if missing:
        words = f'pip install "stop-press[site]" (not installed: {", ".join(missing)})'
        print(f"stoppress: the command needs the extra `site`: {words}", file=sys.stderr)
        return 2
    try:
        with uncollected():
            # It imports modules that were missing without the extra.
            from .main import main as run
    except WrongUvicorn as error:
        print(f"stoppress: {error}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGINT, interrupted)
    return run()
