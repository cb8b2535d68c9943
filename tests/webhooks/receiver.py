"""A receiver of webhooks, which verifies by a library that is not ours."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from standardwebhooks import Webhook

from tests.services.web import Web

PATH = "/hook"


@dataclass(frozen=True)
class Got:
    """A message as it came."""

    id: str
    type: str
    data: dict[str, Any]
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Answers what it is told to, and 204 after that."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.url = web.handle(PATH, self._answer)

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(self.answers.pop(0) if self.answers else 204)
        for name, value in self.headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def got(self, secret: str) -> list[Got]:
        """Return what came so far, each verified; also what was refused."""
        return [self._verified(*each, secret) for each in self._raw()]

    def _raw(self) -> Iterator[tuple[dict[str, str], bytes]]:
        headers = [each for path, each in list(self._web.requests) if path == PATH]
        return zip(headers, list(self._web.posted), strict=False)

    def _verified(self, headers: dict[str, str], body: bytes, secret: str) -> Got:
        told = Webhook(secret).verify(body, headers)
        return Got(headers["webhook-id"], told["type"], told["data"], headers, body)

    def hang(self, until: Callable[[], bool]) -> str:
        """Return an address that does not answer."""

        def silent(request: BaseHTTPRequestHandler) -> None:
            request.connection.settimeout(0.05)
            while not until():
                try:
                    if not request.connection.recv(1):
                        return
                except TimeoutError:
                    pass

        return self._web.handle("/hang", silent)
