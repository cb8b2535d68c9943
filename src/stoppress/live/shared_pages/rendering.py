"""Ask Django for a page: one request without any reader's cookies, read as a whole."""

import asyncio
import logging
from typing import Any

from stoppress.live.asgi_types import Application

from .answer import BODY_BYTES, Answer, split_shown
from .decorator import OUTAGE

# Seconds after which a request is given up; by then the waiting readers have asked Django
# themselves.
FLIGHT_SECONDS = 30.0
# Seconds for the site to end the request then.
LEAVE_SECONDS = 1.0

logger = logging.getLogger("stoppress.live")


async def ask_django(http: Application, scope: dict[str, Any]) -> Answer | None:
    """Return the complete response to a request; None where there is none.

    Of a response that is too large, or comes in parts without a length, it returns only the head,
    marked as not to be shared.

    The request belongs to no reader: the one it began for may disconnect, and it is still completed
    for the others.
    """
    answer: Answer | None = None
    outage: list[str] = []
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
            # Django sends long pages in parts too, but with a length.
            streamed = not whole and answer is not None and not answer.header(b"content-length")
            if answer is not None and (streamed or len(body) > BODY_BYTES):
                # A response that is too large or endless is not shared: each reader asks again.
                body.clear()
                answer.shown, answer.alone, whole = {}, True, True
                leave.set()

    late = asyncio.get_running_loop().call_later(FLIGHT_SECONDS, leave.set)
    try:
        async with asyncio.timeout(FLIGHT_SECONDS + LEAVE_SECONDS):
            await http({**scope, OUTAGE: outage}, receive, send)
    except TimeoutError:
        logger.warning("gave up the page %.200r after %g seconds", scope["path"], FLIGHT_SECONDS)
        return None
    except Exception:  # waiting readers ask Django themselves, and get the error there
        logger.exception("rendering the page %.200r failed", scope["path"])
        return None
    finally:
        late.cancel()
    if answer is None or not whole:
        return None
    answer.body = bytes(body)
    answer.is_outage = bool(outage) and not answer.alone
    return answer
