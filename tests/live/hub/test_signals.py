"""On any server the readers are told goodbye at the signal by which it is told to end."""

import asyncio
import inspect
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from stoppress.drill.free_port import free_port
from stoppress.live.hub.hub import running_hub, stop_hub
from stoppress.live.hub.signals import hear, hear_no_more
from tests.live.asking import until
from tests.live.reader import Reader
from tests.services.process import Process

EXAMPLE = Path(__file__).parents[3] / "example"
OURS = {"DJANGO_SETTINGS_MODULE", "PYTHONPATH"}
ENDED = (1012, "restart, come back within 0.5 s")


@pytest.fixture
def servers_handler():
    """Give the numbers of the signals that a server's own handler was called with."""
    heard = []
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGQUIT)}
    for number in before:
        signal.signal(number, lambda number, frame: heard.append(number))
    yield heard
    for number, handler in before.items():
        signal.signal(number, handler)


async def test_a_signal_reaches_the_readers_first_and_then_the_server(hub, servers_handler):
    reader = await Reader(hub).join("board")
    os.kill(os.getpid(), signal.SIGTERM)
    await until(lambda: reader.sink.closed)
    assert reader.sink.frames[-1] == {"type": "goodbye", "reason": "restart", "within": 0.5}
    assert reader.sink.closed == ENDED and hub.farewell.begun and not hub.connections
    os.kill(os.getpid(), signal.SIGQUIT)
    await until(lambda: len(servers_handler) == 2)
    assert servers_handler == [signal.SIGTERM, signal.SIGQUIT]


async def test_a_handler_of_the_event_loop_is_called_after_the_goodbye(hub):
    told = []
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: told.append(reader.sink.closed))
    try:
        reader = await Reader(hub).join("board")
        os.kill(os.getpid(), signal.SIGTERM)
        await until(lambda: told)
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
    assert told == [ENDED]


async def test_the_servers_handler_gets_the_interrupted_frame(hub):
    came = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: came.append((number, frame)))
    try:
        await Reader(hub).join("board")
        os.kill(os.getpid(), signal.SIGTERM)
        await until(lambda: came)
    finally:
        signal.signal(signal.SIGTERM, before)
    [(number, frame)] = came
    assert number == signal.SIGTERM and inspect.isframe(frame)


def test_a_new_listener_replaces_the_one_before(servers_handler):
    told = []
    for name in ("first", "second"):
        hear(partial(told.append, name))
    signal.raise_signal(signal.SIGTERM)
    hear_no_more()
    signal.raise_signal(signal.SIGTERM)
    assert told == ["second"] and servers_handler == [signal.SIGTERM] * 2


async def test_signals_go_back_to_the_server_with_the_last_hub(hub, servers_handler):
    servers = signal.getsignal(signal.SIGTERM)
    await Reader(hub).join("board")
    assert signal.getsignal(signal.SIGTERM) is not servers
    await stop_hub()
    assert signal.getsignal(signal.SIGTERM) is servers


async def test_a_signal_that_no_server_handles_stays_as_it_is(hub):
    own = {signal.SIGTERM: signal.SIG_DFL, signal.SIGQUIT: signal.SIG_IGN}
    own[signal.SIGINT] = signal.default_int_handler
    before = {number: signal.signal(number, handler) for number, handler in own.items()}
    try:
        await Reader(hub).join("board")
        assert {number: signal.getsignal(number) for number in own} == own
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def test_signals_of_a_server_that_says_goodbye_itself_are_left_alone(hub, servers_handler):
    servers = signal.getsignal(signal.SIGTERM)
    hub.led = True
    await Reader(hub).join("board")
    assert signal.getsignal(signal.SIGTERM) is servers


async def test_outside_the_main_thread_readers_are_served_and_no_signal_is_touched(
    hub, servers_handler
):
    servers = signal.getsignal(signal.SIGTERM)

    async def follow():
        reader = await Reader(running_hub()).join("board")
        await stop_hub()
        return reader.sink.frames[0]["type"]

    def serve():
        assert threading.current_thread() is not threading.main_thread()
        return asyncio.run(follow())

    assert await sync_to_async(serve, thread_sensitive=False)() == "hello"
    assert signal.getsignal(signal.SIGTERM) is servers


class Site:
    """The example on a plain uvicorn, with a reader on each of its two long transports."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.env = {name: value for name, value in os.environ.items() if name not in OURS} | {
            "SCOREBOARD_DATABASE": str(directory / "scores.db")
        }
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v", "0"],
            cwd=EXAMPLE,
            env=self.env,
            check=True,
            timeout=60,
        )
        self.log, port = directory / "server.log", free_port()
        self.server = Process(
            [
                *(sys.executable, "-m", "uvicorn", "scoreboard.asgi:application"),
                *("--app-dir", str(EXAMPLE), "--port", str(port), *options),
            ],
            self.log,
            env=self.env,
        )
        self.address = f"127.0.0.1:{port}/live/{{}}?stream=scores"
        self.server.wait_until(
            lambda: self.starts() == 1 and b"running on" in self.log.read_bytes(), "it listened"
        )

    def starts(self) -> int:
        """Return how often the application has started."""
        return self.log.read_bytes().count(b"startup complete")

    @contextmanager
    def read(self):
        """Give a function that returns what was sent to both readers, once both have ended."""
        stream = urllib.request.urlopen(f"http://{self.address.format('sse')}", timeout=30)
        address = f"ws://{self.address.format('ws')}"
        with stream, connect(address, subprotocols=["stoppress.v1"], proxy=None) as socket:
            assert any(b"event: live" in line for line in iter(stream.readline, b""))
            while '"type":"live"' not in socket.recv(timeout=30):
                pass
            yield lambda: (stream.read().decode(), _rest(socket))


def _rest(socket) -> str:
    texts = []
    try:
        while True:
            texts.append(socket.recv(timeout=30))
    except ConnectionClosed as closed:
        return "\n".join((*texts, str(closed.rcvd)))


@pytest.fixture
def site(tmp_path):
    started = []

    def start(*options):
        started.append(Site(tmp_path, *options))
        return started[-1]

    yield start
    for each in started:
        each.server.kill()


GOODBYE = '{"type":"goodbye","reason":"restart","within":0.5}'


@pytest.mark.slow("starts a server")
@pytest.mark.backend("sqlite")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_plain_server_tells_its_readers_and_ends(site, number):
    site = site()
    with site.read() as rest:
        site.server.popen.send_signal(number)
        stream, socket = rest()
        # It would wait for ever for a stream that does not end.
        site.server.popen.wait(30)
    assert f"data: {GOODBYE}\n" in stream and "event: goodbye\n" in stream
    assert GOODBYE in socket and "1012" in socket
    assert b"Traceback" not in site.log.read_bytes()


@pytest.mark.slow("starts a server, twice")
@pytest.mark.backend("sqlite")
def test_a_server_that_reloads_starts_anew_while_readers_are_connected(site, tmp_path):
    (watched := tmp_path / "code").mkdir()
    (watched / "views.py").write_text("")
    site = site("--reload", "--reload-dir", str(watched))
    with site.read() as rest:
        (watched / "views.py").write_text("changed = True")
        stream, socket = rest()
    assert GOODBYE in stream and GOODBYE in socket
    site.server.wait_until(lambda: site.starts() == 2, "it started anew")
    with site.read():
        pass
