"""Run the demo: serve the site while the demo's newsroom publishes."""

import sys
from pathlib import Path

from django.conf import settings
from django.db import connections

from stoppress.site.background.worker import Worker
from stoppress.site.serving.uvicorn_server import serve

from .editor import NAME, employ_editor
from .newsroom import DemoNewsroom, is_somebody_elses, open_paper
from .town import TOWN

HOST = "127.0.0.1"


def serve_paper(port: int, pace: float) -> int:
    """Serve the demo until Ctrl-C; return the exit status.

    Args:
        pace: seconds between two steps.
    """
    directory: Path = settings.DATA
    if is_somebody_elses():
        print(
            f"stoppress demo: the database of {directory} holds articles that are not the demo's. "
            "Invented news would appear among them. Choose another directory with --data.",
            file=sys.stderr,
        )
        return 2
    password = employ_editor(directory)
    open_paper()
    newsroom, worker = DemoNewsroom(pace), Worker()
    connections.close_all()

    def start() -> None:
        print(f"This is a demo: {TOWN}, its people and its news are invented.")
        known = f"with the password {password}" if password else "with the password you chose"
        print(f"Sign in at /admin/ as {NAME}, {known}. Ctrl-C ends the demo.", flush=True)
        newsroom.start()
        worker.start()

    def stop() -> None:
        newsroom.stop()
        worker.stop()

    serve(HOST, port, on_start=start, on_stop=stop)
    return 0
