"""The access log: a line for each request that has ended, whole and without secrets."""

import re

import pytest

from stoppress.live.repeats import LINES
from tests.site.log_lines import AS_JSON, HANDSHAKE, TRUSTED, ask, open_line, said, told

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter

LOGGED = {"STOPPRESS_ACCESS_LOG": "yes", "STOPPRESS_LOG_LEVEL": "error"}
SECRET = "hunter2hunter2"


def lines(server):
    return [line for line in said(server) if "stoppress.access" in line]


@pytest.mark.parametrize("fast", ["yes", "no"])
def test_each_request_has_a_line_and_no_secret_is_in_it(serve, fast):
    server = serve(env=LOGGED | TRUSTED | AS_JSON | {"STOPPRESS_FAST_PATH": fast})
    for number in range(LINES + 5):  # more than `Repeats` would pass
        ask(server, f"/section/s{number}/?token={SECRET}", X_Forwarded_For="203.0.113.7")
    ask(server, "/a%20b%0aERROR", Authorization=f"Bearer {SECRET}", Cookie=f"sessionid={SECRET}")
    size = len(ask(server, "/", X_Request_ID="front-1")[2])
    ask(server, "/", "HEAD")
    ask(server, "/" + "x" * 2000)
    for path, words in (
        (f"/live/ws?stream=news&token={SECRET}", HANDSHAKE),
        (f"/live/sse?stream=news&token={SECRET}", "Host: localhost\r\n\r\n"),
        (f"/sockets?token={SECRET}", HANDSHAKE),
    ):
        open_line(server, path, words).close()
        word = path.partition("?")[0].encode()
        server.process.wait_until(lambda word=word: word in server.log.read_bytes(), "it is logged")
    server.stop()
    assert SECRET not in server.log.read_text()
    assert {each["logger"] for each in told(server)} == {"stoppress.access"}
    found = {f"{each['method']} {each['path'][:20]}": each for each in told(server)}
    first = found["GET /section/s0/"]
    assert first["address"] == "203.0.113.7" and first["milliseconds"] >= 0
    line = r"GET /section/s0/ 404 \d+ \d+ ms 203\.0\.113\.7"
    assert re.fullmatch(line, first["message"]) and re.fullmatch(
        "[0-9a-f]{16}", first["request_id"]
    )
    assert sum("section" in each for each in found) == LINES + 5
    assert found["GET /a%20b%0aERROR"]["status"] == 404
    front, long = found["GET /"], found["GET /" + "x" * 19]
    assert (front["request_id"], front["status"], front["bytes"]) == ("front-1", 200, size)
    assert found["HEAD /"]["bytes"] == 0
    assert len(long["path"]) == 300 and long["message"].endswith(" ms 127.0.0.1")
    websocket, sse = found["WEBSOCKET /live/ws"], found["GET /live/sse"]
    assert websocket["status"] in {1005, 1006} and websocket["bytes"] is None
    assert sse["status"] == 200 and sse["bytes"] > 0
    assert found["WEBSOCKET /sockets"]["status"] == 404


def test_without_the_setting_there_is_no_access_log(serve):
    server = serve()
    assert ask(server, "/")[0] == 200
    server.stop()
    assert lines(server) == []


def test_a_connection_that_the_server_ends_has_a_line_too(serve):
    server = serve(env=LOGGED)
    with open_line(server, "/live/ws?stream=news") as line:
        server.process.popen.terminate()
        while line.recv(4000):
            pass
        assert server.process.popen.wait(10) == 0
    [ended] = lines(server)
    assert re.search(r" \[[0-9a-f]{16}\]: WEBSOCKET /live/ws 1\d{3} - \d+ ms 127\.0\.0\.1$", ended)
