"""Behaviour of the fast path only; `test_consumers` shows that readers see no difference."""

import pytest

from stoppress.live import metrics
from stoppress.live.hub.hub import running_hub
from stoppress.live.protocol.refusals import malformed
from stoppress.live.transports.direct_websocket import is_direct
from tests.live.asking import counted, until
from tests.live.reader import say

from .test_websocket import Socket

pytestmark = pytest.mark.usefixtures("direct")


@pytest.fixture
def direct(monkeypatch):
    monkeypatch.setattr(Socket, "direct", True)  # the test's own client


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"stream=board", True),
        (b"stream=board&stream=other:x", True),
        (b"stream=secret", False),
        (b"stream=board&stream=secret", False),
        (b"stream=nowhere", True),
        (b"", True),
        (b"stream=live:signouts", False),
    ],
)
def test_only_public_streams_are_served_directly(board, query, expected):
    assert is_direct({"query_string": query}) is expected


async def test_the_application_ends_when_the_reader_has_its_place(site):
    socket = Socket(site, "stream=board")
    await socket.open()
    await socket.application.wait(10)
    assert [(await socket.frame())["type"] for _ in range(3)] == ["hello", "snapshot", "live"]
    await say("a")
    assert (await socket.frame())["key"] == "a"
    await socket.leave()
    assert not running_hub().connections


async def test_a_private_stream_takes_the_consumer(site):
    socket = Socket(site, "stream=secret")
    await socket.open()
    assert socket.reader is None
    assert (await socket.closed())[0] == 4401


async def test_a_reader_that_leaves_during_admission_is_forgotten(site):
    socket = Socket(site, "stream=other:x")
    await socket.open()
    await until(lambda: socket.reader is not None)
    socket.reader.disconnected(1006)
    await socket.application.wait(10)
    assert not running_hub().connections


async def test_the_place_of_a_reader_is_given_back_once(site):
    before = counted(readers())
    socket = Socket(site, "stream=board")
    await socket.open()
    assert [(await socket.frame())["type"] for _ in range(3)] == ["hello", "snapshot", "live"]
    assert counted(readers()) == before + 1
    socket.reader.refuse(malformed("no"))
    assert (await socket.closed())[0] == 4400
    socket.reader.disconnected(1000)
    assert counted(readers()) == before


def readers():
    return metrics.READERS.labels("ws")
