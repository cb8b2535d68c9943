"""SIGTERM or SIGINT twice to the whole group, as Ctrl-C twice in a terminal: no trace is left."""

import os
import signal
import time
from contextlib import ExitStack

import pytest

from tests.services.process import WAIT, Process
from tests.services.serve import COMMAND

from .log_lines import HANDSHAKE, open_line

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter

PLAIN = "Host: localhost\r\n\r\n"
# Seconds after the command has begun: it imports, migrates, starts its workers.
MOMENTS = (0.0, 0.3, 0.7, 1.1, 1.5)
# Makes a file as soon as the command runs. A signal before that ends Python itself, which prints
# where its own start stood.
SAY_BEGUN = """
import sys
def hear(event, arguments):
    if event == "import" and arguments[0] == "stoppress.cli.main":
        open({begun!r}, "w").close()
sys.addaudithook(hear)
"""


def end_twice(process: Process, number: signal.Signals, between: float) -> int:
    """Return the exit status; nothing of the group is left."""
    os.killpg(process.pid, number)
    time.sleep(between)  # the second signal shall come at any point of the ending
    if process.popen.poll() is None:
        os.killpg(process.pid, number)
    status = process.popen.wait(WAIT)
    process.kill()
    return status


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_second_signal_ends_a_server_with_readers_without_traceback(serve, workers):
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
def test_a_second_signal_ends_a_starting_server_without_traceback(tmp_path, serve, workers):
    made = serve()
    assert made.stop() == 0
    words = [COMMAND, "serve", "--port", str(made.port), "--workers", workers]
    log, begun = tmp_path / "starting.log", tmp_path / "begun"
    (tmp_path / "sitecustomize.py").write_text(SAY_BEGUN.format(begun=str(begun)))
    for moment in MOMENTS:
        number = signal.SIGINT if moment < 1 else signal.SIGTERM
        begun.unlink(missing_ok=True)
        process = Process(words, log, env=made.env | {"PYTHONPATH": str(tmp_path)})
        process.wait_until(begun.exists, "the command had begun")
        time.sleep(moment)  # the signal shall come at any point of the start
        # Before the command serves, the status is that of an interrupted command.
        assert end_twice(process, number, 0.05) in {0, 130, -number}
    found = log.read_text()
    assert "Traceback" not in found and " ERROR " not in found and "Interrupt" not in found
