"""Asks a running server, over each of its transports."""

import http.client
from collections.abc import Mapping

from websockets.sync.client import connect

from tests.services.serve import Server

SECONDS = 10.0


class Asking:
    """A reader or program that keeps its connection."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)

    def close(self) -> None:
        self._line.close()

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> str:
        """Return an answer's status, headers and body."""
        answer = self._ask(address, headers)
        return f"{answer.status}\n{answer.msg}\n{answer.read().decode()}"

    def _ask(self, address: str, headers: Mapping[str, str] | None) -> http.client.HTTPResponse:
        """Return an answer, over another connection where the server has closed an idle one."""
        self._line.request("GET", address, headers=dict(headers or {}))
        try:
            return self._line.getresponse()
        except ConnectionResetError:
            self._line.request("GET", address, headers=dict(headers or {}))
            return self._line.getresponse()

    def poll(self, query: str, headers: Mapping[str, str] | None = None) -> str:
        return self.get(f"/live/poll?{query}", headers)

    def sse(self, query: str, headers: Mapping[str, str] | None = None) -> str:
        """Return what comes until each stream is live."""
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=SECONDS)
        try:
            line.request("GET", f"/live/sse?{query}", headers=dict(headers or {}))
            answer, told = line.getresponse(), ""
            assert answer.status == 200, answer.read()
            while told.count("event: live") < query.count("stream="):
                told += answer.readline().decode()
            return told
        finally:
            line.close()

    def ws(self, query: str, headers: Mapping[str, str] | None = None) -> str:
        """Return what comes until each stream is live."""
        address, told = f"{self.server.ws_url}/live/ws?{query}", ""
        offered = ["stoppress.v1"]
        with connect(address, subprotocols=offered, additional_headers=headers, proxy=None) as line:
            while told.count('"type":"live"') < query.count("stream="):
                told += str(line.recv(timeout=SECONDS))
        return told
