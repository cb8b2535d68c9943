"""Ask Django: one request whose answer is nobody's own, read whole."""

import asyncio
import logging
from typing import Any

from stoppress.live.application import Application

from .answer import BODY_BYTES, Answer, split_shown

logger = logging.getLogger("stoppress.live")


async def ask_django(http: Application, scope: dict[str, Any]) -> Answer | None:
    """Return the whole answer to a request; None where there is none that could be kept.

    It is no reader's own: whoever it began for may leave, and it is answered for the others.
    """
    answer: Answer | None = None
    body = bytearray()
    whole, asked, leave = False, False, asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal answer, whole
        if message["type"] == "http.response.start":
            headers, shown = split_shown([(bytes(n), bytes(v)) for n, v in message["headers"]])
            lower = [(name.lower(), value) for name, value in headers]
            answer = Answer(message["status"], lower, shown=shown)
        elif message["type"] == "http.response.body" and not leave.is_set():
            body.extend(message.get("body", b""))
            whole = not message.get("more_body", False)
            if len(body) > BODY_BYTES:
                # What is too large, or has no end, is for its reader alone, who asks again.
                body.clear()
                whole = False
                leave.set()

    try:
        await http(scope, receive, send)
    except Exception:
        logger.exception("could not render %.200r", scope["path"])
        return None
    if answer is None or not whole:
        return None
    answer.body = bytes(body)
    return answer
