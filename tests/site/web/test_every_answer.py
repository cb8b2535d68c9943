"""Headers of every answer from any part of the site; HSTS only over HTTPS."""

import http.client

import pytest
from django.core.checks import run_checks

from stoppress.site.web.every_answer import every_answer
from tests.services.serve import Server

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HSTS = "Strict-Transport-Security"
PROXIED = {"STOPPRESS_TRUSTED_PROXIES": "127.0.0.1", "STOPPRESS_HSTS_SECONDS": "3600"}
# Of each kind: a page (twice: the second is out of memory), errors, a static file, the API, the
# admin, the transports and what they refuse.
ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/", 200),
    ("GET", "/nowhere", 404),
    ("POST", "/", 405),
    ("GET", "/static/stoppress/live/index.js", 200),
    ("GET", "/api/openapi.json", 200),
    ("GET", "/api/docs", 200),
    ("GET", "/api/articles", 401),
    ("GET", "/admin/", 302),
    ("GET", "/admin/login/", 200),
    ("GET", "/healthz", 200),
    ("GET", "/live/poll?stream=news", 200),
    ("GET", "/live/poll?stream=nowhere", 404),
    ("GET", "/live/poll", 400),
    ("GET", "/live/range?stream=breaking", 400),
    ("POST", "/live/poll?stream=news", 405),
    ("GET", "/live/sse?stream=news", 200),
    ("GET", "/live/sse?stream=NEWS", 400),
]


def ask(server: Server, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
    """Return an answer without its body, which may never end."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    connection.close()
    return answer


@pytest.mark.backend("sqlite")  # the database does not matter
def test_every_answer_has_the_headers_once_and_hsts_only_over_https(serve):
    server = serve(env=PROXIED)
    for method, path, status in ANSWERS:
        for scheme, hsts in (("https", ["max-age=3600"]), ("http", None), ("", None)):
            headers = {"X-Forwarded-Proto": scheme} if scheme else {}
            answer = ask(server, method, path, **headers)
            assert answer.status == status, path
            for name, value in ALWAYS.items():
                assert answer.headers.get_all(name) == [value], (path, name)
            assert answer.headers.get_all(HSTS) == hsts, (path, scheme)


@pytest.mark.backend("sqlite")
def test_an_untrusted_https_header_brings_no_hsts(serve):
    server = serve(env={"STOPPRESS_HSTS_SECONDS": "3600"})
    for path in ("/", "/live/poll?stream=news"):
        answer = ask(server, "GET", path, **{"X-Forwarded-Proto": "https"})
        assert (answer.status, answer.headers[HSTS]) == (200, None)


async def test_a_header_set_by_the_response_is_kept():
    async def own(scope, receive, send):
        headers = [(b"Referrer-Policy", b"no-referrer"), (b"a", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    sent = []

    async def send(message):
        sent.append(message)

    await every_answer(own)({"type": "http", "headers": []}, None, send)
    headers = sent[0]["headers"]
    assert headers[:2] == [(b"Referrer-Policy", b"no-referrer"), (b"a", b"1")]
    assert b"referrer-policy" not in dict(headers)
    assert dict(headers)[b"x-content-type-options"] == b"nosniff"


def test_djangos_deployment_check_has_no_unanswered_warning():
    found = run_checks(tags=["security"], include_deployment_checks=True)
    assert [str(message) for message in found if not message.is_silenced()] == []
