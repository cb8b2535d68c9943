"""The settings as the environment gives them, at a real server."""

import re
import sqlite3
from contextlib import closing
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, build_opener

import pytest
from django.urls import resolve

from stoppress.site.signing_in.middleware import HASHING, LOGINS
from tests.services.serve import Server

from .app import APP, CODE, CODES, LOGIN, code_now
from .conftest import NAME, RIGHT


class Browser:
    """Keeps cookies, and sends the forms that it was served."""

    def __init__(self, server: Server) -> None:
        self._url = server.url
        self._opener: OpenerDirector = build_opener(
            HTTPCookieProcessor(CookieJar()), ProxyHandler({})
        )
        self._token = ""

    def get(self, path: str, data: bytes | None = None) -> tuple[str, str]:
        """Return the path at which a request ends, and its page."""
        with self._opener.open(self._url + path, data, timeout=20) as answer:
            page = answer.read().decode()
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
            self._token = token[1] if token else self._token
            return answer.url.removeprefix(self._url).partition("?")[0], page

    def post(self, path: str, **form: str) -> tuple[str, str]:
        return self.get(path, urlencode({**form, "csrfmiddlewaretoken": self._token}).encode())

    def sign_in(self) -> tuple[str, str]:
        self.get(LOGIN)
        return self.post(LOGIN, login=NAME, password=RIGHT)


@pytest.mark.backend("sqlite")
@pytest.mark.slow("it hashes as slowly as in public")
def test_a_server_asks_for_the_second_factor_that_its_environment_requires(serve):
    server = serve("--workers", "2", env={"STOPPRESS_SECOND_FACTOR": "required"})
    server.env["DJANGO_SUPERUSER_PASSWORD"] = RIGHT
    server.manage("createsuperuser", "--noinput", "--username", NAME, "--email", "a@example.org")
    server.manage("makemigrations", "--check", "--dry-run")
    assert "No problem was found" in server.run("doctor")

    first = Browser(server)
    assert first.get("/admin/")[0] == LOGIN
    where, page = first.sign_in()
    assert where == APP
    [key] = re.findall(r'class="key">(\w+)<', page)
    assert first.post(APP, code=code_now(key))[0] == CODES
    assert first.get("/admin/")[0] == "/admin/"

    second, third = Browser(server), Browser(server)
    code = code_now(key)
    assert second.sign_in()[0] == third.sign_in()[0] == CODE
    assert second.post(CODE, code=code)[0] == "/admin/"
    assert "Incorrect code" in third.post(CODE, code=code)[1]
    assert "the password was right, the code was wrong" in server.log.read_text()

    # To be rid of it, as docs/operations.md says.
    server.stop()
    for app in ("mfa", "socialaccount", "account"):
        server.manage("migrate", app, "zero")
    with closing(sqlite3.connect(server.data / "stoppress.sqlite3")) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert not [name for name in tables if name.startswith(("mfa_", "socialaccount_", "account_"))]


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/reauthenticate/"])
def test_pages_that_take_a_password_wait_in_line(accounts, path):
    assert resolve(path).view_name in HASHING
    assert (resolve(path).view_name in LOGINS) == (path == LOGIN)
