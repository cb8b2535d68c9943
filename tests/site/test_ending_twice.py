"""SIGTERM or SIGINT twice to the whole group, as Ctrl-C twice in a terminal: no trace is left."""

import os
import signal
import time
from contextlib import ExitStack

import pytest

from tests.services.process import Process
from tests.services.serve import COMMAND

from .log_lines import HANDSHAKE, open_line

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter

PLAIN = "Host: localhost\r\n\r\n"
# Seconds after its start: Python starts, imports, migrates, starts its workers.
MOMENTS = (0.1, 0.4, 0.8, 1.2, 1.6)


def end_twice(process: Process, number: signal.Signals, between: float) -> int:
    """Return the exit status; nothing of the group is left."""
    os.killpg(process.pid, number)
    time.sleep(between)  # the second signal shall come at any point of the ending
    if process.popen.poll() is None:
        os.killpg(process.pid, number)
    status = process.popen.wait(10)
    process.kill()
    return status


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_with_readers_ends_without_a_trace(serve, workers):
    server = serve("--workers", workers)
    for number, between in ((signal.SIGTERM, 0.0), (signal.SIGINT, 0.2)):
        if server.process.popen.poll() is not None:
            server.start()
        with ExitStack() as readers:
            for _ in range(3):
                readers.enter_context(open_line(server, "/live/ws?stream=news", HANDSHAKE))
                readers.enter_context(open_line(server, "/live/sse?stream=news", PLAIN))
            assert end_twice(server.process, number, between) == 0
    log = server.log.read_text()
    assert "Traceback" not in log and " ERROR " not in log and "KeyboardInterrupt" not in log


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_that_starts_ends_without_a_trace(tmp_path, serve, workers):
    made = serve()
    assert made.stop() == 0
    words = [COMMAND, "serve", "--port", str(made.port), "--workers", workers]
    log = tmp_path / "starting.log"
    for moment in MOMENTS:
        number = signal.SIGINT if moment < 1 else signal.SIGTERM
        process = Process(words, log, env=made.env)
        time.sleep(moment)  # the signal shall come at any point of the start
        # Before the command's first line, the signal ends Python itself.
        assert end_twice(process, number, 0.05) in {0, 130, -number}
    found = log.read_text()
    assert "Traceback" not in found and " ERROR " not in found and "Interrupt" not in found
