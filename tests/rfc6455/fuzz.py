"""Run the converted fuzzing client: `python fuzz.py SUITE SPEC`, with the suite's own Python.

Its cases speak of bytes as text, and Autobahn takes and gives bytes: here is where they meet.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import latin
import txaio
from latin import to_bytes, to_text


def readable(data: str | bytes, maxlen: int = 64, replace: bool = False) -> str:
    """Return a payload for a report, which is JSON and HTML."""
    whole, shown = to_bytes(data), to_bytes(data)[:maxlen]
    dots = " ..." if len(whole) > maxlen else ""
    try:
        return shown.decode("utf-8", "replace" if replace else "strict") + dots
    except UnicodeDecodeError:
        return "0x" + latin.b2a_hex(shown) + dots


def bridged(client: Any) -> Any:
    """Return the client's protocol with text on the cases' side and bytes on Autobahn's."""

    class Bridged(client):
        def sendFrame(self, opcode: int, payload: Any = b"", **how: Any) -> None:
            payload, size = to_bytes(payload), how.pop("payload_len", None)
            if size is not None:
                # Autobahn repeats the payload with a division that is Python 2's.
                payload = (payload * (size // len(payload) + 1))[:size]
            super().sendFrame(opcode, payload, **how)

        def sendMessage(self, payload: Any, *how: Any, **more: Any) -> None:
            super().sendMessage(to_bytes(payload), *how, **more)

        def sendMessageFrameData(self, payload: Any, *how: Any, **more: Any) -> Any:
            return super().sendMessageFrameData(to_bytes(payload), *how, **more)

        def sendCloseFrame(
            self, code: int | None = None, reasonUtf8: Any = None, isReply: bool = False
        ) -> None:
            reason = None if reasonUtf8 is None else to_bytes(reasonUtf8)
            super().sendCloseFrame(code, reason, isReply)
            # The report shows it.
            self.localCloseReason = None if reason is None else to_text(reason)

        def onMessage(self, payload: bytes, isBinary: bool) -> None:
            super().onMessage(to_text(payload), isBinary)

        def onPing(self, payload: bytes) -> None:
            super().onPing(payload)

        def onPong(self, payload: bytes) -> None:
            super().onPong(to_text(payload))

        def logRxFrame(self, frameHeader: Any, payload: Any) -> None:
            super().logRxFrame(frameHeader, [to_text(part) for part in payload])

        def connectionLost(self, reason: Any) -> None:
            for name in ("http_request_data", "http_response_data"):
                if hasattr(self, name):
                    setattr(self, name, to_text(getattr(self, name)))
            super().connectionLost(reason)

    return Bridged


def main() -> None:
    suite, spec = map(Path, sys.argv[1:])
    sys.path.insert(0, str(suite))
    txaio.use_twisted()
    fuzzing = importlib.import_module("autobahntestsuite.fuzzing")
    cases = importlib.import_module("autobahntestsuite.case")
    # The suite compares pickles. In Python 3 these differ if two equal strings are one object.
    cases.Case.compare = lambda case, one, other: one == other
    fuzzing.asciiLogData = readable
    fuzzing.FuzzingClientProtocol = bridged(fuzzing.FuzzingClientProtocol)
    fuzzing.startClient(json.loads(spec.read_text()))
    fuzzing.reactor.run()


if __name__ == "__main__":
    main()
