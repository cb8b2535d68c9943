import asyncio

import uvicorn
from uvicorn.server import ServerState

from stoppress.site.http_protocol import TRANSPORT, HttpProtocol


async def test_an_application_gets_the_transport_of_its_request():
    given = []

    async def application(scope, receive, send):
        given.append(scope["extensions"][TRANSPORT].get_extra_info("peername"))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    config = uvicorn.Config(application, log_config=None)
    server = await asyncio.get_running_loop().create_server(
        lambda: HttpProtocol(config, ServerState(), {}), "127.0.0.1", 0
    )
    async with server:
        host, port = server.sockets[0].getsockname()
        answer, ask = await asyncio.open_connection(host, port)
        ask.write(b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        assert (await answer.read()).startswith(b"HTTP/1.1 204 ")
        assert given == [ask.get_extra_info("sockname")]
        ask.close()
        await ask.wait_closed()
