"""The log's level and form, as an operator sets them."""

import json
import os
import signal
import subprocess
import sys

import pytest

from stoppress.site import logs
from tests.services.command import COMMAND, inherited

from .log_lines import AS_JSON, ask, open_line, said, told

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter

STOPS = """
import threading, warnings
from stoppress.site import logs
logs.begin()
warnings.warn("it is\\nold")
threading.Thread(target=lambda: 1 / 0, name="dice").start()
class Bad:
    def __del__(self): raise OSError("late")
Bad()
raise ValueError("over")
"""


def run(*words: object, **env: str) -> subprocess.CompletedProcess[str]:
    own = inherited()
    command = [str(word) for word in words]
    return subprocess.run(command, env=own | env, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("name", "value", "choices"),
    [
        ("STOPPRESS_LOG_LEVEL", "loud", "info, debug, warning or error"),
        ("STOPPRESS_LOG_FORMAT", "xml", "text or json"),
    ],
)
def test_an_unknown_level_or_form_is_refused_in_a_line(tmp_path, name, value, choices):
    done = run(COMMAND, "serve", STOPPRESS_DATA=str(tmp_path), **{name: value})
    words = f"stoppress: configuration error: {name} must be {choices}; it is {value!r}.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", words)


def test_a_server_that_cannot_start_logs_the_reason_as_json(tmp_path):
    done = run(
        COMMAND, "serve", STOPPRESS_DATA=str(tmp_path), STOPPRESS_HEARTBEAT="often", **AS_JSON
    )
    [line] = done.stderr.splitlines()
    assert done.returncode == 2 and json.loads(line)["level"] == "ERROR"
    assert "STOPPRESS_HEARTBEAT must be a number" in json.loads(line)["message"]


def test_warnings_and_uncaught_exceptions_are_json_too():
    done = run(sys.executable, "-c", STOPS, **AS_JSON)
    found = [json.loads(line) for line in done.stderr.splitlines()]
    assert [each["logger"] for each in found] == ["py.warnings", *["stoppress.site"] * 3]
    assert r"UserWarning: it is\nold" in found[0]["message"]
    ends = [each["traceback"].splitlines()[-1] for each in found[1:]]
    by_thread = ["ZeroDivisionError: division by zero", "OSError: late"]
    assert sorted(ends[:2]) == sorted(by_thread) and ends[2] == "ValueError: over"


def test_every_log_line_of_a_server_and_its_processes_is_json(serve):
    server = serve("--workers", "2", env={**AS_JSON, "STOPPRESS_ACCESS_LOG": "yes"})
    assert ask(server, "/nowhere")[0] == 404
    with open_line(server, "/live/ws?stream=N") as line:
        line.recv(1000)
    written = "the requests are in the access log"
    server.process.wait_until(
        lambda: server.log.read_text().count("stoppress.access") == 2, written
    )
    found = next(
        int(each) for each in _children(server.process.pid) if b"web_worker" in _command(each)
    )
    os.kill(found, signal.SIGKILL)
    server.process.wait_until(lambda: "works again" in server.log.read_text(), "it was restarted")
    for _ in range(30):  # more than each worker writes of a kind
        with open_line(server, "/x", "rubbish\r\n\r\n"):
            pass
    assert server.stop() == 0
    lines = said(server)
    # The welcome on standard output stays text.
    text = [line for line in lines if not line.startswith("{")]
    assert text[0].startswith("Stop Press is live at ") and len(text) == 4, text
    records = told(server)
    assert {"django.request", "stoppress.site", "stoppress.live", "stoppress.access"} <= {
        each["logger"] for each in records
    }
    for each in records:
        assert {"time", "level", "logger", "message"} <= set(each)
    assert any("was killed by SIGKILL" in each["message"] for each in records)
    assert any(each["message"].startswith("… and ") for each in records)


def _children(pid: int) -> list[str]:
    with open(f"/proc/{pid}/task/{pid}/children") as found:
        return found.read().split()


def _command(pid: str) -> bytes:
    with open(f"/proc/{pid}/cmdline", "rb") as found:
        return found.read()


def test_a_level_hides_lower_levels(serve):
    quiet = serve(env={"STOPPRESS_LOG_LEVEL": "error", **AS_JSON})
    assert ask(quiet, "/nowhere")[0] == 404
    assert quiet.stop() == 0
    assert told(quiet) == []
    plain = serve(env=AS_JSON)
    assert ask(plain, "/nowhere")[0] == 404
    assert plain.stop() == 0
    assert {each["level"] for each in told(plain)} == {"INFO", "WARNING"}


def test_debug_lines_come_only_from_stop_press():
    """A library's words for its own authors may hold a secret."""
    found = logs.configuration("text", "debug")
    loggers = {name: each["level"] for name, each in found["loggers"].items()}
    assert loggers["stoppress"] == "DEBUG"
    assert {found["root"]["level"], loggers["django"], loggers["uvicorn.error"]} == {"WARNING"}
