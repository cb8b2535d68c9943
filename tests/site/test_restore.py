"""A backup is put back under a real server's readers, and publishers at work."""

import asyncio
import json
import sqlite3
import subprocess
import threading
import time
from contextlib import asynccontextmanager, closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.request import urlopen

import pytest

from stoppress.live.client import Follower
from stoppress.live.client.state import StreamState
from tests.services import programs
from tests.services.serve import Server

from .log_of import log_of
from .test_exactness import publish

TRANSPORTS = ("ws", "sse", "poll")
# A poll comes with a cursor, and is a stranger each time: one of a place that the restored log has
# not reached is not told from one of the future.
REASONS = {"ws": {"fork"}, "sse": {"fork"}, "poll": {"fork", "ahead"}}


class Reader:
    """Follows `news`, and keeps all that came."""

    def __init__(self, server: Server, transport: str) -> None:
        self.transport = transport
        self.frames = []
        self._follower = Follower(server.url, {"news": None}, transport=transport)

    async def read(self):
        async for frame in self._follower.frames():
            self.frames.append(frame)

    def snapshots(self):
        return [frame for frame in self.frames if frame["type"] == "snapshot"]

    async def until(self, ready):
        async with asyncio.timeout(30):
            while not (self.frames and ready(self)):
                await asyncio.sleep(0.02)  # between two looks

    async def until_at(self, cursor):
        await self.until(lambda reader: reader.frames[-1]["cursor"] == cursor)

    def state(self):
        state = StreamState()
        for frame in self.frames:
            (state.replace if frame["type"] == "snapshot" else state.apply)(frame)
        return state


@asynccontextmanager
async def readers(server):
    reading = [Reader(server, transport) for transport in TRANSPORTS]
    tasks = [asyncio.create_task(reader.read()) for reader in reading]
    try:
        for reader in reading:
            await reader.until(lambda reader: True)
        yield reading
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def assert_one_fork_and_then_the_log(server, reading):
    """Publish once more: each was given one snapshot, and what came after follows it."""
    for reader in reading:
        await reader.until(lambda reader: len(reader.snapshots()) > 1)
    await asyncio.to_thread(publish, server, 3)
    events, fresh = await asyncio.to_thread(log_of, server)
    for reader in reading:
        await reader.until_at(events[-1][0])
        start, fork = reader.snapshots()
        assert start["reason"] == "start" and fork["reason"] in REASONS[reader.transport]
        after = None
        for frame in reader.frames:
            assert frame["type"] == "snapshot" or frame["after"] == after
            after = frame["cursor"]
        after_fork = [f["cursor"] for f in reader.frames[reader.frames.index(fork) :]]
        cursors = [event[0] for event in events]
        assert after_fork == cursors[cursors.index(after_fork[0]) :]
        assert reader.state().items() == fresh


@pytest.mark.backend("sqlite")
async def test_readers_of_every_transport_and_worker_get_one_snapshot_and_continue(serve, tmp_path):
    server = await asyncio.to_thread(serve, "--workers", "2")
    backup = tmp_path / "backup.sqlite3"
    await asyncio.to_thread(publish, server, 4)
    told = await asyncio.to_thread(server.manage, "backup", str(backup))
    assert "1 streams" not in told and "events" in told
    async with readers(server) as reading:
        await asyncio.to_thread(publish, server, 6)
        events, _ = await asyncio.to_thread(log_of, server)
        for reader in reading:
            await reader.until_at(events[-1][0])
        told = await asyncio.to_thread(server.manage, "restore", str(backup))
        assert "is restored" in told and "before-restore" in told
        await assert_one_fork_and_then_the_log(server, reading)


WITHDRAWN = """
from stoppress.newsroom import publishing
from stoppress.newsroom.models import Article
{}
"""
PUBLISH = "publishing.publish_article(publishing.create_article({'headline': 'Not for long'}))"
RETRACT = "publishing.retract_article(Article.objects.get(), 'It was never so.')"


@pytest.mark.backend("sqlite")
def test_a_text_withdrawn_since_the_backup_is_public_again_and_its_key_is_listed(serve, tmp_path):
    server, backup = serve(), str(tmp_path / "backup.sqlite3")

    def newsroom(statement: str) -> None:
        server.manage("shell", "--verbosity=0", "-c", WITHDRAWN.format(statement))

    def is_public() -> bool:
        with urlopen(f"{server.url}/live/poll?stream=news", timeout=10) as answer:
            return "Not for long" in answer.read().decode()

    def wait_until_public(wanted: bool) -> None:
        end = time.monotonic() + 30
        while is_public() != wanted:
            assert time.monotonic() < end
            time.sleep(0.02)  # between two looks

    newsroom(PUBLISH)
    wait_until_public(True)
    server.manage("backup", backup)
    newsroom(RETRACT)
    events, _ = log_of(server)
    wait_until_public(False)
    told = server.manage("restore", backup)
    wait_until_public(True)
    assert f"are now visible again: {events[-1][1]}. Withdraw" in told


class Desk(threading.Thread):
    """A publisher that goes on publishing, and notes what it was told is published."""

    def __init__(self, server: Server, number: int, token: str) -> None:
        super().__init__()
        self.acknowledged, self.refused = [], []
        self.ended = threading.Event()
        self._port, self._token, self._number = server.port, token, number

    def run(self) -> None:
        count = 0
        while not self.ended.is_set():
            count += 1
            headline = f"Desk {self._number} story {count}"
            try:
                status = self._post(headline)
            except (OSError, HTTPException):
                status = 0
            (self.acknowledged if status == 201 else self.refused).append(headline)

    def _post(self, headline: str) -> int:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=20)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        with closing(connection):
            connection.request("POST", "/api/articles", json.dumps({"headline": headline}), headers)
            return connection.getresponse().status


def headlines(database: Path) -> set[str]:
    """Return the articles of a database, which must be the items of its log."""
    with closing(sqlite3.connect(database)) as opened:
        rows = {text for (text,) in opened.execute("SELECT headline FROM newsroom_article")}
        query = (
            "SELECT item FROM stoppress_live_loggedevent WHERE stream = 'news' ORDER BY position"
        )
        logged = [json.loads(item)["headline"] for (item,) in opened.execute(query)]
    assert len(logged) == len(set(logged)) and set(logged) == rows
    return rows


@pytest.mark.backend("sqlite")
async def test_each_confirmed_publication_during_a_restore_is_kept_whole_or_replaced_whole(
    serve, tmp_path
):
    server = await asyncio.to_thread(serve)
    backup = tmp_path / "backup.sqlite3"
    token = (await asyncio.to_thread(server.run, "token", "desk")).splitlines()[-1]
    await asyncio.to_thread(server.manage, "backup", str(backup))
    desks = [Desk(server, number, token) for number in range(4)]
    async with readers(server) as reading:
        for desk in desks:
            desk.start()
        try:
            for reader in reading:
                await reader.until(lambda reader: len(reader.frames) > 20)
            await asyncio.to_thread(server.manage, "restore", str(backup))
            marks = [len(reader.frames) for reader in reading]
            for reader, mark in zip(reading, marks, strict=True):
                await reader.until(lambda reader, mark=mark: len(reader.frames) > mark + 20)
        finally:
            for desk in desks:
                desk.ended.set()
            for desk in desks:
                await asyncio.to_thread(desk.join)
        await assert_one_fork_and_then_the_log_of(server, reading)
    [kept] = server.data.glob("*.before-restore-*")
    before, after = headlines(kept), headlines(server.data / "stoppress.sqlite3")
    acknowledged = {headline for desk in desks for headline in desk.acknowledged}
    assert not before & after
    assert acknowledged <= before | after
    assert before & acknowledged and after & acknowledged
    # A request that got no answer may have been at work when the lock was taken.
    assert len((before | after) - acknowledged) <= len(desks)
    assert sum(len(desk.refused) for desk in desks) <= len(desks)


async def assert_one_fork_and_then_the_log_of(server, reading):
    events, fresh = await asyncio.to_thread(log_of, server)
    for reader in reading:
        await reader.until_at(events[-1][0])
        assert len(reader.snapshots()) == 2
        assert reader.snapshots()[1]["reason"] in REASONS[reader.transport]
        assert reader.state().items() == fresh


@pytest.mark.backend("postgres")
async def test_readers_of_a_restored_postgresql_database_get_one_snapshot_and_continue(
    serve, tmp_path
):
    server = await asyncio.to_thread(serve)
    backup, url = tmp_path / "backup.dump", server.env["DATABASE_URL"]
    binaries = programs.postgres()
    assert binaries is not None

    def run(program: str, *options: str) -> None:
        subprocess.run([binaries / program, *options], check=True, timeout=60)

    await asyncio.to_thread(publish, server, 4)
    await asyncio.to_thread(run, "pg_dump", "--format=custom", f"--file={backup}", url)
    async with readers(server) as reading:
        await asyncio.to_thread(publish, server, 6)
        events, _ = await asyncio.to_thread(log_of, server)
        for reader in reading:
            await reader.until_at(events[-1][0])
        how = ["--clean", "--if-exists", "--single-transaction", f"--dbname={url}"]
        await asyncio.to_thread(run, "pg_restore", *how, str(backup))
        await assert_one_fork_and_then_the_log(server, reading)


TEXT = "It was never for the public"
SAY = f"""
from stoppress import live
item = {{'key': 'article:9999', 'order': 'x', 'headline': '{TEXT}. ' * 500}}
live.publish('news', 'article.published', item)
"""


@pytest.mark.backend("sqlite")
async def test_withdrawn_text_is_in_no_file_of_the_database_while_everybody_reads(serve, tmp_path):
    server = await asyncio.to_thread(serve, "--workers", "2")
    files = [server.data / f"stoppress.sqlite3{suffix}" for suffix in ("", "-wal", "-shm")]

    def holding():
        return [path.name for path in files if path.exists() and TEXT.encode() in path.read_bytes()]

    async with readers(server) as reading:
        await asyncio.to_thread(server.manage, "shell", "-c", SAY)
        for reader in reading:
            await reader.until(lambda reader: TEXT in json.dumps(reader.frames[-1]))
        assert holding()
        redact = "from stoppress import live; live.redact('article:9999', 'article.retracted')"
        await asyncio.to_thread(server.manage, "shell", "-c", redact)
        async with asyncio.timeout(30):
            while holding():
                await asyncio.sleep(0.02)  # between two looks
    backup = tmp_path / "backup.sqlite3"
    await asyncio.to_thread(server.manage, "backup", str(backup))
    assert TEXT.encode() not in backup.read_bytes()
