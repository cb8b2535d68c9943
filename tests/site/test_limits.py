"""The limits of one address, by `stoppress serve`: on both paths, and with workers."""

import asyncio
import json
import re
import time
import urllib.error
import urllib.request
from collections import Counter

import pytest
from websockets.exceptions import ConnectionClosed

from stoppress.live.readers.limits.replay import PIECE_BYTES
from tests.cli.tailing import Tail

from .reading import live

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter

# 250 events of 10 KB, and how to come to the cursor before them.
FILL = """
from stoppress import live
from stoppress.live.log.history import read_head
for part in range(5):
    with live.atomic():
        for n in range(50):
            key = f"article:{part * 50 + n}"
            item = {"key": key, "version": 1, "order": key, "headline": "x" * 10_000}
            live.publish("news", "article.published", item)
print(read_head("news").floor)
"""
# Two megabytes at once, and then so much a second.
RATE = 256 * 1024
BOTH_PATHS = pytest.mark.parametrize("fast", ["yes", "no"])


def filled(serve, *options, **env):
    """Return a server with a log of 2.5 MB, and the cursor before it."""
    server = serve(*options, env=env)
    return server, server.manage("shell", "-v", "0", "-c", FILL).split()[-1]


def status_of(url):
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers


def until_gone_by(seconds):
    """Yield again and again for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield


async def replayed(server, cursor):
    """Return what a WebSocket that asks for all was sent, in bytes, and its close."""
    size = 0
    async with live(server, f"stream=news@{cursor}&replay=all") as socket:
        try:
            while '"type":"live"' not in (text := await socket.recv()):
                size += len(text)
        except ConnectionClosed as closed:
            return size, closed.rcvd
    return size, None


@BOTH_PATHS
def test_repeated_full_replays_to_an_address_stop_at_its_allowance(serve, fast):
    rate = 8 * 1024  # so low that it has a piece for a request every two seconds
    server, cursor = filled(
        serve,
        "--workers",
        "2",
        STOPPRESS_FAST_PATH=fast,
        STOPPRESS_REPLAY_BYTES_PER_SECOND=str(rate),
    )
    start, total, closes = time.monotonic(), 0, Counter()
    for _ in range(10):
        size, closed = asyncio.run(replayed(server, cursor))
        total += size
        closes[closed and closed.code] += 1
    seconds = time.monotonic() - start + 1
    assert closes == {4429: 10}
    assert "too much was replayed to your address; come back in" in closed.reason
    # Of two workers at one moment each may give a piece too many.
    assert 50_000 < total < (8 + seconds) * rate + 2 * PIECE_BYTES
    for transport in ("sse", "poll"):
        url = f"{server.url}/live/{transport}?stream=news@{cursor}&replay=all"
        # What has drained meanwhile is given out first.
        answers = (status_of(url) for _ in until_gone_by(30))
        headers = next(headers for status, headers in answers if status == 429)
        assert int(headers["Retry-After"]) >= 1
    metrics = urllib.request.urlopen(f"{server.url}/metrics", timeout=10).read().decode()
    counted = re.findall(r'stoppress_(?:refusals|closes)_total\{code="4429"\} (\S+)', metrics)
    assert sum(map(float, counted)) >= 12


@pytest.mark.parametrize("transport", ["ws", "sse", "poll"])
def test_a_tail_of_more_than_the_allowance_prints_every_event_once_in_order(
    serve, tmp_path, transport
):
    server, cursor = filled(serve, STOPPRESS_REPLAY_BYTES_PER_SECOND=str(RATE))
    tail = Tail(server, tmp_path, "--from", cursor, "--transport", transport)
    try:
        frames = tail.until(lambda frames: len(frames) >= 250, 60)
        assert [frame["key"] for frame in frames] == [f"article:{n}" for n in range(250)]
        assert "trying again in" in tail.errors()
    finally:
        tail.end()


def test_a_tail_that_had_to_wait_continues_with_the_same_transport(serve, tmp_path):
    server, cursor = filled(serve, STOPPRESS_REPLAY_BYTES_PER_SECOND=str(RATE))
    for _ in range(3):
        asyncio.run(replayed(server, cursor))
    tail = Tail(server, tmp_path, "--from", cursor)
    try:
        tail.until(lambda frames: frames and "4429" in tail.errors(), 60)
        assert "going on by" not in tail.errors()
    finally:
        tail.end()


async def shake_hands(server, count):
    """Return how many of so many WebSockets were let in, and the reasons of the others."""
    reasons = []

    async def shake(turn=asyncio.Semaphore(50)):  # noqa: B008  one for all of them
        async with turn, live(server, "stream=news") as socket:
            try:
                return json.loads(await socket.recv())["type"] == "hello"
            except ConnectionClosed as closed:
                assert closed.rcvd.code == 4429
                reasons.append(closed.rcvd.reason)
                return False

    return sum(await asyncio.gather(*(shake() for _ in range(count)))), reasons


@BOTH_PATHS
def test_a_thousand_simultaneous_handshakes_get_the_burst_and_the_rate(serve, fast):
    env = {"STOPPRESS_FAST_PATH": fast, "STOPPRESS_HANDSHAKES_PER_SECOND": "10"}
    server = serve("--workers", "2", env=env)
    # So slow a rate that most are refused on a slow machine too.
    start = time.monotonic()
    came, reasons = asyncio.run(shake_hands(server, 1000))
    seconds = time.monotonic() - start
    # Of two workers at one moment each may let one in too many.
    assert 400 <= came <= 400 + 10 * seconds + 25, (came, seconds)
    waits = [float(re.search(r"come back in ([\d.]+) s", reason)[1]) for reason in reasons]
    assert min(waits) >= 1 and max(waits) < 11 and len(set(waits)) > 20


def test_an_office_of_polling_readers_is_served(serve):
    server = serve(env={"STOPPRESS_HANDSHAKES_PER_SECOND": "1", "STOPPRESS_HANDSHAKE_BURST": "5"})
    with urllib.request.urlopen(f"{server.url}/live/poll?stream=news", timeout=30) as answer:
        cursor = json.loads(answer.read())["cursors"]["news"]
    found = Counter(
        status_of(f"{server.url}/live/poll?stream=news@{cursor}")[0] for _ in range(200)
    )
    assert found == {200: 200}
    start = time.monotonic()
    found = Counter(status_of(f"{server.url}/live/poll?stream=news")[0] for _ in range(50))
    assert found[200] <= 5 + (time.monotonic() - start) + 1 and found[429] == 50 - found[200]
