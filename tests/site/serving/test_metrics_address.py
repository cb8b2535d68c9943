"""`/metrics` at an address of its own."""

import http.client
import os
import signal
import subprocess
import threading

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from stoppress.drill.free_port import free_port
from tests.services.serve import COMMAND
from tests.site.processes.test_supervisor import children, is_running, times_logged
from tests.site.test_serve import get

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter


def ask(port: int, path: str = "/metrics", method: str = "GET", **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def there(port):
    return {"STOPPRESS_METRICS_ADDRESS": f"127.0.0.1:{port}"}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_metrics_are_at_their_own_address_and_nowhere_else(serve, port, there, workers):
    server = serve("--workers", workers, env=there)
    assert ask(port)[0] == 200
    working = "stoppress_background_worker 1.0"
    server.process.wait_until(lambda: working in ask(port)[1], "the background worker works")
    assert get(server, "/metrics")[0] == 404
    assert ask(server.port, Host=f"127.0.0.1:{port}")[0] == 404
    for path in ("/", "/admin/login/", "/api/articles", "/live/poll?stream=news", "/metrics/"):
        assert ask(port, path)[0] == 404
    with pytest.raises(InvalidStatus):
        connect(f"ws://127.0.0.1:{port}/live/ws?stream=news", proxy=None)
    assert ask(port, method="HEAD") == (200, "")
    assert ask(port, method="POST")[0] == 405
    assert "Traceback" not in server.log.read_text()


def test_metrics_outlive_each_worker_and_their_replacement(serve, port, there):
    server = serve("--workers", "2", env=there)
    first = children(server)
    for worker in first:
        os.kill(worker, signal.SIGKILL)
        server.process.wait_until(
            lambda worker=worker: not is_running(worker) and len(children(server)) == 2,
            "another worker is there",
        )
        assert ask(port)[0] == 200
    second = children(server)
    os.kill(server.process.pid, signal.SIGHUP)
    server.process.wait_until(
        lambda: times_logged(server, "the background worker was replaced") == 1, "all were replaced"
    )
    assert not second & children(server)
    # The new one has its place when it has looked for it, once a second.
    server.process.wait_until(
        lambda: "stoppress_background_worker 1.0" in ask(port)[1], "one works in the background"
    )


def test_a_request_with_a_foreign_host_does_not_get_the_metrics(serve, port, there):
    serve(env=there)
    assert ask(port, Host=f"evil.example:{port}")[0] == 400
    assert ask(port, Host="")[0] == 400
    for known in ("localhost", "10.1.2.3:9100", f"[::1]:{port}"):
        assert ask(port, Host=known)[0] == 200


def test_the_metrics_address_requires_the_token_too(serve, port, there):
    serve(env={**there, "STOPPRESS_METRICS_TOKEN": "hush"})
    assert ask(port)[0] == 401
    assert ask(port, Authorization="Bearer loud")[0] == 401
    assert ask(port, Authorization="Bearer hush")[0] == 200


def test_many_simultaneous_requests_all_get_an_answer(serve, port, there):
    server = serve(env=there)
    statuses: list[int] = []

    def many() -> None:
        statuses.extend(ask(port)[0] for _ in range(10))

    threads = [threading.Thread(target=many) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert statuses == [200] * 100
    assert get(server, "/readyz")[0] == 200


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_in_use_is_a_clear_error(serve, tmp_path, workers):
    taken = serve()

    def refusal(metrics: int, site: int) -> str:
        done = subprocess.run(
            [COMMAND, "serve", "--port", str(site), "--workers", workers],
            env={
                **taken.env,
                "STOPPRESS_DATA": str(tmp_path / "other"),
                "STOPPRESS_METRICS_ADDRESS": f"127.0.0.1:{metrics}",
            },
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 1 and "is live" not in done.stdout
        [line] = [line for line in done.stderr.splitlines() if "STOPPRESS_METRICS_ADDRESS" in line]
        assert "Traceback" not in done.stderr
        return line

    assert "address already in use" in refusal(taken.port, free_port())
    own = free_port()
    assert f"port {own} is the site's own" in refusal(own, own)
