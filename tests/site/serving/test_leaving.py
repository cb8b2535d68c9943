"""A server of one process leaves: orderly at a first signal, at once at a second."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.services.command import COMMAND, inherited
from tests.services.process import Process
from tests.site.reading import live, readers, until
from tests.site.test_serve import get

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter
# Seconds in which a busy machine ends a process that lets go of nobody first, over half a minute.
SOON = 20
LONG = {"STOPPRESS_DRAIN_SECONDS": "60", "STOPPRESS_DRAIN_RATE": "1"}
# Readers are let go over half of it.
SLOWLY = {"STOPPRESS_DRAIN_SECONDS": "4", "STOPPRESS_DRAIN_RATE": "1"}


async def test_a_stopping_server_is_not_ready_and_still_serves(serve):
    server = serve(env=SLOWLY)
    async with readers(server, 40) as reading:
        server.process.popen.send_signal(signal.SIGTERM)
        await until(lambda: any(reader.goodbyes for reader in reading))
        assert get(server, "/readyz") == (503, "leaving\n")
        assert get(server, "/healthz") == (200, "ok\n")
        assert get(server, "/")[0] == 200
        async with live(server) as late:
            with pytest.raises(ConnectionClosed) as closed:
                await late.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        assert not all(reader.goodbyes for reader in reading)
        assert await asyncio.to_thread(server.process.popen.wait, 20) == 0
        told = [reader.goodbyes[0] for reader in reading]
        assert max(told) - min(told) > 1.0


async def test_a_connection_kept_open_is_closed_after_its_next_answer(serve):
    server = serve(env=SLOWLY)
    async with readers(server, 20) as reading:
        kept, talking = await asyncio.open_connection("127.0.0.1", server.port)
        talking.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"connection: close" not in await kept.readuntil(b"ok\n")
        server.process.popen.send_signal(signal.SIGTERM)
        await until(lambda: any(reader.goodbyes for reader in reading))
        talking.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"connection: close" in await kept.read()
        talking.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_without_readers_stops_at_once(serve, number):
    server = serve(env=LONG)
    server.process.popen.send_signal(number)
    assert server.process.popen.wait(SOON) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_ends_the_server_at_once(serve, number):
    server = serve(env=LONG)
    async with readers(server, 40) as reading:
        server.process.popen.send_signal(number)
        await until(lambda: any(reader.goodbyes for reader in reading))
        server.process.popen.send_signal(number)
        assert await asyncio.to_thread(server.process.popen.wait, SOON) == 0
        await until(lambda: not any(reader.live for reader in reading))
        cut = [reader for reader in reading if not reader.goodbyes]
        assert cut and all(reader.lost[0] == 1012 for reader in cut)
    assert "Traceback" not in server.log.read_text()


def test_sighup_logs_that_a_single_process_cannot_be_replaced(serve):
    server = serve()
    os.kill(server.process.pid, signal.SIGHUP)
    server.process.wait_until(lambda: "--workers 2" in server.log.read_text(), "it said so")
    assert get(server, "/readyz") == (200, "ready\n")


def test_an_endless_thread_does_not_prevent_the_end_of_a_process():
    hang = (
        "import threading\n"
        "from stoppress.site.serving import leaving\n"
        "threading.Thread(target=threading.Event().wait).start()\n"
        "leaving.stand_by()\n"
        "leaving.be_gone_within(0.2)\n"
    )
    done = subprocess.run([sys.executable, "-c", hang], capture_output=True, text=True, timeout=50)
    assert done.returncode == 0 and "the process ends without it" in done.stderr


def test_a_signal_during_another_handler_does_not_block():
    storm = (
        "import signal\n"
        "from stoppress.site.serving import leaving\n"
        "def hear(*_):\n"
        "    leaving.begin(ready=False)\n"
        "    leaving.be_gone_within(60)\n"
        "signal.signal(signal.SIGALRM, hear)\n"
        "signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)\n"
        "for _ in range(20_000):\n"
        "    hear()\n"
        "print(leaving.begun())\n"
    )
    done = subprocess.run([sys.executable, "-c", storm], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_a_separate_worker_ends_on_sigterm(serve, tmp_path):
    server = serve("--no-worker")
    worker = Process([COMMAND, "worker"], tmp_path / "worker.log", env=server.env)
    try:
        worker.wait_until(lambda: "works here" in worker.tail(), "it worked")
        os.kill(worker.pid, signal.SIGHUP)
        worker.wait_until(lambda: "SIGHUP: " in worker.tail(), "it said so")
        assert worker.stop() == 0
        assert "Traceback" not in worker.tail()
    finally:
        worker.kill()


# As a lookup of a name that never answers: a process waits for such a thread before it ends.
HANG = """
import sys, threading, time
if "worker" in sys.argv or "stoppress.site.background.process" in sys.orig_argv:
    threading.Thread(target=time.sleep, args=(600,)).start()
"""


@pytest.mark.parametrize("supervised", [False, True], ids=["alone", "supervised"])
def test_a_worker_with_a_hanging_thread_ends_on_sigterm(serve, tmp_path, supervised):
    (tmp_path / "sitecustomize.py").write_text(HANG)
    hanging = {"PYTHONPATH": str(tmp_path)}
    if supervised:
        server = serve("--workers", "2", env=hanging)
        assert server.stop() == 0
        return
    server = serve("--no-worker")
    worker = Process([COMMAND, "worker"], tmp_path / "worker.log", env=server.env | hanging)
    try:
        worker.wait_until(lambda: "works here" in worker.tail(), "it worked")
        assert worker.stop() == 0
        assert "the process ends without it" in worker.tail()
    finally:
        worker.kill()


def opened(files: Path) -> set[str]:
    """Return the files that a process has open, of its `fd` directory."""
    found = set()
    for file in files.iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found.add(os.readlink(file))
    return found


def test_sighup_ends_no_server_that_is_still_starting(tmp_path):
    (tmp_path / "data").mkdir()
    env = inherited()
    env |= {"STOPPRESS_DATA": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}
    with open(tmp_path / "data/.prepare.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        words = [COMMAND, "serve", "--workers", "2", "--port", "0"]
        server = Process(words, tmp_path / "log", env=env)
        try:
            files = Path(f"/proc/{server.pid}/fd")
            server.wait_until(
                lambda: str(tmp_path / "data/.prepare.lock") in opened(files),
                "it waits for its turn to migrate",
            )
            os.kill(server.pid, signal.SIGHUP)
            server.wait_until(
                lambda: "SIGHUP: the server has not started" in server.tail(), "it said so"
            )
            fcntl.flock(lock, fcntl.LOCK_UN)
            server.wait_until(lambda: "is live at" in server.tail(), "it is live")
            assert server.stop() == 0
        finally:
            server.kill()
