"""A process's member of a Channels layer: one thread that sends and receives hints."""

import asyncio
import contextlib
import secrets
import socket
import threading
from collections.abc import Callable
from typing import Any

from channels.layers import channel_layers

from .health import RelayHealth

GROUP = "stoppress.live"
HINT, ECHO = "stoppress.hint", "stoppress.echo"

PATIENCE_SECONDS = 2.0
EXIT_SECONDS = 1.0
# How often a member renews its place in the group and sends itself an echo: Redis may have dropped
# it silently.
RENEW_SECONDS = 1.0
FIRST_ECHO_SECONDS = 0.05


class _Loop(asyncio.SelectorEventLoop):
    """Resolves names in its own thread.

    At the interpreter's exit no thread pool accepts work any more.
    """

    async def getaddrinfo(self, host: Any, port: Any, **options: Any) -> list[Any]:
        return socket.getaddrinfo(host, port, **options)


class LayerMember(threading.Thread):
    """Sends the hints of a process; with a hub, it is also the process's member of the group.

    Each session has an event loop and a layer of its own, so nothing of a broken session survives.
    Publishers only raise a counter; one hint of the session covers all of them.
    """

    def __init__(self, alias: str) -> None:
        super().__init__(name="stoppress-layer", daemon=True)
        self.wakes: list[Callable[[], None]] = []
        self.leaving = False
        self._alias = alias
        self._uid = secrets.token_hex(8)
        self._health = RelayHealth("layer", f"the Channels layer {alias!r}")
        self._ended = threading.Event()
        self._session: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._hears = False
        self._heard: float | None = None
        # Hints that were requested, and how many of them the last sent hint has covered.
        self._change = threading.Condition()
        self._asked = self._told = 0
        self._away = False

    # From any thread

    def tell(self) -> None:
        """Request a hint to the other processes; never waits for the layer."""
        with self._change:
            self._asked += 1
        self._nudge()

    def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` when another process sends a hint."""
        self.wakes.append(wake)
        self._nudge()

    def flush(self, seconds: float) -> bool:
        """Wait until every hint is sent, or the layer is unreachable.

        Returns:
            whether every hint is sent.
        """
        with self._change:
            self._change.wait_for(lambda: self._told >= self._asked or self._away, seconds)
            return self._told >= self._asked

    def stop(self) -> None:
        """Send the remaining hints, if the layer is reachable, and end the thread."""
        self.flush(EXIT_SECONDS)
        self._ended.set()
        self._nudge()
        self.join(EXIT_SECONDS)  # an unresponsive layer may delay it a little longer

    def _nudge(self) -> None:
        if self._session is not None:
            loop, news = self._session
            with contextlib.suppress(RuntimeError):  # the session has ended meanwhile
                loop.call_soon_threadsafe(news.set)

    # In its own thread

    def run(self) -> None:
        while not self._ended.is_set():
            self._hears, self._heard = bool(self.wakes), None
            try:
                with asyncio.Runner(loop_factory=_Loop) as runner:
                    runner.run(self._hold_one_session())
            except Exception as error:  # whatever a layer's driver raises
                back_off = self._health.lost(error, self._hears)
                self._settle(away=True, told=self._told)
                self._ended.wait(back_off)
        self._health.ended(self._hears)

    def _settle(self, away: bool, told: int) -> None:
        with self._change:
            self._away, self._told = away, told
            self._change.notify_all()

    async def _hold_one_session(self) -> None:
        """Send and receive until the layer fails, the thread must end, or the first hub comes."""
        loop, news = asyncio.get_running_loop(), asyncio.Event()
        # If the connection breaks, the layer's own tasks fail too; the relay already logs that
        # once.
        loop.set_exception_handler(lambda *_: None)
        news.set()  # for hints requested before the session began
        self._session = loop, news
        layer: Any = channel_layers.make_backend(self._alias)
        tasks = [loop.create_task(self._send_hints(layer, news))]
        channel = ""
        try:
            if self._hears:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    channel = await layer.new_channel()
                tasks.append(loop.create_task(self._receive_hints(layer, channel)))
                tasks.append(loop.create_task(self._keep_membership(layer, channel)))
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            if self._hears:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await layer.group_discard(GROUP, channel)
        finally:
            await _close_connections(layer)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send_hints(self, layer: Any, news: asyncio.Event) -> None:
        while True:
            await news.wait()
            news.clear()
            asked = self._asked
            if asked > self._told:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await layer.group_send(GROUP, {"type": HINT, "from": self._uid})
                if not self._hears:
                    self._health.up(hears=False)
                self._settle(away=False, told=asked)
            if self._ended.is_set() or (self.wakes and not self._hears):
                return

    async def _receive_hints(self, layer: Any, channel: str) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            message = await layer.receive(channel)
            if message.get("from") != self._uid:
                if message["type"] == HINT:
                    self._wake_hubs()
                continue
            if self._heard is None:
                # From here on every hint is received. A look now finds earlier events.
                self._health.up()
                self._settle(away=False, told=self._told)
                self._wake_hubs()
            self._heard = clock()

    async def _keep_membership(self, layer: Any, channel: str) -> None:
        """Renew the place in the group, and check that messages arrive there."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        while True:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await layer.group_add(GROUP, channel)
                echo = {"type": ECHO, "from": self._uid}
                if self._heard is None:
                    await layer.group_send(GROUP, echo)  # it proves the place in the group
                else:
                    await layer.send(channel, echo)  # this one reaches no other process
            await asyncio.sleep(FIRST_ECHO_SECONDS if self._heard is None else RENEW_SECONDS)
            if clock() - (self._heard or begun) > RENEW_SECONDS + PATIENCE_SECONDS:
                raise TimeoutError("messages are accepted, but none arrives")

    def _wake_hubs(self) -> None:
        for wake in list(self.wakes):
            wake()


async def _close_connections(layer: Any) -> None:
    """Close the layer's connections before the receiving task ends, which would reuse them."""
    close = getattr(layer, "close_pools", None)
    # The pub/sub layer's `flush` only closes connections; that of others empties Redis for
    # everyone.
    if any(cls.__module__ == "channels_redis.pubsub" for cls in type(layer).__mro__):
        close = layer.flush
    if close is not None:
        with contextlib.suppress(Exception):  # the layer is no longer used, whatever it raises
            async with asyncio.timeout(PATIENCE_SECONDS):
                await close()
