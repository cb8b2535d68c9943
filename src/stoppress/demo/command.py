"""`stoppress demo`: an invented town's paper, live."""

import os
import sys
from pathlib import Path

from stoppress.site import setup

from .pace import checked_pace
from .town import PAPER, TOWN

HOST = "127.0.0.1"


def run_demo(port: int, data: str | None, pace: float | None) -> int:
    """Run the demo newsroom until Ctrl-C; return the exit status.

    Args:
        data: the data directory; `STOPPRESS_DATA`, or else `./data`, where it is not said.
        pace: seconds between two steps.
    """
    try:
        pace = checked_pace(pace)
    except ValueError as error:
        print(f"stoppress demo: {error}", file=sys.stderr)
        return 2
    # The settings are read when Django is loaded: these must stand before.
    if data:
        os.environ["STOPPRESS_DATA"] = data
    os.environ["STOPPRESS_DEMO"] = "1"
    os.environ.setdefault("STOPPRESS_SITE_NAME", PAPER)
    setup.prepare()
    return _run(port, pace)


def _run(port: int, pace: float) -> int:
    # Django must be loaded before its models.
    from django.conf import settings
    from django.db import connections

    from stoppress.site.serving.uvicorn_server import serve

    from .editor import NAME, employ_editor
    from .newsroom import DemoNewsroom, is_somebody_elses, open_paper

    directory: Path = settings.DATA
    if is_somebody_elses():
        print(
            f"stoppress demo: the database of {directory} holds articles that are not the demo's. "
            "Its made-up news would stand among them: name another directory with --data.",
            file=sys.stderr,
        )
        return 2
    password = employ_editor(directory)
    open_paper()
    newsroom = DemoNewsroom(pace)
    connections.close_all()

    def start() -> None:
        print(f"A demo: {TOWN}, its people and its news are made up.")
        known = f"with the password {password}" if password else "with the password you gave it"
        print(f"Sign in at /admin/ as {NAME}, {known}. Ctrl-C ends the demo.", flush=True)
        newsroom.start()

    serve(HOST, port, on_start=start, on_stop=newsroom.stop)
    return 0
