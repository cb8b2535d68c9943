"""`stoppress serve --workers N`: real processes, killed, replaced and left."""

import asyncio
import http.client
import os
import shutil
import signal
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.services.process import ServiceError
from tests.services.serve import Server
from tests.site.reading import Reader, publish, readers, until
from tests.site.test_serve import get

NO_WEB_WORKER = """
import os, sys
if os.path.exists({broken!r}) and any("web_worker" in word for word in sys.orig_argv):
    os._exit(7)
"""
pytestmark = pytest.mark.backend("sqlite")  # but for one, the database does not matter
READY = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n"
SLOWLY = {"STOPPRESS_DRAIN_SECONDS": "2", "STOPPRESS_DRAIN_RATE": "1"}


def children(server: Server, module: str = "processes.web_worker") -> set[int]:
    """Return the process ids of a supervisor's children of one kind."""
    pid = server.process.pid
    found = set()
    for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if f"stoppress.site.{module}" in _command(int(word)):
            found.add(int(word))
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_running(pid: int) -> bool:
    return bool(_command(pid))


def readers_of(pid: int, server: Server) -> int:
    """Return how many connections a process holds (state 01 of proc_pid_net(5))."""
    links = {os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    port = f":{server.port:04X}"
    taken = [row[9] for row in rows if row[1].endswith(port) and row[3] == "01"]
    return sum(f"socket:[{inode}]" in links for inode in taken)


def was_told(reader: Reader) -> bool:
    """Return whether a goodbye ended the connection of a reader.

    A reader that comes back to a leaving worker is refused (1012); to none, it cannot connect.
    """
    return bool(reader.goodbyes) and set(reader.lost) <= {None, 1012}


def is_back(reader: Reader) -> bool:
    """Return whether a reader came back after a goodbye, and after each later one."""
    return 0 < len(reader.goodbyes) < len(reader.came)


def times_logged(server: Server, words: str) -> int:
    return server.log.read_text().count(words)


class Hammer:
    """Asks for a page over and over, each time on a connection of its own."""

    def __init__(self, server: Server) -> None:
        self.port = server.port
        self.answers = 0
        self.failures: list[str] = []

    async def strike(self) -> None:
        while True:
            await asyncio.to_thread(self._ask)
            await asyncio.sleep(0.005)  # its pace

    def _ask(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/readyz")
            assert connection.getresponse().status == 200
            self.answers += 1
        except Exception as error:
            self.failures.append(repr(error))
        finally:
            connection.close()


@pytest.mark.backend("sqlite", "postgres")
async def test_a_killed_worker_is_restarted_and_the_others_readers_stay(serve):
    server = serve("--workers", "2")
    before = children(server)
    assert len(before) == 2 and len(children(server, "background.process")) == 1
    async with readers(server, 40) as reading:
        victim = min(before)
        touched = readers_of(victim, server)
        os.kill(victim, signal.SIGKILL)
        await until(lambda: times_logged(server, "works again") == 1)
        await until(lambda: all(reader.live for reader in reading))
        after = children(server)
        assert len(after) == 2 and after & before == before - {victim}
        assert (
            sorted(reader.lost for reader in reading) == [[]] * (40 - touched) + [[1006]] * touched
        )
        assert all(len(reader.came) == 1 + len(reader.lost) for reader in reading)
        await asyncio.to_thread(publish, server, "After the kill")
        await until(lambda: all(reader.events == ["After the kill"] for reader in reading))
    assert times_logged(server, "was killed by SIGKILL: restart in 0.5 s") == 1
    assert times_logged(server, "Stop Press is live at") == 1


async def test_sighup_replaces_the_workers_one_at_a_time_and_refuses_no_request(serve):
    server = serve("--workers", "2", env=SLOWLY)
    before = children(server) | children(server, "background.process")
    hammer = Hammer(server)
    striking = asyncio.create_task(hammer.strike())
    async with readers(server, 40) as reading:
        os.kill(server.process.pid, signal.SIGHUP)
        for count in (1, 2, 3):  # one after another, and each has a start to wait for
            await until(lambda count=count: times_logged(server, "was replaced") >= count)
        await until(lambda: all(map(is_back, reading)))
        striking.cancel()
        after = children(server) | children(server, "background.process")
        assert len(after) == 3 and not after & before
        assert [reader.lost for reader in reading] == [[]] * 40
        first_back = min(reader.came[1] for reader in reading)
        assert first_back < max(reader.goodbyes[-1] for reader in reading), "they leave in groups"
    assert hammer.answers > 50 and hammer.failures == []
    assert "Traceback" not in server.log.read_text()
    assert server.stop() == 0


async def test_sigterm_ends_the_workers_side_by_side_and_a_second_one_ends_them_at_once(serve):
    slowly = {"STOPPRESS_DRAIN_SECONDS": "600", "STOPPRESS_DRAIN_RATE": "1"}
    server = serve("--workers", "2", env=slowly)
    workers = children(server)
    async with AsyncExitStack() as connected:
        groups = []
        for worker in workers:
            # The other worker takes these readers. It lets them go over ten seconds.
            os.kill(worker, signal.SIGSTOP)
            groups.append(await connected.enter_async_context(readers(server, 20)))
            os.kill(worker, signal.SIGCONT)
        server.process.popen.send_signal(signal.SIGTERM)
        await until(lambda: all(any(reader.goodbyes for reader in group) for group in groups))
        assert all(not all(reader.goodbyes for reader in group) for group in groups)
        assert all(map(is_running, workers))
        assert await asyncio.to_thread(server.stop, 20.0) == 0
    assert not any(map(is_running, workers))


def _shared_directory(pids: set[int]) -> Path:
    [limits] = {_command(pid).split("\0--limits\0")[1].split("\0")[0] for pid in pids}
    return Path(limits).parent


async def test_a_signal_to_the_whole_group_still_shuts_down_orderly(serve):
    server = serve("--workers", "2")
    pids = children(server) | children(server, "background.process")
    shared = _shared_directory(pids)
    async with readers(server, 10) as reading:
        os.killpg(server.process.pid, signal.SIGTERM)
        assert await asyncio.to_thread(server.process.popen.wait, 20) == 0
        await until(lambda: all(map(was_told, reading)))
    assert not any(map(is_running, pids))
    assert not shared.exists()
    assert "Traceback" not in server.log.read_text()


async def test_no_worker_outlives_its_supervisor(serve):
    server = serve("--workers", "2")
    pids = children(server) | children(server, "background.process")
    async with readers(server, 4) as reading:
        os.kill(server.process.pid, signal.SIGKILL)
        await until(lambda: not any(map(is_running, pids)), 10)
        await until(lambda: all(map(was_told, reading)))


@pytest.fixture
def broken(tmp_path):
    """A file: while it is there no web worker can start, with the environment that it gives."""
    file = tmp_path / "broken"
    (tmp_path / "sitecustomize.py").write_text(NO_WEB_WORKER.format(broken=str(file)))
    return file


def test_a_worker_that_never_becomes_ready_ends_the_command_with_a_message(serve, broken):
    broken.touch()
    with pytest.raises(ServiceError, match="ended with 1 before it said") as failed:
        serve("--workers", "2", env={"PYTHONPATH": str(broken.parent)})
    assert "worker 1" in str(failed.value) and "status 7 before it was ready" in str(failed.value)
    assert "Traceback" not in str(failed.value)


async def test_workers_that_cannot_be_replaced_stay_and_readers_notice_nothing(serve, broken):
    server = serve("--workers", "2", env={"PYTHONPATH": str(broken.parent)})
    before = children(server)
    async with readers(server, 10) as reading:
        broken.touch()
        os.kill(server.process.pid, signal.SIGHUP)
        await until(lambda: times_logged(server, "worker 1 was not replaced"))
        assert children(server) == before
        assert all(reader.live and not reader.goodbyes for reader in reading)


async def test_a_worker_that_keeps_failing_is_restarted_at_growing_intervals(serve, broken):
    server = serve("--workers", "2", env={"PYTHONPATH": str(broken.parent)})
    broken.touch()
    os.kill(min(children(server)), signal.SIGKILL)
    await until(lambda: times_logged(server, "next restart in 2 s"))
    assert (
        times_logged(server, ": restart in 0.5 s")
        == times_logged(server, "next restart in 1 s")
        == 1
    )
    broken.unlink()
    await until(lambda: times_logged(server, "works again"))
    assert len(children(server)) == 2


async def test_a_single_worker_that_shuts_down_refuses_no_reader(serve):
    server = serve("--workers", "2", env=SLOWLY)
    kept = []
    for worker in children(server):
        # The others take what comes meanwhile, so that each has some.
        os.kill(worker, signal.SIGSTOP)
        came = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(6)]
        for _, talking in came:
            talking.write(READY)
        for answers, _ in came:
            assert b"200 OK" in await answers.readuntil(b"ready\n")
        os.kill(worker, signal.SIGCONT)
        kept += came
    async with readers(server, 40) as reading:
        os.kill(min(children(server)), signal.SIGTERM)
        await until(lambda: any(reader.goodbyes for reader in reading))
        async with readers(server, 20) as late:
            for _, talking in kept:
                talking.write(READY)
            told = [await answers.readuntil(b"ready\n") for answers, _ in kept]
            assert all(b"200 OK" in answer for answer in told)
            last = sum(b"connection: close" in answer for answer in told)
            assert 0 < last < len(told)
            await until(lambda: times_logged(server, "works again") == 1)
            assert [len(reader.came) for reader in late] == [1] * 20
    for _, talking in kept:
        talking.close()


async def test_a_server_survives_the_loss_of_its_shared_directory_and_new_workers_recreate_it(
    serve,
):
    server = serve("--workers", "2")
    before = children(server)
    shared = _shared_directory(before)
    assert shared.parent == server.data
    shutil.rmtree(shared)
    status, words = await asyncio.to_thread(get, server, "/metrics")
    assert status == 503 and "SIGHUP" in words
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    await until(lambda: times_logged(server, "works again") == 2)
    assert (await asyncio.to_thread(get, server, "/metrics"))[0] == 200
    assert times_logged(server, "Traceback") == 0


@pytest.mark.parametrize("module", ["web_worker", "background_worker"])
def test_a_supervisor_of_an_older_version_still_finds_its_modules(module):
    words = [sys.executable, "-P", "-m", f"stoppress.site.{module}", "--help"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "--lifeline" in done.stdout, done.stderr
