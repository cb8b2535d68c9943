"""Hypothesis strategies for WebSocket handshakes, valid and nearly valid, and for frames."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from .conversation import Await, Step
from .frames import BINARY, CLOSE, FIN, PING, PONG, TEXT, frame

Draw = Callable[[st.SearchStrategy[Any]], Any]

RIGHT = [
    b"Upgrade: websocket",
    b"Connection: Upgrade",
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    b"Sec-WebSocket-Version: 13",
]
WRONG = [
    b"Sec-WebSocket-Key: short",
    b"Sec-WebSocket-Version: 8",
    b"Content-Length: 5",
    b"Host: there",
    b"Transfer-Encoding: chunked",
    b"Sec-WebSocket-Extensions: permessage-deflate",
    b"Sec-WebSocket-Protocol: stoppress.v1",
    b"Content-Length: 0",
    b"Connection: close",
]
TEXTS = [b"", b"a", "\u00e9".encode(), b"t" * 125, b"t" * 126, b"t" * 4096, b'{"type":"applied"}']
FRAMES = [
    frame(TEXT, b"t" * 5000),
    frame(TEXT, b"\xff"),
    frame(TEXT, b"a", masked=False),
    frame(3),
    frame(TEXT, b"a", bits=FIN | 0x40),
    frame(0, b"a"),
    frame(BINARY, b"\0\1"),
    frame(PING, b"p" * 125),
    frame(PING, b"p", bits=0),
    frame(PING, length=2**20),
    frame(TEXT, length=2**62),
    frame(PONG, b"x"),
    frame(TEXT, length=2**63 + 1),
    frame(CLOSE),
    frame(CLOSE, b"\x03\xe8bye"),
    frame(CLOSE, b"\x03"),
    frame(CLOSE, b"\x03\xed"),
    frame(CLOSE, b"\x03\xe8\xff"),
    frame(TEXT, b"a", bits=0),
    b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: here\r\n\r\n",
    frame(TEXT, b"abc")[:-1],
]


@st.composite
def spoken(draw: Draw, path: bytes, host: bytes, nonce: bytes) -> list[Step]:
    """A handshake, and frames that are sent before or after its answer."""
    lines = list(RIGHT)
    method, body = b"GET", b""
    if draw(st.integers(0, 2)) == 2:
        lines.append(draw(st.sampled_from(WRONG)))
    elif draw(st.integers(0, 5)) == 5:
        lines.pop(draw(st.integers(0, 3)))
    if draw(st.integers(0, 7)) == 7:
        method = draw(st.sampled_from([b"POST", b"HEAD", b"CONNECT"]))
    if lines[-1].endswith(b"chunked"):
        body = b"0\r\n\r\n"
    elif lines[-1] == b"Content-Length: 5":
        body = b"12345"
    first = b"%s %s%s HTTP/1.1\r\nHost: %s\r\n" % (method, path, nonce, host)
    steps: list[Step] = [first + b"\r\n".join([*lines, b"", b""]), *([body] if body else [])]
    if draw(st.integers(0, 5)) < 5:
        steps.append(Await())
    return [*steps, *draw(said())]


@st.composite
def said(draw: Draw) -> list[bytes]:
    """Frames, cut into segments at random places."""
    frames: list[bytes] = []
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.integers(0, 4))
        text = draw(st.sampled_from(TEXTS))
        if kind < 2:
            frames.append(frame(TEXT, text))
        elif kind == 2:
            at = draw(st.integers(0, len(text)))
            frames.append(frame(TEXT, text[:at], bits=0) + frame(0, text[at:]))
        elif kind == 3:
            frames.append(draw(st.sampled_from(FRAMES)))
        else:
            frames.append(draw(st.binary(min_size=1, max_size=20)))
    whole = b"".join(frames)
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(whole) - 1)), max_size=2)))
    places = [0, *cuts, len(whole)]
    return [
        piece for begin, end in zip(places, places[1:], strict=False) if (piece := whole[begin:end])
    ]
