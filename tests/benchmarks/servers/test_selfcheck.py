"""Peers of the benchmarks deliver every article; the check before a run finds one that fails."""

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from sys import executable

import pytest
from websockets.sync.server import ServerConnection, serve

from benchmarks.article import article, compact
from benchmarks.servers import tutorial_uvicorn
from benchmarks.servers.base import CannotRun
from benchmarks.servers.peer import Peer
from benchmarks.servers.selfcheck import READERS, SECONDS, Fault, check
from stoppress.drill.free_port import free_port

Say = Callable[[int], str | bytes | None]


def told(number: int) -> str:
    return compact(article(number))


class Sayer:
    """A server that tells its readers what `say` makes of an article's number, in a thread."""

    name, path = "sayer", "/"

    def __init__(self, say: Say) -> None:
        self._say = say
        self._readers: list[ServerConnection] = []
        self._came = threading.Condition()
        self._server = serve(self._keep, "127.0.0.1", 0, compression=None)
        self.port: int = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def _keep(self, reader: ServerConnection) -> None:
        with self._came:
            self._readers.append(reader)
            self._came.notify()
        for _ in reader:
            pass

    def pids(self) -> list[int]:
        return []

    def publish(self, numbers: Sequence[int]) -> None:
        with self._came:
            self._came.wait_for(lambda: len(self._readers) == READERS, SECONDS)
        for said in filter(None, map(self._say, numbers)):
            for reader in self._readers:
                reader.send(said)

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()


def checked(say: Say, folder: Path, seconds: float = SECONDS) -> None:
    check(lambda _folder, _cpus: Sayer(say), folder, seconds)


def test_the_recipe_of_the_tutorials_delivers(tmp_path: Path) -> None:
    # On daphne it is the self-check alone that sees it: the tests install none.
    if reason := tutorial_uvicorn.missing():
        pytest.skip(reason)
    check(tutorial_uvicorn.start, tmp_path)


def test_a_server_that_sends_every_article_passes(tmp_path: Path) -> None:
    checked(told, tmp_path)


@pytest.mark.parametrize(
    ("say", "fault"),
    [
        (lambda number: told(number + 1), "instead of article 1, 2 or 3 it sent"),
        (lambda number: told(number).replace(".", "!!", 1), "instead of 600"),
        (lambda number: told(number).encode(), "binary"),
    ],
    ids=["another came", "it is longer", "it is not text"],
)
def test_a_server_that_sends_other_content_fails_the_check(
    say: Say, fault: str, tmp_path: Path
) -> None:
    with pytest.raises(Fault, match=fault):
        checked(say, tmp_path)


@pytest.mark.slow("it waits for what does not come")
def test_a_server_that_omits_an_article_fails_the_check(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="did not get all articles"):
        checked(lambda number: told(number) if number != 2 else None, tmp_path, seconds=1.0)


def test_a_peer_that_does_not_start_shows_its_own_error(tmp_path: Path) -> None:
    peer, cpus = Peer("paper", free_port(), "/"), os.sched_getaffinity(0)
    with pytest.raises(CannotRun, match="(?s)paper ended before it listened.*out of ink"):
        peer.run([executable, "-c", "raise SystemExit('out of ink')"], tmp_path, cpus)
