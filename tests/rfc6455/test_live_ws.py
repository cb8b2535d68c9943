"""RFC 6455 at `/live/ws`, on the fast path and on the portable one."""

from collections.abc import Iterator

import pytest

from tests.services.serve import Server

from .cases import CASES, Case
from .wire import LAST, PING, Answer, connected, frame

pytestmark = pytest.mark.backend("sqlite")


@pytest.fixture(scope="module", params=["fast", "portable"])
def server(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[Server]:
    fast = "1" if request.param == "fast" else "0"
    data = tmp_path_factory.mktemp("rfc6455") / "data"
    server = Server(data, {"STOPPRESS_FAST_PATH": fast})
    yield server
    server.end()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_server_answers_a_readers_frames_as_the_rfc_says(server: Server, case: Case) -> None:
    with connected(server.port, "/live/ws?stream=news") as client:
        client.say(case.chunks)
        if case.code is None:
            client.say([frame(PING, LAST)])
        assert client.answer() == Answer(case.pongs, case.code)


def test_no_case_is_logged_as_an_error_of_the_server(server: Server) -> None:
    assert "Traceback" not in server.log.read_text()
