"""The documented proxies in front of a real server: readers, editors and programs, by HTTPS.

nginx is tried with every `make test`, Caddy by `make proxies`.
"""

import asyncio
import json
import os
import re
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from PIL import Image

from tests.newsroom.pictures.drawn import file
from tests.services import programs
from tests.services.process import Process
from tests.services.serve import COMMAND, Server

from .proxy import Proxy, caddy, nginx, trusting

# The database does not matter to a proxy.
pytestmark = [
    pytest.mark.backend("sqlite"),
    pytest.mark.slow("starts a server, and a proxy"),
    pytest.mark.timeout(300),
]

MISSING = "nginx is not on this machine (`make services` tells more)"
PROXIES = {"nginx": nginx} | ({"Caddy": caddy} if "STOPPRESS_CADDY" in os.environ else {})
TRANSPORTS = ("ws", "sse", "poll")
NAME, PASSWORD = "ann", "a long pass phrase"
FORM = "application/x-www-form-urlencoded"
# Prints a token, once there is an editor.
OPEN = f"""
from django.contrib.auth.models import User
from django.core.management import call_command
User.objects.create_superuser("{NAME}", password="{PASSWORD}")
call_command("token", "wire")
"""


@dataclass(frozen=True)
class Site:
    """A server behind a proxy."""

    server: Server
    proxy: Proxy
    token: str
    folder: Path

    @asynccontextmanager
    async def client(self) -> AsyncIterator[aiohttp.ClientSession]:
        sockets: list[socket.socket] = []

        def opened(address: aiohttp.AddrInfoType) -> socket.socket:
            sockets.append(socket.socket(*address[:3]))
            return sockets[-1]

        connector = aiohttp.TCPConnector(
            ssl=trusting(self.proxy.certificate), socket_factory=opened
        )
        try:
            async with aiohttp.ClientSession(
                self.proxy.url, connector=connector, connector_owner=False
            ) as client:
                yield client
        finally:
            await connector.close(abort_ssl=True)  # else its end goes on after the event loop's
            # The connector forgets a connection that an answer has ended, while its TLS still ends.
            async with asyncio.timeout(60):
                while any(each.fileno() != -1 for each in sockets):
                    await asyncio.sleep(0.01)  # between two looks

    async def publish(self, headline: str, body: str = "Text.") -> tuple[int, str]:
        """Publish through the proxy; return status and text of the answer."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        article = BytesIO(json.dumps({"headline": headline, "body": body}).encode())
        async with (
            self.client() as client,
            client.post("/api/articles", data=article, headers=headers) as answer,
        ):
            return answer.status, await answer.text()


@pytest.fixture(scope="module", params=PROXIES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    if request.param == "nginx" and programs.nginx() is None:
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("behind")
    env = {
        "STOPPRESS_ALLOWED_HOSTS": "localhost",
        "STOPPRESS_TRUSTED_PROXIES": "127.0.0.1",
    }
    server = Server(folder / "data", env)
    try:
        token = server.manage("shell", "-v0", "-c", OPEN).split()[-1]
        with PROXIES[request.param](folder, server.port) as proxy:
            yield Site(server, proxy, token, folder)
    finally:
        server.end()


class Tail:
    """A reader through the proxy: `stoppress tail`."""

    def __init__(self, site: Site, transport: str) -> None:
        env = site.server.env | {"SSL_CERT_FILE": str(site.proxy.certificate)}
        self.log = site.folder / f"{transport}.log"
        command = [COMMAND, "tail", f"{site.proxy.url}/", "--transport", transport]
        self.process = Process(command, self.log, env=env)

    def frames(self) -> list[dict[str, object]]:
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def headlines(self) -> list[object]:
        return [frame["item"]["headline"] for frame in self.frames() if frame["type"] == "event"]

    def wait_until_live(self) -> None:
        def live() -> bool:
            return any(frame["type"] in ("live", "snapshot") for frame in self.frames())

        self.process.wait_until(live, "it was live")

    def wait_for(self, headlines: list[str]) -> None:
        self.process.wait_until(lambda: self.headlines() == headlines, f"it printed {headlines}")


def csrf_token(page: str) -> str:
    return re.findall('name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]


async def test_the_proxys_request_id_replaces_the_clients(site: Site) -> None:
    async with (
        site.client() as client,
        client.get("/api/articles", headers={"X-Request-ID": "chosen"}) as answer,
    ):
        found = answer.headers["X-Request-ID"]
    # nginx's has 32 digits, Caddy's is a UUID; one that the server makes would have 16.
    assert len(found.replace("-", "")) == 32
    log = site.server.log
    site.server.process.wait_until(
        lambda: f" [{found}]: Unauthorized" in log.read_text(), "it is logged"
    )


async def test_readers_of_each_transport_miss_nothing_while_the_proxy_is_reloaded(site):
    tails = [Tail(site, transport) for transport in TRANSPORTS]
    try:
        for tail in tails:
            tail.wait_until_live()
        assert (await site.publish("First"))[0] == 201
        for tail in tails:
            tail.wait_for(["First"])
        site.proxy.reload()
        assert (await site.publish("Second"))[0] == 201
        for tail in tails:
            tail.wait_for(["First", "Second"])
        websocket = tails[0]
        websocket.process.wait_until(
            lambda: b"stoppress tail:" in websocket.log.read_bytes(), "the reload cut it off"
        )
        assert (await site.publish("Third"))[0] == 201
        for tail in tails:
            tail.wait_for(["First", "Second", "Third"])
    finally:
        for tail in tails:
            tail.process.kill()


async def test_a_shared_page_is_answered_by_its_etag_and_has_addresses_of_https(site):
    async with site.client() as client:
        async with client.get("/") as answer:
            assert answer.status == 200
            etag = answer.headers["ETag"]
        async with client.get("/", headers={"If-None-Match": etag}) as answer:
            assert answer.status == 304
        async with client.get("/feeds/rss.xml") as answer:
            assert f"{site.proxy.url}/" in await answer.text()
        async with client.get("/metrics") as answer:
            assert answer.status == 404
        async with client.get(f"{site.proxy.plain}/section/world/", allow_redirects=False) as moved:
            assert moved.status in (301, 308)
            # Caddy leaves out the port, since readers come to 443.
            place = moved.headers["Location"].replace(site.proxy.url, "https://localhost")
            assert place == "https://localhost/section/world/"


async def test_the_front_pages_files_are_for_ever_and_a_file_of_another_version_is_for_a_minute(
    site,
):
    async with site.client() as client:
        async with client.get("/") as answer:
            page = await answer.text()
        addresses = {address: kind for address, kind in FILES.findall(page) if kind in TYPES}
        assert sorted(addresses.values()) == sorted(TYPES)
        for address, kind in addresses.items():
            async with client.get(address) as answer:
                assert answer.status == 200
                assert answer.content_type in TYPES[kind]
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                kept = ", ".join(answer.headers.getall("Cache-Control"))
                assert "max-age=31536000" in kept and "immutable" in kept
                # nginx has read the file itself; Caddy has asked the site.
                by_nginx = answer.headers.get("Server") == "nginx"
                assert ("Expires" in answer.headers) == by_nginx
        style = next(address for address, kind in addresses.items() if kind == "css")
        other = re.sub(r"\.[0-9a-f]{12}\.", ".0123456789ab.", style)
        async with client.get(other) as answer:
            assert (answer.status, answer.content_type) == (200, "text/css")
            assert answer.headers.getall("Cache-Control") == ["max-age=60, public"]


FILES = re.compile(r'"(/static/newsroom/[^"]+\.(css|js|woff2))"')
TYPES = {
    "css": ["text/css"],
    "js": ["text/javascript", "application/javascript"],
    "woff2": ["font/woff2"],
}


async def test_an_editor_signs_in_but_not_by_a_form_of_another_site(site):
    async with site.client() as client:
        async with client.get("/admin/login/") as answer:
            assert "Secure" in answer.headers["Set-Cookie"]
            token = csrf_token(await answer.text())
        form = {"username": NAME, "password": PASSWORD, "csrfmiddlewaretoken": token}
        for origin, status in (("https://evil.example", 403), (site.proxy.url, 302)):
            headers = {"Origin": origin, "Referer": f"{origin}/admin/login/"}
            async with client.post(
                "/admin/login/", data=form, headers=headers, allow_redirects=False
            ) as answer:
                assert answer.status == status
        async with client.get("/admin/newsroom/article/add/") as answer:
            assert answer.status == 200
            form["csrfmiddlewaretoken"] = csrf_token(await answer.text())
        # A form as large as the server takes reaches it, and is not refused on the way.
        form |= {"headline": "Long", "body": "x" * 2_500_000, "body_format": "markdown"}
        headers = {"Referer": f"{site.proxy.url}/", "Content-Type": FORM}
        async with client.post(
            "/admin/newsroom/article/add/", data=BytesIO(urlencode(form).encode()), headers=headers
        ) as answer:
            assert answer.status == 200 and "200000 characters" in await answer.text()


async def test_the_site_refuses_a_long_body_and_the_proxy_a_far_longer_one(site):
    status, text = await site.publish("Long", "x" * 1_000_000)
    assert status == 422 and json.loads(text)["field"] == "body"
    status, text = await site.publish("Longer", "x" * 2_000_000)
    assert status == 413 and json.loads(text)["detail"]
    status, text = await site.publish("Longest", "x" * 4_000_000)
    assert status == 413


async def test_a_picture_is_shared_for_a_moment_and_gone_three_seconds_after_its_retraction(site):
    data = file("PNG", Image.effect_noise((2000, 1800), 90))
    assert len(data) > 3 * 1024 * 1024  # more than any other body may have
    form = aiohttp.FormData()
    form.add_field("file", BytesIO(data), filename="storm.png")
    headers = {"Authorization": f"Bearer {site.token}"}
    async with site.client() as client:
        async with client.post("/api/pictures", data=form, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            storm = await answer.json()
        addresses = [each["url"] for each in storm["renditions"]]
        assert {(await got(client, address))[0] for address in addresses} == {404}
        article = {"headline": "Storm", "image": storm["id"]}
        async with client.post("/api/articles", json=article, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            pk = (await answer.json())["id"]
        # nginx answers from its cache for as long as the picture says.
        for address in addresses:
            assert (await got(client, address))[0] == 200
            assert await got(client, address) == await got(client, address)
        async with client.get(addresses[0]) as answer:
            said = answer.headers["Cache-Control"]
        assert said in ("public, max-age=1", "public, max-age=2, s-maxage=1")
        kept = int(said.removeprefix("public, max-age=")[0])  # seconds, by a browser

        retracting = asyncio.create_task(
            asyncio.to_thread(site.server.manage, "shell", "-v0", "-c", RETRACT.format(pk=pk))
        )
        began, last_seen, still = time.time(), 0.0, True
        while still or not retracting.done():
            assert time.time() - began < 60, "it is still there"
            asked = time.time()
            still = 200 in [(await got(client, address))[0] for address in addresses]
            last_seen = asked if still else last_seen
        retracted = float((await retracting).split()[-1])
        assert last_seen + kept - retracted < GONE


RETRACT = """
import time
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import retract_article
retract_article(Article.objects.get(pk={pk}), "It was another storm.")
print(time.time())
"""
GONE = 3.0  # seconds: what the site promises


async def got(client: aiohttp.ClientSession, address: str) -> tuple[int, str | None]:
    async with client.get(address) as answer:
        await answer.read()
        return answer.status, answer.headers.get("ETag")


def test_the_server_sees_the_addresses_of_its_readers(site):
    assert "is not trusted" not in site.server.log.read_text()


if "STOPPRESS_CADDY" in os.environ:  # it takes long

    def test_every_rule_of_the_protocol_holds_behind_the_proxy(site):
        env = site.server.env | {"SSL_CERT_FILE": str(site.proxy.certificate)}
        command = [COMMAND, "conform", f"{site.proxy.url}/"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
