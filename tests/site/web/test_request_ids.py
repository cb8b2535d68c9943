"""A request's id: in the answer, in each line of its request, and on the page of an error."""

import http.client
import json
import sqlite3
from contextlib import closing

import pytest

from stoppress.site.web.request_ids import id_of
from tests.site.log_lines import AS_JSON, TRUSTED, ask, open_line, told

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter

MADE = 16
"""Digits of an id that the server makes."""


def scope(*values: bytes, peer: str = "10.0.0.9") -> dict[str, object]:
    return {"client": (peer, 1), "headers": [(b"x-request-id", value) for value in values]}


@pytest.fixture
def proxy(settings):
    settings.STOPPRESS_LIVE = {**settings.STOPPRESS_LIVE, "TRUSTED_PROXIES": ["10.0.0.9"]}


def test_a_trusted_proxys_id_is_used(proxy):
    assert id_of(scope(b"req-1.A_" + b"z" * 56)) == "req-1.A_" + "z" * 56


@pytest.mark.parametrize(
    "values", [[], [b""], [b"a b"], [b"a\xe9"], [b"a\nb"], [b"z" * 65], [b"one", b"two"]]
)
def test_any_other_request_gets_a_new_id(proxy, values):
    made = {id_of(scope(*values)) for _ in range(2)}
    assert len(made) == 2 and {len(each) for each in made} == {MADE}


def test_an_untrusted_id_is_not_used(proxy):
    assert len(id_of(scope(b"req-1", peer="203.0.113.7"))) == MADE


def test_each_answer_names_its_own_request_also_one_out_of_memory(serve):
    server = serve(env=AS_JSON | TRUSTED)
    page = [ask(server, "/", X_Request_ID=f"page-{number}") for number in range(3)]
    assert [found for _, found, _ in page] == ["page-0", "page-1", "page-2"]
    assert not any(b"page-" in body for _, _, body in page)
    made = {ask(server, "/")[1] or "" for _ in range(3)}
    assert len(made) == 3 and {len(each) for each in made} == {MADE}
    for path, status in [("/nowhere", 404), ("/api/articles", 401), ("/live/poll?stream=N", 400)]:
        assert ask(server, path, X_Request_ID=f"of-{status}")[:2] == (status, f"of-{status}")
    # These a cache hands to other readers.
    for path in ("/live/poll?stream=news", "/static/stoppress/live/index.js"):
        assert ask(server, path, X_Request_ID="shared")[:2] == (200, None)
    with open_line(server, "/live/ws?stream=N") as line:
        line.recv(1000)
    server.stop()
    by_id = {each["request_id"]: each["message"] for each in told(server) if "request_id" in each}
    assert by_id["of-404"] == "Not Found: /nowhere"
    assert "refused '127.0.0.1': 4400" in by_id["of-400"]
    [of_websocket] = [each for each in by_id if len(each) == MADE]
    assert "refused '127.0.0.1': 4400" in by_id[of_websocket]
    assert not any("request_id" in each for each in told(server) if "worker" in each["message"])


def test_an_unchanged_page_names_the_request_that_asked_again(serve):
    server = serve(env=TRUSTED)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/")
    first = connection.getresponse()
    first.read()
    again = {"If-None-Match": first.headers["ETag"], "X-Request-ID": "again"}
    connection.request("GET", "/", headers=again)
    second = connection.getresponse()
    assert (second.status, second.headers["X-Request-ID"]) == (304, "again")
    connection.close()


def test_an_error_page_has_the_id_of_its_log_line(serve):
    server = serve(env=AS_JSON | TRUSTED)
    token = server.run("token", "desk").splitlines()[-1]
    bearer = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
    made = ask(server, "/api/articles", "POST", '{"headline":"Fog"}', **bearer)
    article = json.loads(made[2])["id"]
    with closing(
        sqlite3.connect(server.data / "stoppress.sqlite3", isolation_level=None)
    ) as database:
        database.execute("UPDATE newsroom_article SET version_created = 'no date'")
    status, found, page = ask(server, f"/articles/{article}/", X_Request_ID="of-page")
    assert (status, found) == (500, "of-page") and b"<code>of-page</code>" in page
    named = bearer | {"X_Request_ID": "of-api"}
    status, found, answer = ask(server, f"/api/articles/{article}", **named)
    assert (status, found, json.loads(answer)["request_id"]) == (500, "of-api", "of-api")
    server.stop()
    for each in ("of-page", "of-api"):
        faults = [line for line in told(server) if line.get("request_id") == each]
        assert any("traceback" in line for line in faults), each
