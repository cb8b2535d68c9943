"""Hypothesis strategies for requests to a server: mostly valid, with a few oddities."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from . import oddities
from .conversation import Await, Part, Script, Step
from .nonce import mark
from .websockets import spoken

Draw = Callable[[st.SearchStrategy[Any]], Any]

ODDITIES = [
    "body",
    "upgrade",
    "chunks",
    "trailers",
    "target",
    "version",
    "host",
    "length",
    "coding",
    "line",
    "expect",
    "method",
    "connection",
    "both",
    "bytes",
    "short",
]
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="


@dataclass(frozen=True)
class Place:
    """Targets of requests: the paths that nonces are appended to, and the Host."""

    path: bytes
    host: bytes
    socket: bytes


@dataclass
class Draft:
    """A request that is being written."""

    method: bytes
    target: bytes
    hosts: tuple[bytes, ...]
    version: bytes = b"HTTP/1.1"
    lines: list[bytes] = field(default_factory=list)
    body: bytes = b""
    framing: list[bytes] = field(default_factory=list)
    wire: bytes = b""

    def head(self) -> bytes:
        """Return the head of the request."""
        hosts = [b"Host: " + host for host in self.hosts]
        first = b" ".join(part for part in (self.method, self.target, self.version))
        return b"\r\n".join([first, *hosts, *self.lines, *self.framing, b"", b""])


def chunked(
    body: bytes, sizes: list[int], end: bytes = b"", trailers: Sequence[bytes] = ()
) -> bytes:
    """Return a body in chunks; `end` is put after the size of each."""
    parts, at = [], 0
    for size in [*sizes, len(body)]:
        data = body[at : at + size]
        if data:
            parts.append(b"%x%s\r\n%s\r\n" % (len(data), end, data))
        at += len(data)
    last = b"".join(line + b"\r\n" for line in trailers)
    return b"".join(parts) + b"0%s\r\n%s\r\n" % (end if not parts else b"", last)


@st.composite
def bodies(draw: Draw, place: Place, connection: int, request: int) -> bytes:
    """Bodies, most of which look like a request."""
    kind = draw(st.sampled_from(["request", "half", "bytes", "large"]))
    if kind == "bytes":
        body: bytes = draw(st.binary(min_size=1, max_size=40))
        return body
    inner = b"GET %s%s HTTP/1.1\r\nHost: %s\r\n\r\n" % (
        place.path,
        mark("x", connection, request),
        place.host,
    )
    if kind == "half":
        # If it were read as a request, the next bytes on the connection would be its last header.
        return inner[:-2] + b"X-Pad: " + b"p" * 300 + b"\r\nX-Rest: "
    return inner if kind == "request" else inner + b"b" * draw(st.integers(1, 3000))


@st.composite
def requests(draw: Draw, place: Place, connection: int, request: int) -> list[bytes]:
    """One request, in the segments that it is sent in."""
    nonce = mark("q", connection, request)
    odd = set(draw(st.lists(st.sampled_from(ODDITIES), max_size=3)))
    draft = Draft(draw(st.sampled_from(oddities.METHODS)), place.path + nonce, (place.host,))
    if draw(st.booleans()):
        draft.lines.append(b"X-Noise: " + draw(st.sampled_from([b"1", b"", b"a, b", b"\xe9"])))
    if odd & {"body", "chunks", "trailers", "length", "coding", "expect", "both", "short"} or (
        "upgrade" in odd and draw(st.booleans())
    ):
        write_body(draw, draft, odd, place, connection, request)
    if "method" in odd:
        draft.method = draw(st.sampled_from(oddities.ODD_METHODS))
    if "version" in odd:
        draft.version = draw(st.sampled_from(oddities.VERSIONS))
    if "host" in odd:
        draft.hosts = draw(st.sampled_from(oddities.HOSTS))
    if "target" in odd:
        draft.target = draw(targets(draft.target))
    if "upgrade" in odd:
        draft.lines.append(b"Upgrade: " + draw(st.sampled_from(oddities.PROTOCOLS)))
        draft.lines.append(b"Connection: " + draw(st.sampled_from(oddities.CONNECTIONS)))
        if draw(st.booleans()):
            draft.lines += [b"Sec-WebSocket-Key: " + KEY, b"Sec-WebSocket-Version: 13"]
    if "connection" in odd:
        draft.lines.append(b"Connection: " + draw(st.sampled_from(oddities.CONNECTIONS)))
    if "line" in odd:
        at = draw(st.integers(0, len(draft.lines)))
        draft.lines.insert(at, draw(st.sampled_from(oddities.LINES)))
    head, wire = draft.head(), draft.wire
    if "bytes" in odd:
        head, wire = draw(mutated(head)), draw(mutated(wire)) if wire else wire
    if "short" in odd:
        wire = wire[: draw(st.integers(0, len(wire)))]
    return draw(pieces(head, wire))


def write_body(
    draw: Draw, draft: Draft, odd: set[str], place: Place, connection: int, request: int
) -> None:
    """Give a request a body, and one or more headers for its length."""
    body: bytes = draw(bodies(place, connection, request))
    draft.body = draft.wire = body
    length = b"Content-Length: %d" % len(body)
    draft.framing = [length]
    if odd & {"chunks", "trailers", "coding", "both"}:
        codings = draw(st.sampled_from(oddities.CODINGS)) if "coding" in odd else (b"chunked",)
        end = draw(st.sampled_from([b"", *oddities.CHUNK_ENDS])) if "chunks" in odd else b""
        trailers = (
            draw(st.lists(st.sampled_from(oddities.TRAILERS), max_size=2))
            if "trailers" in odd
            else []
        )
        sizes = draw(st.lists(st.integers(1, 30), max_size=3))
        draft.wire = chunked(body, sizes, end, trailers)
        draft.framing = [b"Transfer-Encoding: " + coding for coding in codings]
        if "both" in odd:
            draft.framing.insert(draw(st.integers(0, len(draft.framing))), length)
            draft.wire = draw(st.sampled_from([draft.wire, body]))
    if "length" in odd:
        lengths = draw(st.sampled_from(oddities.LENGTHS))
        draft.framing = [line for line in draft.framing if line != length] + [
            b"Content-Length: " + filled(text, len(body)) for text in lengths
        ]
    if "expect" in odd:
        draft.lines.append(b"Expect: 100-continue")


def filled(text: bytes, size: int) -> bytes:
    """Return a length in one of many notations."""
    return text % ((size,) * (text.count(b"%d") + text.count(b"%x")))


@st.composite
def targets(draw: Draw, target: bytes) -> bytes:
    """The same target in another form, or an invalid one."""
    return draw(
        st.sampled_from(
            [
                b"http://here" + target,
                b"http://there:99" + target,
                b"HTTP://here",
                b"https://here" + target,
            ]
            + [
                b"ftp://here" + target,
                b"http://u@here" + target,
                b"http://" + target,
                b"//there" + target,
            ]
            + [b"*", b"here:80", b"", target[1:], b"?" + target, target + b" x"]
            + [target + tail for tail in oddities.TAILS]
        )
    )


@st.composite
def mutated(draw: Draw, data: bytes) -> bytes:
    """Bytes of which a few are replaced, removed or inserted."""
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(data)))
        put = draw(
            st.one_of(
                st.sampled_from([b"\r", b"\n", b"\0", b" ", b":", b"\r\n"]), st.binary(max_size=3)
            )
        )
        data = data[:at] + put + data[at + draw(st.integers(0, 2)) :]
    return data


@st.composite
def pieces(draw: Draw, head: bytes, wire: bytes) -> list[bytes]:
    """A request in segments: cut between head and body, at random places, or not at all."""
    whole = head + wire
    cuts = {len(head)} if wire and draw(st.booleans()) else set()
    cuts |= draw(st.sets(st.integers(1, max(1, len(whole) - 1)), max_size=2))
    places = [0, *sorted(cuts), len(whole)]
    return [
        piece for begin, end in zip(places, places[1:], strict=False) if (piece := whole[begin:end])
    ]


@st.composite
def parts(draw: Draw, place: Place, connection: int) -> Part:
    """The steps of one connection: requests, then perhaps a handshake and frames."""
    steps: list[Step] = []
    for request in range(draw(st.integers(1, 4))):
        segments = draw(requests(place, connection, request))
        if steps and isinstance(steps[-1], bytes) and draw(st.booleans()):
            # Two requests in one segment.
            steps[-1] += segments.pop(0)
        steps += segments
        if draw(st.booleans()):
            steps.append(Await())
    if draw(st.integers(0, 3)) == 3:
        steps += draw(spoken(place.socket, place.host, mark("q", connection, 90)))
    else:
        # Its answer shows whether everything before it was read exactly to its end.
        last = (place.path + mark("q", connection, 99), place.host)
        steps.append(b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % last)
    return Part(steps, reset=draw(st.integers(0, 9)) == 9)


@st.composite
def scripts(draw: Draw, place: Place, connections: int = 3) -> Script:
    """Several connections at once."""
    number = draw(st.integers(1, connections))
    said = [draw(parts(place, connection)) for connection in range(number)]
    order = draw(st.lists(st.integers(0, number - 1), max_size=8)) if number > 1 else []
    return Script(said, order)
