"""Logins at a real server: a flood of them, locks, and what is kept of a wrong password."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.services.serve import Server

from .editor import LOGIN, NAME, RIGHT, form, post

# Passwords are hashed as slowly as they are in public, one after another.
pytestmark = pytest.mark.timeout(300)

OFF = {"STOPPRESS_LOGIN_FAILURES": "0"}
PROXIED = {"STOPPRESS_TRUSTED_PROXIES": "127.0.0.1"}
# More than one address has places for.
FLOOD = 30


def with_editor(server: Server) -> Server:
    server.env["DJANGO_SUPERUSER_PASSWORD"] = RIGHT
    server.manage("createsuperuser", "--noinput", "--username", NAME, "--email", "a@example.org")
    return server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as opened:
        yield opened


async def flooded(
    session: aiohttp.ClientSession, url: str, count: int = FLOOD
) -> list[asyncio.Task[Any]]:
    """Begin logins of names known and unknown, and wait until one is answered."""
    tasks = [
        asyncio.create_task(post(session, url, form(NAME if n % 2 else f"nobody{n}", f"wrong{n}")))
        for n in range(count)
    ]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    return tasks


def answers(tasks: list[asyncio.Task[Any]], status: int) -> list[Any]:
    return [t.result() for t in tasks if t.done() and t.result()[0] == status]


@pytest.mark.backend("sqlite")  # the database does not matter
async def test_a_flood_of_logins_does_not_slow_the_rest_of_the_site(serve, session):
    server = with_editor(serve(env=OFF))
    logins = await flooded(session, server.url)
    while not answers(logins, 200):
        for path in ("/readyz", "/?q=1", "/api/openapi.json"):
            async with session.get(server.url + path) as answer:
                assert answer.status == 200
    # None of the three waited for the last of them.
    assert not all(login.done() for login in logins)
    await asyncio.gather(*logins)
    assert len(answers(logins, 200)) >= 8
    assert {login.result()[0] for login in logins} == {200, 429}
    _, headers, words = answers(logins, 429)[0]
    assert headers["Retry-After"] == "10" and "send your name and password again" in words
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert server.log.read_text().count("too many sign-ins at once") == 1


@pytest.mark.backend("sqlite")  # the database does not matter
async def test_a_login_from_another_address_does_not_wait_behind_a_flood(serve, session):
    server = with_editor(serve(env={**OFF, **PROXIED}))
    logins = await flooded(session, server.url)
    status, _, _ = await post(session, server.url, form(NAME, RIGHT), "192.0.2.9")
    assert status == 302
    assert not all(login.done() for login in logins)
    await asyncio.gather(*logins)


@pytest.mark.backend("sqlite")  # the database does not matter
async def test_a_client_that_disconnects_frees_its_place(serve, session):
    server = with_editor(serve(env=OFF))
    for login in (tasks := await flooded(session, server.url)):
        login.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(20):
        while (await post(session, server.url, form(NAME, RIGHT)))[0] != 302:
            pass
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize(
    "workers",
    [
        pytest.param(1, marks=pytest.mark.backend("sqlite", long="postgres")),
        pytest.param(2, marks=pytest.mark.backend("postgres", long="sqlite")),
    ],
)
async def test_a_lock_holds_in_every_worker_and_for_one_address_alone(serve, session, workers):
    server = with_editor(
        serve("--workers", str(workers), env={"STOPPRESS_LOGIN_FAILURES": "4", **PROXIED})
    )
    there, elsewhere = "192.0.2.1", "192.0.2.2"
    statuses = [
        (await post(session, server.url, form(NAME, f"s3cret-{n}", pasword="s3cret"), there))[0]
        for n in range(5)
    ]
    assert statuses == [200, 200, 200, 429, 429]
    status, headers, page = await post(session, server.url, form(NAME, RIGHT), there)
    assert status == 429 and int(headers["Retry-After"]) > 60
    assert "Too many wrong passwords" in page and "15 minutes" in page
    assert (await post(session, server.url, form(NAME, RIGHT), elsewhere))[0] == 302

    [told] = re.findall(r".*signing in as.*", server.log.read_text())
    assert f"'{NAME}' is locked for {there}: 4 wrong passwords" in told
    kept = server.manage("dumpdata", "axes")
    assert f'"username": "{NAME}"' in kept and "s3cret" not in kept
    assert "s3cret" not in server.log.read_text()
    for file in server.data.rglob("*"):
        assert not file.is_file() or b"s3cret" not in file.read_bytes(), file

    doctor = server.run("doctor")
    assert f"'{NAME}' is locked for {there} until" in doctor
    [unlock] = re.findall(r"unlock: stoppress manage (.*)", doctor)
    server.manage(*unlock.split())
    assert (await post(session, server.url, form(NAME, RIGHT), there))[0] == 302


@pytest.mark.backend("sqlite", long="postgres")
async def test_failures_from_other_addresses_slow_an_account_and_never_lock_it(serve, session):
    server = with_editor(serve(env={"STOPPRESS_LOGIN_FAILURES": "1", **PROXIED}))
    loop = asyncio.get_running_loop()
    for n in range(3):
        await post(session, server.url, form(NAME, "wrong"), f"192.0.2.{n}")
    began = loop.time()
    assert (await post(session, server.url, form(NAME, RIGHT), "198.51.100.1"))[0] == 302
    assert loop.time() - began >= 3


@pytest.mark.backend("sqlite")  # the database does not matter
async def test_a_login_without_a_form_is_refused_as_before(serve, session):
    server = serve()
    async with session.post(server.url + LOGIN, data=b"\xff" * 10) as answer:
        assert answer.status == 403
    odd = {"Content-Type": "multipart/form-data; boundary="}
    async with session.post(server.url + LOGIN, data=b"--x", headers=odd) as answer:
        assert answer.status in {400, 403}
