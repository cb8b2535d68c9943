"""A denial: refuses a WebSocket before its accept, with an HTTP status."""

from typing import Any

from stoppress.live.asgi_types import Send


async def deny(scope: Any, send: Send, status: int, text: bytes) -> None:
    """Refuse a handshake; a server without this ASGI extension answers 403 for any status."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    length = str(len(text)).encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", length)]
    start = {"type": "websocket.http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": text})
