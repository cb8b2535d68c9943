"""`stoppress tail`, as its user types it."""

import asyncio
import json
import signal
import subprocess
import time
from argparse import Namespace

import pytest

from stoppress.cli import tail as tail_command
from stoppress.drill.free_port import free_port
from tests.services.serve import COMMAND
from tests.site.doctored import Doctored
from tests.site.log_of import log_of

from .tailing import Tail

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter

SAY = """
from stoppress.newsroom.publishing import *
publish_article(create_article({"headline": "Said"}))
"""


@pytest.fixture
def tail(serve, tmp_path):
    server = serve()
    running = []

    def start(*options):
        running.append(Tail(server, tmp_path, *options, name=f"tail{len(running)}"))
        return running[-1]

    start.server = server
    yield start
    for process in running:
        process.end()


def test_tail_prints_a_line_of_json_for_each_snapshot_and_event(tail):
    frames = (told := tail()).until(lambda frames: frames)
    assert (frames[0]["type"], frames[0]["reason"]) == ("snapshot", "start")
    tail.server.shell(SAY)
    frames = told.until(lambda frames: len(frames) == 2)
    assert frames[1]["item"]["headline"] == "Said"


@pytest.mark.parametrize("transport", ["ws", "sse", "poll", "auto"])
def test_tail_prints_the_same_over_each_transport(tail, transport):
    (told := tail("--transport", transport)).until(lambda frames: frames)
    tail.server.shell(SAY)
    frames = told.until(lambda frames: len(frames) == 2)
    assert [frame["type"] for frame in frames] == ["snapshot", "event"]
    assert frames[1]["item"]["headline"] == "Said"


def test_ctrl_c_ends_tail_silently(tail):
    told = tail()
    told.until(lambda frames: frames)
    told.process.popen.send_signal(signal.SIGINT)
    assert told.process.popen.wait(10) == 0


@pytest.mark.parametrize("cursor", ["rubbish", "x&stream=story:1", "x#y", "a b", ""])
def test_a_cursor_that_cannot_be_read_is_answered_with_a_snapshot(tail, cursor):
    frames = tail("--from", cursor).until(lambda frames: frames)
    assert [frame.get("reason") for frame in frames] == ["unknown"]


def test_an_invalid_stream_name_ends_tail_with_a_message(tail):
    for name, code in (("nowhere", "4404"), ("news&stream=story:1", "4400")):
        done = subprocess.run(
            [COMMAND, "tail", tail.server.url, "--stream", name],
            env=tail.server.env,
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.returncode == 1 and code in done.stderr and done.stdout == ""


def test_tail_reports_a_lost_server_and_resumes_when_it_is_back(serve, tmp_path):
    server = serve()
    told = Tail(server, tmp_path)
    try:
        told.until(lambda frames: frames)
        server.kill9()
        told.until(lambda _: "trying again in" in told.errors())
        server.start()
        server.shell(SAY)
        told.until(lambda frames: len(frames) == 2)
    finally:
        told.end()


def test_tail_retries_an_address_without_a_server_with_a_message(tmp_path):
    with (tmp_path / "errors").open("w") as errors:
        process = subprocess.Popen(
            [COMMAND, "tail", f"http://127.0.0.1:{free_port()}/"], stderr=errors, text=True
        )
    try:
        deadline = time.monotonic() + 20
        while "trying again in" not in (tmp_path / "errors").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)  # between two looks
    finally:
        process.kill()
        process.wait()


def test_a_closed_output_pipe_ends_tail(tail):
    tail.server.shell(SAY)
    events, _ = log_of(tail.server)
    process = subprocess.Popen(
        [COMMAND, "tail", tail.server.url],
        env=tail.server.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    assert json.loads(process.stdout.readline())["cursor"] == events[-1][0]
    process.stdout.close()
    tail.server.shell(SAY)
    assert process.wait(20) == 0
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()


def run(url, stream):
    return tail_command.run(Namespace(url=url, stream=stream, cursor=None, transport="poll"))


async def test_a_missing_stream_exits_with_1_and_an_invalid_address_with_2(capsys):
    assert run("news", "one") == 2
    assert "http://HOST:PORT/" in capsys.readouterr().err
    async with Doctored().served() as url:
        assert await asyncio.to_thread(run, url, "nowhere") == 1
    told = capsys.readouterr()
    assert told.err.startswith("stoppress tail: ") and not told.out
