"""`stoppress serve` from outside: pages, refusals, and an orderly leaving."""

import asyncio
import json
import subprocess
import urllib.error
import urllib.request

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.services.serve import COMMAND, Server


def get(server: Server, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"{server.url}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def socket(server: Server, query: str, **options: object):
    options.setdefault("subprotocols", ["stoppress.v1"])
    address = f"{server.ws_url}/live/ws?{query}"
    return connect(address, proxy=None, compression=None, **options)


async def close_of(server: Server, query: str, *say: str, **options: object) -> tuple[int, str]:
    """Return close code and reason of a connection, after what it is told."""
    async with asyncio.timeout(20), socket(server, query, **options) as connection:
        for message in say:
            await connection.recv()
            await connection.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await connection.recv()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


async def test_a_server_starts_on_an_empty_directory_and_answers(serve):
    server = serve(empty=True)
    assert (server.data / "secret_key").stat().st_mode & 0o077 == 0
    assert get(server, "/healthz") == (200, "ok\n")
    assert get(server, "/readyz") == (200, "ready\n")
    assert get(server, "/")[0] == 200
    assert get(server, "/static/stoppress/live/index.js")[0] == 200
    assert get(server, "/nowhere")[0] == 404


@pytest.mark.backend("sqlite")  # the database does not matter
async def test_bad_input_gets_its_defined_answer_and_disturbs_no_other_reader(serve):
    server = serve()
    async with socket(server, "stream=news") as reader:
        kinds = [json.loads(await reader.recv())["type"] for _ in range(3)]
        assert kinds == ["hello", "snapshot", "live"]
        assert await close_of(server, "stream=nowhere") == (4404, "there is no stream nowhere")
        assert await close_of(server, "stream=section:none") == (
            4404,
            "there is no stream section:none",
        )
        assert (await close_of(server, "stream=NEWS"))[0] == 4400
        assert (await close_of(server, "stream=news", "x" * 5000))[0] == 1009
        assert (await close_of(server, "stream=news", "no json"))[0] == 4400
        assert (await close_of(server, "stream=news", subprotocols=["other.v1"]))[0] == 4409
        with pytest.raises(InvalidStatus) as refused:
            await close_of(server, "stream=news", origin="http://evil.example")
        assert refused.value.response.status_code == 403
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"{server.ws_url}/nowhere", proxy=None)
        assert refused.value.response.status_code == 404
        async with socket(server, "stream=news@rubbish") as other:
            frames = [json.loads(await other.recv()) for _ in range(2)]
            assert frames[1]["reason"] == "unknown"
        server.manage(
            "shell",
            "-v",
            "0",
            "-c",
            "from stoppress.newsroom.publishing import *\n"
            "publish_article(create_article({'headline': 'Undisturbed'}))",
        )
        event = {"type": "heartbeat"}  # of a slow machine
        while event["type"] == "heartbeat":
            event = json.loads(await asyncio.wait_for(reader.recv(), 10))
        assert event["item"]["headline"] == "Undisturbed"
    log = server.log.read_text()
    assert "Traceback" not in log
    for told in (
        "4404 there is no stream nowhere",
        "4400 a message is one JSON object",
        "4409 ",
        "1009 ",
        "evil.example",
        "/nowhere",
    ):
        assert len([line for line in log.splitlines() if told in line]) == 1, told


@pytest.mark.backend("sqlite")  # the database does not matter
async def test_a_shutdown_is_orderly(serve):
    server = serve()
    async with socket(server, "stream=news") as reader:
        for _ in range(3):
            await reader.recv()
        status = asyncio.create_task(asyncio.to_thread(server.stop))
        goodbye = json.loads(await asyncio.wait_for(reader.recv(), 10))
        assert (goodbye["type"], goodbye["within"]) == ("goodbye", 0.5)
        with pytest.raises(ConnectionClosed) as closed:
            await reader.recv()
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1012
        assert await status == 0
    assert "Traceback" not in server.log.read_text()


@pytest.mark.backend("sqlite")  # the database does not matter
def test_an_address_in_use_is_a_clear_error(serve):
    server = serve()
    second = subprocess.run(
        [COMMAND, "serve", "--port", str(server.port)],
        env=server.env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode != 0
    assert "address already in use" in second.stderr and "Traceback" not in second.stderr


@pytest.mark.backend("sqlite")  # the database does not matter
def test_compression_of_websockets_is_not_negotiated(serve):
    server = serve()

    async def extensions() -> str | None:
        async with connect(f"{server.ws_url}/live/ws?stream=news", proxy=None) as connection:
            assert connection.response is not None
            return connection.response.headers.get("Sec-WebSocket-Extensions")

    assert asyncio.run(extensions()) is None
