"""WebKitGTK's MiniBrowser, driven by WebKitWebDriver on a display of its own."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from stoppress.drill.free_port import free_port
from tests.services.process import Process

SIZE = "1280x1024x24"


class WebKit:
    """A MiniBrowser. Its narrowest window has 447 px."""

    name = "webkit"

    def __init__(self, driver: Path, browser: Path, xvfb: Path, folder: Path) -> None:
        port, display = free_port(), _free_display()
        self._screen = Process([xvfb, display, "-screen", "0", SIZE], folder / "xvfb.log")
        socket = Path("/tmp/.X11-unix", f"X{display[1:]}")
        self._screen.wait_until(socket.exists, "its display was there")
        env = os.environ | {"DISPLAY": display, "HOME": str(folder), "GDK_BACKEND": "x11"}
        self._process = Process([driver, f"--port={port}"], folder / "webkit.log", env=env)
        self._url = f"http://127.0.0.1:{port}"
        self._process.wait_until(self._answers, "it answered")
        options = {"binary": str(browser), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = self._send("/session", {"capabilities": wanted})
        self._url += f"/session/{session['sessionId']}"
        self._tabs = [self._send("/window")]

    def open(self, url: str) -> None:
        self._send("/url", {"url": url})

    def open_beside(self, url: str) -> None:
        made = self._send("/window/new", {"type": "tab"})
        self._tabs.append(made["handle"])
        self._send("/window", {"handle": self._tabs[-1]})
        self.open(url)

    def close_tab(self) -> None:
        self._send("/window", method="DELETE")
        self._tabs.pop()
        self._send("/window", {"handle": self._tabs[-1]})

    def ask(self, expression: str) -> Any:
        script = (
            "const done = arguments[arguments.length - 1];"
            f"Promise.resolve({expression}).then(value => done(JSON.stringify(value) ?? 'null'),"
            " error => done(JSON.stringify({error: String(error)})))"
        )
        value = json.loads(self._send("/execute/async", {"script": script, "args": []}))
        assert not (isinstance(value, dict) and "error" in value), value
        return value

    def _answers(self) -> bool:
        try:
            return bool(self._send("/status"))
        except OSError:
            return False

    def _send(self, path: str, body: object = None, method: str = "") -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._url + path, data, method=method or ("POST" if data else "GET"))
        request.add_header("Content-Type", "application/json")
        try:
            with urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            raise AssertionError(error.read().decode()) from error

    def end(self) -> None:
        try:
            self._send("", method="DELETE")
        finally:
            for process in (self._process, self._screen):
                process.stop(20.0)
                process.kill()


def _free_display() -> str:
    taken = {path.name for path in Path("/tmp/.X11-unix").glob("X*")}
    return next(f":{number}" for number in range(90, 200) if f"X{number}" not in taken)
