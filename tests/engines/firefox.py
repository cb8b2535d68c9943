"""Firefox, driven by WebDriver BiDi over its own WebSocket.

Playwright's Firefox is a build of its own, and its newest release asks an ESR for what it does not
know.
"""

import itertools
import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from stoppress.drill.free_port import free_port
from tests.services.process import Process

AS_JSON = "value => JSON.stringify(value) ?? 'null'"
PREFERENCES = {
    # Without these it calls its vendor at every start.
    "app.update.enabled": False,
    "app.normandy.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
}


class Firefox:
    """A headless Firefox with a profile of its own."""

    name = "firefox"

    def __init__(self, program: Path, folder: Path) -> None:
        port = free_port()
        profile = folder / "profile"
        profile.mkdir()
        lines = (
            f'user_pref("{name}", {json.dumps(value)});' for name, value in PREFERENCES.items()
        )
        (profile / "user.js").write_text("\n".join(lines))
        command = [program, "--headless", "--no-remote", "--profile", profile]
        self._process = Process(
            [*command, "--remote-debugging-port", str(port)], folder / "firefox.log"
        )
        self._numbers = itertools.count(1)
        self._process.wait_until(
            lambda: b"WebDriver BiDi listening" in self._process.log.read_bytes(), "it listened"
        )
        self._ending = ExitStack()
        session = f"ws://127.0.0.1:{port}/session"
        self._socket = self._ending.enter_context(connect(session, max_size=None, proxy=None))
        self._send("session.new", capabilities={})
        self._tabs: list[str] = []

    def open(self, url: str) -> None:
        # The tab that it begins with never has the focus.
        if not self._tabs:
            self.open_beside(url)
        else:
            self._send("browsingContext.navigate", context=self._tabs[-1], url=url, wait="complete")

    def open_beside(self, url: str) -> None:
        made = self._send("browsingContext.create", type="tab")
        self._tabs.append(made["context"])
        self._send("browsingContext.navigate", context=self._tabs[-1], url=url, wait="complete")

    def close_tab(self) -> None:
        self._send("browsingContext.close", context=self._tabs.pop())
        self._send("browsingContext.activate", context=self._tabs[-1])

    def ask(self, expression: str) -> Any:
        told = self._send(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then({AS_JSON})",
            target={"context": self._tabs[-1]},
            awaitPromise=True,
            userActivation=True,
        )
        assert told["type"] == "success", told
        return json.loads(told["result"]["value"])

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            told = json.loads(self._socket.recv(60))
            if told.get("id") == number:
                assert told["type"] == "success", told
                result: dict[str, Any] = told["result"]
                return result

    def end(self) -> None:
        self._ending.close()
        self._process.stop(20.0)
        self._process.kill()
