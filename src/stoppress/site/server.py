"""The server: uvicorn, set up for many readers, with an orderly leaving."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

import uvicorn
from django.core.asgi import get_asgi_application

from stoppress import live
from stoppress.live import conf
from stoppress.live.hub import running_hub

logger = logging.getLogger("stoppress.site")

# A deflate context of its own would cost each connection 56 KiB (uvicorn, measured at 10,000
# readers: 706 MB instead of 219 MB) and each message four times the CPU.
PER_MESSAGE_DEFLATE = False
# All that readers may send is small; more closes the connection with 1009 (RFC 6455, 7.4.1).
MESSAGE_BYTES = 4096
# Seconds for a pong: a half-open connection is reaped within a heartbeat and this.
PONG_SECONDS = 10.0
# Seconds that open requests get to end when the server leaves.
LEAVE_SECONDS = 5


class Server(uvicorn.Server):
    """A uvicorn server that says where it is live, and says goodbye to its readers."""

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen; then say so on standard output, in one line."""
        await super().startup(sockets=sockets)
        if self.should_exit:
            return
        port = self.servers[0].sockets[0].getsockname()[1]
        host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
        print(f"Stop Press is live at http://{host}:{port}/", flush=True)
        if self._on_start is not None:
            self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ask the readers to come back, then close."""
        await running_hub().goodbye("restart", conf.get("DRAIN_SECONDS"))
        await asyncio.sleep(0)
        await super().shutdown(sockets=sockets)


def serve(
    host: str,
    port: int,
    *,
    on_start: Callable[[], None] | None = None,
    on_stop: Callable[[], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        on_start: called when the server answers.
        on_stop: called when it has stopped.

    Raises:
        SystemExit: it could not listen at the address; the log says why.
    """
    config = uvicorn.Config(
        live.asgi(get_asgi_application()),
        host=host,
        port=port,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=PER_MESSAGE_DEFLATE,
        ws_max_size=MESSAGE_BYTES,
        ws_ping_interval=conf.get("HEARTBEAT"),
        ws_ping_timeout=PONG_SECONDS,
        timeout_graceful_shutdown=LEAVE_SECONDS,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    server = Server(config, on_start)
    # uvicorn raises the signal that ended it once more: an orderly leaving is no failure.
    signal.signal(signal.SIGTERM, _leave)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        if on_stop is not None:
            on_stop()
    if not server.started:
        raise SystemExit(1)


def _leave(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
