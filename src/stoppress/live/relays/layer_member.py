"""A process's place at a Channels layer: one thread that sends its hints and hears the others'."""

import asyncio
import contextlib
import secrets
import socket
import threading
from collections.abc import Callable
from typing import Any

from channels.layers import channel_layers

from .health import Line

GROUP = "stoppress.live"
HINT, ECHO = "stoppress.hint", "stoppress.echo"

PATIENCE_SECONDS = 2.0
EXIT_SECONDS = 1.0
# A member renews its place in the group this often, and says something to itself: Redis may have
# forgotten it without a word.
RENEW_SECONDS = 1.0
FIRST_ECHO_SECONDS = 0.05


class _Loop(asyncio.SelectorEventLoop):
    """Looks names up in its own thread: at the interpreter's exit no pool takes work any more."""

    async def getaddrinfo(self, host: Any, port: Any, **options: Any) -> list[Any]:
        return socket.getaddrinfo(host, port, **options)


class LayerMember(threading.Thread):
    """Sends hints for all of a process, and is its one member of the group once a hub listens.

    A session has an event loop and a layer of its own, so that nothing of one that broke lives
    on. Publishers only count up: how many of them one hint covers is the session's matter.
    """

    def __init__(self, alias: str) -> None:
        super().__init__(name="stoppress-layer", daemon=True)
        self.wakes: list[Callable[[], None]] = []
        self.leaving = False
        self._alias = alias
        self._uid = secrets.token_hex(8)
        self._line = Line("layer", f"the Channels layer {alias!r}")
        self._ended = threading.Event()
        self._session: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._hears = False
        self._heard: float | None = None
        # Hints that were asked for, and how many of them the last one sent has covered.
        self._change = threading.Condition()
        self._asked = self._told = 0
        self._away = False

    # From any thread

    def tell(self) -> None:
        """Have the other processes told, soon; never waits for the layer."""
        with self._change:
            self._asked += 1
        self._nudge()

    def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` when another process tells of something."""
        self.wakes.append(wake)
        self._nudge()

    def flush(self, seconds: float) -> bool:
        """Wait until every hint is sent, or the layer is found to be away; return which it was."""
        with self._change:
            self._change.wait_for(lambda: self._told >= self._asked or self._away, seconds)
            return self._told >= self._asked

    def stop(self) -> None:
        """Send what is still to be sent, if the layer is there, and end the thread."""
        self.flush(EXIT_SECONDS)
        self._ended.set()
        self._nudge()
        self.join(EXIT_SECONDS)  # a layer that does not answer may hold it a little longer

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
                back_off = self._line.lost(error, self._hears)
                self._settle(away=True, told=self._told)
                self._ended.wait(back_off)
        self._line.ended(self._hears)

    def _settle(self, away: bool, told: int) -> None:
        with self._change:
            self._away, self._told = away, told
            self._change.notify_all()

    async def _hold_one_session(self) -> None:
        """Send and hear until the layer fails, the thread is to end, or the first hub comes."""
        loop, news = asyncio.get_running_loop(), asyncio.Event()
        # What a layer's own tasks die of with their line is no news once the line is told of.
        loop.set_exception_handler(lambda *_: None)
        news.set()  # for what was asked before there was a session
        self._session = loop, news
        layer: Any = channel_layers.make_backend(self._alias)
        tasks = [loop.create_task(self._send_hints(layer, news))]
        channel = ""
        try:
            if self._hears:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    channel = await layer.new_channel()
                tasks.append(loop.create_task(self._hear(layer, channel)))
                tasks.append(loop.create_task(self._stay(layer, channel)))
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            if self._hears:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await layer.group_discard(GROUP, channel)
        finally:
            await _let_go(layer)
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
                    self._line.up(hears=False)
                self._settle(away=False, told=asked)
            if self._ended.is_set() or (self.wakes and not self._hears):
                return

    async def _hear(self, layer: Any, channel: str) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            message = await layer.receive(channel)
            if message.get("from") != self._uid:
                if message["type"] == HINT:
                    self._wake_hubs()
                continue
            if self._heard is None:
                # From here on every hint is heard. What came before is read now.
                self._line.up()
                self._settle(away=False, told=self._told)
                self._wake_hubs()
            self._heard = clock()

    async def _stay(self, layer: Any, channel: str) -> None:
        """Keep the place in the group, and see that what is said there arrives."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        while True:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await layer.group_add(GROUP, channel)
                echo = {"type": ECHO, "from": self._uid}
                if self._heard is None:
                    await layer.group_send(GROUP, echo)  # it proves the place in the group
                else:
                    await layer.send(channel, echo)  # and this troubles no other process
            await asyncio.sleep(FIRST_ECHO_SECONDS if self._heard is None else RENEW_SECONDS)
            if clock() - (self._heard or begun) > RENEW_SECONDS + PATIENCE_SECONDS:
                raise TimeoutError("it takes messages, and none arrives")

    def _wake_hubs(self) -> None:
        for wake in list(self.wakes):
            wake()


async def _let_go(layer: Any) -> None:
    """Close the layer's connections, before whoever receives is ended: it would use them again."""
    close = getattr(layer, "close_pools", None)
    # The pub/sub layer's `flush` only closes; any other's empties Redis, for everybody.
    if any(cls.__module__ == "channels_redis.pubsub" for cls in type(layer).__mro__):
        close = layer.flush
    if close is not None:
        with contextlib.suppress(Exception):  # it is of no use any more, whatever it says
            async with asyncio.timeout(PATIENCE_SECONDS):
                await close()
