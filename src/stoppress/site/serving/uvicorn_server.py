"""The server: uvicorn, configured for many readers, with an orderly shutdown."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn
from django.conf import settings

from stoppress.live import conf
from stoppress.live.fast_path.consumer_protocol import ConsumerProtocol
from stoppress.live.fast_path.handshake import HandshakeProtocol
from stoppress.live.hub.hub import running_hub
from stoppress.live.protocol.refusals import MESSAGE_BYTES
from stoppress.site.application import site_application

from . import leaving
from .collector import freeze_what_stays
from .http_protocol import HttpProtocol
from .listening import address_of, listen, port_of
from .metrics_address import beside_metrics, listen_for_metrics
from .open_files import allow_many_files
from .sighup import answer_sighup
from .sudden_end import end_at_once_by_signal

logger = logging.getLogger("stoppress.site")

# Compression would cost each connection a context of 56 KiB (uvicorn, measured at 10,000 readers:
# 706 MB instead of 219 MB) and each message four times the CPU.
PER_MESSAGE_DEFLATE = False
# Seconds for a pong. Together with the seconds of the close after it (`CLOSE_SECONDS`), a half-open
# connection ends within a heartbeat and 10 seconds.
PONG_SECONDS = 8.0
# Seconds to wait for the supervisor's LEAVE, in case the whole group got the signal: then the
# siblings shut down too, and none takes over.
GROUP_SECONDS = 0.2
# Seconds for the handshakes of connections that were accepted just before listening ended.
ACCEPTED_SECONDS = 0.5
# Seconds for handshakes that are still running at the very end.
HANDSHAKE_SECONDS = 0.5


class Server(uvicorn.Server):
    """A uvicorn server that sends its readers a goodbye before it shuts down."""

    def __init__(
        self, config: uvicorn.Config, on_start: Callable[[], None], supervised: bool
    ) -> None:
        super().__init__(config)
        self._on_start = on_start
        self._supervised = supervised
        self._retired = self._signalled = False
        self._hurry = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def leave(self) -> None:
        """Report "not ready", disconnect the readers, then end; serve pages meanwhile."""
        self._retired = False
        leaving.begin(ready=False)
        self._end()

    def retire(self) -> None:
        """Stop listening so that the siblings take over, disconnect the readers, then end."""
        if not leaving.begun():
            self._retired = True
            self._end()

    def leave_at_once(self) -> None:
        """End now: readers get a close frame, open requests are cut off."""
        self.should_exit = self.force_exit = True
        leaving.be_gone_within(leaving.AT_ONCE_SECONDS)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._hurry.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Shut down at the first signal, and at once at the second."""
        if self._supervised:
            # If the whole group got the signal, the supervisor got it too, and sends LEAVE.
            if sig == signal.SIGTERM:
                self.retire()
        elif self._signalled:
            self.leave_at_once()
        else:
            self._signalled = True
            self.leave()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then call `on_start`."""
        leaving.stand_by()
        self._loop = asyncio.get_running_loop()
        running_hub().led = True
        await super().startup(sockets=sockets)
        freeze_what_stays()
        if not self.should_exit:
            self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send the readers a goodbye, then close."""
        if self._retired:
            await asyncio.sleep(GROUP_SECONDS)
        if self._retired:
            self._listen_no_more()
            # From now on no connection is kept alive after its next response.
            leaving.begin(ready=True)
            await asyncio.sleep(ACCEPTED_SECONDS)
        await self._say_goodbye()
        self._listen_no_more()
        await self._end_handshakes()
        await super().shutdown(sockets=sockets)
        if self.force_exit:
            # With `force_exit` uvicorn skips this, and cancels it with a traceback.
            await self.lifespan.shutdown()

    def _listen_no_more(self) -> None:
        for server in self.servers:
            server.close()

    async def _end_handshakes(self) -> None:
        """Wait briefly for running handshakes: uvicorn cuts off each one with a traceback."""
        with suppress(TimeoutError):
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                while any(
                    not getattr(connection, "handshake_complete", True)
                    for connection in self.server_state.connections
                ):
                    await asyncio.sleep(0.02)

    async def _say_goodbye(self) -> None:
        goodbye = asyncio.create_task(running_hub().farewell.say_in_time())
        hurry = asyncio.create_task(self._hurry.wait())
        longest = conf.get("DRAIN_SECONDS")
        await asyncio.wait({goodbye, hurry}, timeout=longest, return_when=asyncio.FIRST_COMPLETED)
        for task in (goodbye, hurry):
            task.cancel()
        [failed, _] = await asyncio.gather(goodbye, hurry, return_exceptions=True)
        if isinstance(failed, Exception):
            logger.error("could not say goodbye to every reader", exc_info=failed)
        # The goodbyes are written in this turn of the event loop or the next.
        await asyncio.sleep(0)

    def _end(self) -> None:
        if not self.should_exit:
            self.should_exit = True
            window = conf.get("DRAIN_SECONDS")
            leaving.be_gone_within(window + leaving.LEAVE_SECONDS + leaving.LAST_SECONDS)


def serve(
    host: str,
    port: int,
    *,
    welcome: Callable[[int], str] | None = None,
    on_start: Callable[[], None] | None = None,
    on_stop: Callable[[], None] | None = None,
) -> None:
    """Serve from this process until SIGINT or SIGTERM, and print the address in one line.

    Args:
        welcome: given the port, returns lines that are printed after the address.
        on_start: called when the server answers requests.
        on_stop: called when it has stopped.

    Raises:
        CannotListen: it could not listen at the address.
    """
    answer_sighup(
        "a single process replaces nothing; `stoppress serve --workers 2` replaces its workers"
    )
    listening = listen(host, port)
    listening += listen_for_metrics(listening)

    def started() -> None:
        print(f"Stop Press is live at {address_of(host, listening)}", flush=True)
        if welcome is not None:
            print(welcome(port_of(listening)), flush=True)
        if on_start is not None:
            on_start()

    server = make_server(started)
    # Active before uvicorn installs its handlers, and after it has restored these.
    end_at_once_by_signal()
    try:
        server.run(listening)
    finally:
        if on_stop is not None:
            on_stop()


def make_server(on_start: Callable[[], None], supervised: bool = False) -> Server:
    """Return the site's server, configured.

    Args:
        on_start: called when the server answers requests.
        supervised: a supervisor decides when the server shuts down.
    """
    allow_many_files()
    config = uvicorn.Config(
        beside_metrics(site_application()),
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http=HttpProtocol,
        ws=HandshakeProtocol if settings.STOPPRESS_FAST_PATH else ConsumerProtocol,
        ws_per_message_deflate=PER_MESSAGE_DEFLATE,
        ws_max_size=MESSAGE_BYTES,
        ws_ping_interval=conf.get("HEARTBEAT"),
        ws_ping_timeout=PONG_SECONDS,
        timeout_graceful_shutdown=leaving.LEAVE_SECONDS,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    return Server(config, on_start, supervised)
