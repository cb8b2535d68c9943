"""Valid and invalid messages of a reader, by their case numbers in Autobahn|Testsuite.

The suite expects an echo. A reader of the site gets none: a message is one JSON object of 4 KiB at
most, and the site either goes on or closes with a code.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .wire import BINARY, CONT, NO_CODE, PING, PONG, TEXT, close, fragments, frame, head

LIMIT = 4096
# RFC 6455, section 7.4.1, and the site's own "malformed".
NORMAL, PROTOCOL_ERROR, NOT_UTF8, POLICY, TOO_BIG, MALFORMED = 1000, 1002, 1007, 1008, 1009, 4400


@dataclass(frozen=True)
class Case:
    """The chunks to send, and the expected pongs and close code; None if it stays open."""

    name: str
    chunks: list[bytes]
    code: int | None = None
    pongs: list[bytes] = field(default_factory=list)


def message(size: int) -> bytes:
    """Return a message of a given size, which the site accepts and ignores."""
    return b'{"a":"' + b"*" * (size - 8) + b'"}'


def said(text: bytes) -> bytes:
    """Return a message that contains a text."""
    return b'{"a":"' + text + b'"}'


def octets(*frames: bytes) -> list[bytes]:
    """Return frames as single bytes."""
    return [bytes([byte]) for each in frames for byte in each]


def framing() -> Iterator[Case]:
    """Yield section 1, and this site's own rules for messages."""
    yield Case("1.1.1 an empty text", [frame(TEXT)], MALFORMED)
    for n, size in enumerate((125, 126, 127, 128), 2):
        yield Case(f"1.1.{n} a text of {size} bytes", [frame(TEXT, message(size))])
    for n, size in ((6, 2**16 - 1), (7, 2**16)):
        yield Case(f"1.1.{n} a text of {size} bytes", [frame(TEXT, message(size))], TOO_BIG)
    yield Case("1.1.8 a text byte by byte", octets(frame(TEXT, message(300))))
    yield Case("1.2.1 an empty binary message", [frame(BINARY)], TOO_BIG)
    yield Case("1.2.2 a binary message", [frame(BINARY, message(125))], TOO_BIG)
    yield Case("a text that is not JSON", [frame(TEXT, b"*")], MALFORMED)
    yield Case("a frame without a mask", [frame(TEXT, message(9), masked=False)], PROTOCOL_ERROR)


def pings() -> Iterator[Case]:
    """Yield section 2."""
    much = b"\xfe" * 125
    yield Case("2.1 a ping without payload", [frame(PING)], pongs=[b""])
    yield Case("2.2 a ping with text", [frame(PING, b"Hello")], pongs=[b"Hello"])
    yield Case("2.3 a ping with bytes", [frame(PING, b"\0\xff\xfe")], pongs=[b"\0\xff\xfe"])
    yield Case("2.4 a ping of 125 bytes", [frame(PING, much)], pongs=[much])
    yield Case("2.5 a ping of 126 bytes", [frame(PING, much + b"!")], PROTOCOL_ERROR)
    yield Case("2.6 a ping byte by byte", octets(frame(PING, much)), pongs=[much])
    yield Case("2.7 a pong that nobody asked for", [frame(PONG)])
    yield Case("2.8 a pong with payload", [frame(PONG, b"Hello")])
    yield Case("2.9 a pong, then a ping", [frame(PONG, b"1"), frame(PING, b"2")], pongs=[b"2"])
    ten = [b"%d" % n for n in range(10)]
    yield Case("2.10 ten pings", [frame(PING, each) for each in ten], pongs=ten)
    yield Case(
        "2.11 ten pings byte by byte", octets(*(frame(PING, each) for each in ten)), pongs=ten
    )


def reserved() -> Iterator[Case]:
    """Yield sections 3 and 4: undefined bits and opcodes."""
    good = frame(TEXT, message(20))
    for rsv in range(1, 8):
        kind, what = [(TEXT, "text"), (PING, "ping")][rsv % 2]
        wrong = frame(kind, b"", rsv=rsv)
        yield Case(f"3.{rsv} a {what} with reserved bits {rsv:03b}", [good + wrong], PROTOCOL_ERROR)
    for n, opcode in enumerate((3, 4, 5, 6, 7), 1):
        yield Case(f"4.1.{n} opcode {opcode}", [good + frame(opcode, b"?")], PROTOCOL_ERROR)
    for n, opcode in enumerate((11, 12, 13, 14, 15), 1):
        yield Case(f"4.2.{n} opcode {opcode}", [good, frame(opcode)], PROTOCOL_ERROR)


def fragmentation() -> Iterator[Case]:
    """Yield section 5."""
    whole = message(40)
    first, second = fragments(whole[:20], whole[20:])
    ping = frame(PING, b"between")
    yield Case("5.1 a ping in fragments", fragments(b"1", b"2", opcode=PING), PROTOCOL_ERROR)
    yield Case("5.2 a pong in fragments", fragments(b"1", b"2", opcode=PONG), PROTOCOL_ERROR)
    yield Case("5.3 a text in two fragments", [first, second])
    yield Case("5.4 two fragments at once", [first + second])
    yield Case("5.5 two fragments byte by byte", octets(first, second))
    yield Case("5.6 a ping between them", [first, ping, second], pongs=[b"between"])
    yield Case("5.7 a ping between them, at once", [first + ping + second], pongs=[b"between"])
    yield Case("5.8 that byte by byte", octets(first, ping, second), pongs=[b"between"])
    for n, fin, how in ((9, True, "last"), (12, False, "middle")):
        stray, good = frame(CONT, b"?", fin=fin), frame(TEXT, whole)
        yield Case(f"5.{n} a {how} fragment of nothing", [stray, good], PROTOCOL_ERROR)
        yield Case(f"5.{n + 1} that at once", [stray + good], PROTOCOL_ERROR)
        yield Case(f"5.{n + 2} that byte by byte", octets(stray, good), PROTOCOL_ERROR)
    yield Case("5.15 a fragment after the last", [first, second, second, first], PROTOCOL_ERROR)
    yield Case("5.18 a text amid a text", [first, frame(TEXT, whole)], PROTOCOL_ERROR)
    five = fragments(whole[:8], whole[8:16], whole[16:24], whole[24:32], whole[32:])
    yield Case(
        "5.19 five fragments and two pings",
        [*five[:2], ping, *five[2:4], ping, five[4]],
        pongs=[b"between", b"between"],
    )
    yield Case("6.1.2 empty fragments", fragments(b"", b"", b""), MALFORMED)
    yield Case("6.1.3 a text between empty fragments", fragments(b"", whole, b""))
    yield Case("fragments of a binary message", fragments(b"1", b"2", opcode=BINARY), TOO_BIG)


VALID = {
    "6.2 Greek": "κόσμε".encode(),
    "6.6 two, three and four bytes": "¢€𤭢".encode(),
    "6.7 the first of each length": "\u0080\u0800\U00010000".encode(),
    "6.9 the last of each length": "\x7f\u07ff\uffff\U0010ffff".encode(),
    "6.11 beside the surrogates": "\ud7ff\ue000\ufffd".encode(),
    "6.22 code points that are no characters": "\ufdd0\ufffe\U0001fffe\U0010ffff".encode(),
}
INVALID = {
    "6.8 five bytes": b"\xf8\x88\x80\x80\x80",
    "6.10 six bytes": b"\xfd\xbf\xbf\xbf\xbf\xbf",
    "6.11.5 above the last code point": b"\xf4\x90\x80\x80",
    "6.12 a continuation alone": b"\x80",
    "6.13 a start alone": b"\xc3 ",
    "6.14 the last byte missing": b"\xe2\x82",
    "6.16 the byte FE": b"\xfe",
    "6.16 the byte FF": b"\xff",
    "6.17 a slash in two bytes": b"\xc0\xaf",
    "6.18 overlong": b"\xf0\x8f\xbf\xbf",
    "6.19 zero in two bytes": b"\xc0\x80",
    "6.20 a surrogate": b"\xed\xa0\x80",
    "6.21 a pair of surrogates": b"\xed\xa0\x80\xed\xb0\x80",
}


def utf8() -> Iterator[Case]:
    """Yield section 6."""
    for name, text in VALID.items():
        whole = said(text)
        yield Case(name, [frame(TEXT, whole)])
        yield Case(f"{name}, cut within a character", fragments(whole[:7], whole[7:]))
    for name, text in INVALID.items():
        whole = said(text)
        yield Case(name, [frame(TEXT, whole)], NOT_UTF8)
        yield Case(f"{name}, in fragments", fragments(whole[:7], whole[7:]), NOT_UTF8)
    yield Case("6.3 valid at first", [frame(TEXT, b"{} \xce\xba\xed\xa0\x80")], NOT_UTF8)


def closing() -> Iterator[Case]:
    """Yield section 7."""
    normal, good, ping = close(NORMAL), frame(TEXT, message(20)), frame(PING, b"?")
    first = fragments(b"{", b"}")[0]
    yield Case("7.1.1 a text and a close", [good, normal], NORMAL)
    yield Case("7.1.2 two closes", [normal + normal], NORMAL)
    yield Case("7.1.3 a ping after the close", [normal + ping], NORMAL)
    yield Case("7.1.4 a text after the close", [normal + good], NORMAL)
    yield Case("7.1.5 a close amid a message", [first + normal], NORMAL)
    yield Case("7.3.1 a close without a code", [close()], NO_CODE)
    yield Case("7.3.2 a close with half a code", [frame(8, b"\x03")], PROTOCOL_ERROR)
    yield Case("7.3.3 a close with a code", [normal], NORMAL)
    yield Case("7.3.4 a close with a reason", [close(NORMAL, b"bye")], NORMAL)
    yield Case("7.3.5 a close of 125 bytes", [close(NORMAL, b"*" * 123)], NORMAL)
    yield Case("7.3.6 a close of 126 bytes", [close(NORMAL, b"*" * 124)], PROTOCOL_ERROR)
    yield Case("7.5.1 a reason that is not UTF-8", [close(NORMAL, b"\xed\xa0\x80")], NOT_UTF8)
    may = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
    for n, code in enumerate(may, 1):
        yield Case(f"7.7.{n} a close with {code}", [close(code)], code)
    must_not = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999)
    for n, code in enumerate(must_not, 1):
        yield Case(f"7.9.{n} a close with {code}", [close(code)], PROTOCOL_ERROR)


def limits() -> Iterator[Case]:
    """Yield sections 9 and 10, with the limits of this site."""
    yield Case("9.1 as much as may be", [frame(TEXT, message(LIMIT))])
    yield Case("9.1 one byte more", [frame(TEXT, message(LIMIT + 1))], TOO_BIG)
    half, more = message(LIMIT)[:2048], message(LIMIT)[2048:]
    yield Case("9.3 as much in fragments", fragments(half, more))
    yield Case("9.3 one byte more in fragments", fragments(half, more, b"*"), TOO_BIG)
    yield Case("9.5 as much in chops", chops(frame(TEXT, message(LIMIT))))
    yield Case("9.1 a length that nobody will send", [head(TEXT, 2**62)], TOO_BIG)
    yield Case("9.1 a length that cannot be", [head(TEXT, 2**63)], TOO_BIG)
    many = [message(16)[n : n + 1] for n in range(16)]
    yield Case("10.1 sixteen fragments", fragments(*many))
    yield Case("more pings than anybody needs", [frame(PING) * 100], POLICY)
    yield Case("more fragments than anybody needs", fragments(*[b" "] * 100), POLICY)


def chops(data: bytes) -> list[bytes]:
    """Return bytes in pieces of 997."""
    return [data[at : at + 997] for at in range(0, len(data), 997)]


CASES = [
    case
    for section in (framing, pings, reserved, fragmentation, utf8, closing, limits)
    for case in section()
]
