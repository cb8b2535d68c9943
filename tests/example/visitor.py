"""A visitor without JavaScript, who keeps cookies, sends forms, and may follow streams."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

WAIT = 15.0
"""Seconds for an answer or an event."""


class Answer(NamedTuple):
    """A page after redirects."""

    path: str
    status: int
    text: str


class Visitor:
    """A visitor of the site at an address; `session` is the cookie of a user who is signed in."""

    def __init__(self, site: str, session: str = "") -> None:
        self._host = urlsplit(site).netloc
        self._cookies = {"sessionid": session} if session else {}

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path)

    def post(self, path: str, **fields: object) -> Answer:
        """Send a form of a page that was opened before."""
        fields["csrfmiddlewaretoken"] = self._cookies["csrftoken"]
        return self._ask("POST", path, urlencode(fields))

    @contextmanager
    def following(self, stream: str) -> Iterator[Callable[[], dict[str, Any]]]:
        """Follow a stream; the function waits for its next event."""
        with self._connected(stream) as reader:
            while json.loads(reader.recv(WAIT))["type"] != "live":
                pass

            def next_event() -> dict[str, Any]:
                event: dict[str, Any] = {}
                while event.get("type") != "event":
                    event = json.loads(reader.recv(WAIT))
                return event

            yield next_event

    def refusal(self, stream: str) -> int:
        """Return the code that closes a stream of which this visitor is sent nothing."""
        with self._connected(stream) as reader:
            try:
                raise AssertionError(reader.recv(WAIT))
            except ConnectionClosed as closed:
                assert closed.rcvd
                return closed.rcvd.code

    def _ask(self, method: str, path: str, form: str | None = None) -> Answer:
        headers = {"Cookie": self._cookie()}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection(self._host, timeout=WAIT)) as connection:
            connection.request(method, path, form, headers)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, value = cookie.split(";")[0].split("=", 1)
                self._cookies[name] = value
            if answer.status == 302:
                return self.get(answer.headers["Location"])
            return Answer(path, answer.status, answer.read().decode())

    def _connected(self, stream: str) -> ClientConnection:
        return connect(
            f"ws://{self._host}/live/ws?stream={stream}",
            additional_headers={"Cookie": self._cookie()},
            proxy=None,
        )

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())
