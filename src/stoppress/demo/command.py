"""`stoppress demo`: run the live newspaper of an invented town."""

import os
import sys

from stoppress.site import setup

from .pace import checked_pace
from .town import PAPER


def run_demo(port: int, data: str | None, pace: float | None) -> int:
    """Run the demo newsroom until Ctrl-C; return the exit status.

    Args:
        data: the data directory (default: `STOPPRESS_DATA`, or else `./data`).
        pace: seconds between two steps.
    """
    try:
        pace = checked_pace(pace)
    except ValueError as error:
        print(f"stoppress demo: {error}", file=sys.stderr)
        return 2
    # Loading Django reads the settings, so these variables must be set before.
    if data:
        os.environ["STOPPRESS_DATA"] = data
    os.environ["STOPPRESS_DEMO"] = "1"
    os.environ.setdefault("STOPPRESS_SITE_NAME", PAPER)
    setup.prepare_to_serve()
    # It imports models, which can be imported only once Django is loaded.
    from .paper import serve_paper

    return serve_paper(port, pace)
