"""The number of simultaneous uploads is limited, for one address and for all."""

import asyncio
import contextlib
import json

import pytest

from stoppress.site.web.uploads_at_once import OF_ADDRESS, OF_ALL, UploadsAtOnce

API, FORM = "/api/pictures", "/admin/newsroom/picture/add/"


class Site:
    """A site whose uploads last until the test ends them."""

    def __init__(self):
        self.limited = UploadsAtOnce(self.answer)
        self.begun, self.go = 0, asyncio.Event()

    async def answer(self, scope, receive, send):
        self.begun += 1
        await self.go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ConnectionError("the client has gone")

    def ask(self, address, path=API, method="POST", **headers):
        scope = {"type": "http", "method": method, "path": path, "client": (address, 1)}
        scope["headers"] = [(name.encode(), words.encode()) for name, words in headers.items()]
        sent = []

        async def send(message):
            sent.append(message)

        async def asked():
            with contextlib.suppress(ConnectionError):
                await self.limited(scope, None, send)
            return sent

        return asyncio.ensure_future(asked())


@pytest.mark.parametrize("addresses", [1, 4])
async def test_further_simultaneous_uploads_get_retry_after(addresses):
    site = Site()
    most = OF_ADDRESS if addresses == 1 else OF_ALL
    names = [f"192.0.2.{n % addresses}" for n in range(most)]
    under_way = [site.ask(name) for name in names]
    await asyncio.sleep(0)  # all begin
    await asyncio.sleep(0)  # the tasks have run up to their wait
    assert site.begun == most
    [start, end] = await site.ask("192.0.2.0")
    assert start["status"] == 503 and dict(start["headers"])[b"retry-after"] == b"10"
    assert "Send it again later" in json.loads(end["body"])["detail"]
    [_, end] = await site.ask("192.0.2.0", FORM, accept="application/json")
    assert "Nothing was saved" in json.loads(end["body"])["error"]
    [_, end] = await site.ask("192.0.2.0", FORM)
    assert end["body"].startswith(b"Nothing was saved")
    others = [site.ask("192.0.2.0", method="GET"), site.ask("192.0.2.0", "/api/articles")]
    others += [site.ask("192.0.2.9")] if addresses == 1 else []
    site.go.set()
    answers = await asyncio.gather(*others, *under_way)
    assert {start["status"] for [start] in answers} == {200}
    assert not site.limited._under_way
    assert [start["status"] for start in await site.ask("192.0.2.0")] == [200]
