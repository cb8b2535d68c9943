"""nginx with nchan: a publish-subscribe server in C, with one worker and WebSocket readers."""

from pathlib import Path

from stoppress.drill.free_port import free_port
from tests.services import programs

from . import nginx
from .base import CannotRun
from .http_peer import HttpPeer
from .peer import PING_SECONDS

SERVER = f"""\
    location = /live {{
      nchan_subscriber websocket;
      nchan_channel_id news;
      nchan_subscriber_first_message newest;
      nchan_websocket_ping_interval {PING_SECONDS};
    }}
    location = /publish {{
      nchan_publisher http;
      nchan_channel_id news;
    }}"""


def start(folder: Path, cpus: set[int]) -> HttpPeer:
    """Start nginx with nchan, and return once it answers.

    Raises:
        CannotRun: it is not installed, or does not start.
    """
    module = programs.nchan()
    if module is None:
        raise CannotRun(str(missing()))
    peer = HttpPeer("nchan", free_port())
    nginx.run(peer, folder, cpus, SERVER, module)
    return peer


def missing() -> str | None:
    """Return why the server cannot run here; None if it can."""
    if programs.nchan():
        return None
    return nginx.missing() or "nginx has no nchan on this machine (`make bench` tells more)"
