import json

import pytest
from django.test import override_settings

from stoppress.site.web.body_limits import FORM_BYTES, STRANGERS_BYTES, BodyLimits, bytes_allowed

TOKEN = (b"authorization", b"Bearer sp_x")
COOKIE = (b"cookie", b"sessionid=x")
CHUNKED = (b"transfer-encoding", b"chunked")

pytestmark = pytest.mark.usefixtures("limits")


@pytest.fixture
def limits():
    with override_settings(
        STOPPRESS_MAX_BODY=100_000,
        DATA_UPLOAD_MAX_MEMORY_SIZE=200_000,
        STOPPRESS_MAX_PICTURE=900_000,
    ):
        yield


def request(method="POST", path="/", *headers):
    return {"type": "http", "method": method, "path": path, "headers": list(headers)}


def length(size):
    return (b"content-length", b"%d" % size)


async def ask(scope, *parts, reads=True):
    """Return the status, the answer's headers and body, and what the application has received."""
    sent, received, waiting = [], [], list(parts)

    async def receive():
        body = waiting.pop(0) if waiting else b""
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    async def application(scope, receive, send):
        more = reads
        while more:
            message = await receive()
            received.append(message["body"])
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"read"})

    await BodyLimits(application)(scope, receive, send)
    start, end = sent
    return start["status"], dict(start["headers"]), end["body"], b"".join(received)


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (request("GET"), 0),
        (request("HEAD", "/api/articles", TOKEN), 0),
        (request("OPTIONS"), 0),
        (request("DELETE", "/api/articles/1", TOKEN), 100_000),
        (request("DELETE", "/"), STRANGERS_BYTES),
        (request("POST", "/nowhere"), STRANGERS_BYTES),
        (request("POST", "/live/poll", TOKEN), STRANGERS_BYTES),
        (request("POST", "/api/articles"), STRANGERS_BYTES),
        (request("PATCH", "/api/articles/1", TOKEN), 100_000),
        (request("POST", "/admin/login/"), STRANGERS_BYTES),
        (request("POST", "/admin/newsroom/", (b"cookie", b"sessionid=x")), 200_000),
        (request("POST", "/", (b"cookie", b"sessionid=x")), STRANGERS_BYTES),
        (request("BREW", "/"), STRANGERS_BYTES),
        (request("POST", "/news/api/articles", TOKEN) | {"root_path": "/news"}, 100_000),
        (request("POST", "/api/articles", TOKEN) | {"root_path": "/news"}, 100_000),
        (request("POST", "/api/pictures", TOKEN), 900_000 + FORM_BYTES),
        (
            request("POST", "/news/api/pictures", TOKEN) | {"root_path": "/news"},
            900_000 + FORM_BYTES,
        ),
        (request("POST", "/api/pictures"), STRANGERS_BYTES),
        (request("POST", "/api/pictures", COOKIE), STRANGERS_BYTES),
        (request("PATCH", "/api/pictures", TOKEN), 100_000),
        (request("POST", "/api/pictures/1", TOKEN), 100_000),
        (request("POST", "/admin/newsroom/picture/add/", COOKIE), 900_000 + FORM_BYTES),
        (request("POST", "/admin/newsroom/picture/add/"), STRANGERS_BYTES),
        (request("POST", "/admin/newsroom/picture/1/change/", COOKIE), 200_000),
    ],
)
def test_method_path_and_credentials_decide_the_limit_of_a_body(scope, allowed):
    assert bytes_allowed(scope) == allowed


@pytest.mark.parametrize("size", [STRANGERS_BYTES + 1, 10**18])
async def test_a_body_with_too_large_a_content_length_is_refused_unread(size):
    status, headers, words, received = await ask(request("POST", "/", length(size)), b"x")
    assert (status, received) == (413, b"")
    assert words == f"A body for this address has at most {STRANGERS_BYTES} bytes.\n".encode()
    assert headers[b"connection"] == b"close"


async def test_a_chunked_body_is_refused_when_it_becomes_too_long():
    parts = [b"x" * 40_000] * 3
    status, _, _, received = await ask(request("POST", "/", CHUNKED), *parts)
    assert status == 413
    assert len(received) <= STRANGERS_BYTES


async def test_a_body_as_long_as_allowed_is_read_whole():
    exact = b"x" * STRANGERS_BYTES
    assert (await ask(request("POST", "/", length(len(exact))), exact))[0::3] == (200, exact)
    assert (await ask(request("POST", "/", CHUNKED), exact[:9], exact[9:]))[0::3] == (200, exact)


@pytest.mark.parametrize("header", [length(1), CHUNKED])
async def test_a_get_with_a_body_is_refused_even_if_no_view_reads_it(header):
    status, _, words, _ = await ask(request("GET", "/", header), b"x", reads=False)
    assert (status, words) == (413, b"A GET request has no body.\n")


@pytest.mark.parametrize("header", [length(0), CHUNKED])
async def test_a_get_whose_body_is_empty_is_answered(header):
    assert (await ask(request("GET", "/", header)))[0] == 200


async def test_the_api_refuses_in_json():
    _, headers, body, _ = await ask(request("POST", "/api/articles", length(10**6), TOKEN))
    assert headers[b"content-type"] == b"application/json"
    assert json.loads(body) == {"detail": "A body for this address has at most 100000 bytes."}


async def test_an_editor_gets_a_page_with_a_way_back_and_a_script_json():
    path, wants_json = "/news/admin/newsroom/picture/add/", (b"accept", b"application/json")
    long = request("POST", path, length(10**7), COOKIE) | {"root_path": "/news"}
    status, headers, body, _ = await ask(long)
    assert (status, headers[b"content-type"]) == (413, b"text/html; charset=utf-8")
    assert b"takes at most 0.92 MiB at once. Of several pictures" in body
    assert f'<a href="{path}">Open the form again</a>'.encode() in body
    long["headers"].append(wants_json)
    _, headers, body, _ = await ask(long)
    assert "Nothing was saved" in json.loads(body)["error"]


async def test_a_request_that_was_answered_is_not_answered_again():
    sent = []

    async def send(message):
        sent.append(message["type"])

    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await receive())["more_body"]:
            pass

    async def receive():
        return {"type": "http.request", "body": b"x" * 40_000, "more_body": True}

    await BodyLimits(application)(request("POST", "/", CHUNKED), receive, send)
    assert sent == ["http.response.start"]
