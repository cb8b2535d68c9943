"""Unpack a document by its bytes; the Content-Encoding header comes second. Pure.

Servers declare `gzip` for plain bodies, send gzip without declaring it, or put a charset into the
header. gzip and zlib begin with bytes that no feed begins with, so the bytes decide.
"""

import codecs
import re
import zlib

from stoppress.newsroom.phrase import Phrase

GZIP, ZLIB, RAW = 31, 15, -15  # zlib's `wbits`
GZIP_START = b"\x1f\x8b\x08"
ZSTD_START = b"\x28\xb5\x2f\xfd"
# The start of an unpacked document, in any encoding that keeps ASCII and in UTF-16 and UTF-32.
PLAIN = re.compile(rb"[\s\x00]*(?:<\x00{0,3}[?!A-Za-z]|[{\[])")
BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LAYERS = 3
PARTS = 100  # gzip files may be concatenated
NAMES = {
    **{"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"},
    **{"br": "Brotli", "zstd": "Zstandard", "compress": "compress", "x-compress": "compress"},
}


class CannotUnpack(Exception):
    """The document cannot be unpacked; the message says why."""


def unpack(body: bytes, content_encoding: str, max_bytes: int) -> bytes:
    """Return a document unpacked.

    Args:
        body: the document as it came.
        content_encoding: the header, as it came. Unknown words in it are ignored.
        max_bytes: the largest size, unpacked.

    Raises:
        CannotUnpack: it is damaged, has a compression that was not asked for, or is too large.
    """
    named = _named(content_encoding)
    for _ in range(LAYERS):
        if body.startswith(GZIP_START):
            body = _inflated(body, GZIP, "gzip", max_bytes)
        elif body.startswith(ZSTD_START):
            raise CannotUnpack(_unasked("Zstandard"))
        elif _is_zlib(body):
            body = _inflated(body, ZLIB, "deflate", max_bytes)
        else:
            break
        named = _without_last(named)
    if body.startswith(GZIP_START):
        raise CannotUnpack(Phrase("It is compressed more than %(number)d times.", number=LAYERS))
    plain = not body or bool(PLAIN.match(body)) or body.startswith(BOMS)
    # Raw deflate may begin with any byte, so it is tried even if the body looks plain. Some servers
    # call it gzip.
    if named == ["deflate"] or (named == ["gzip"] and not plain):
        try:
            return _inflated(body, ZLIB if _is_odd_zlib(body) else RAW, "deflate", max_bytes)
        except CannotUnpack:
            if not plain and named == ["deflate"]:
                raise
    if plain or not named:
        return body
    if named[-1] in ("gzip", "deflate"):
        raise CannotUnpack(
            Phrase("The server says that it is %(name)s, but it is not.", name=named[-1])
        )
    raise CannotUnpack(_unasked(named[-1]))


def _named(content_encoding: str) -> list[str]:
    words = (word.strip().lower() for word in content_encoding.split(",", 10)[:10])
    return [NAMES[word] for word in words if word in NAMES]


def _without_last(named: list[str]) -> list[str]:
    """Return the named layers without the last gzip or deflate, once a layer is unpacked."""
    for place in reversed(range(len(named))):
        if named[place] in ("gzip", "deflate"):
            return named[:place] + named[place + 1 :]
    return named


def too_large(max_bytes: int) -> Phrase:
    return Phrase("It is larger than %(number)s bytes.", number=format(max_bytes, ","))


def _unasked(name: str) -> Phrase:
    return Phrase(
        "It is compressed with %(name)s, but only gzip and deflate were asked for.", name=name
    )


def _is_zlib(body: bytes) -> bool:
    """Return whether bytes begin with a usual zlib header (RFC 1950, section 2.2); no text does."""
    return len(body) > 2 and body[0] == 0x78 and body[1] in (0x01, 0x5E, 0x9C, 0xDA)


def _is_odd_zlib(body: bytes) -> bool:
    """Return whether bytes named `deflate` have a zlib header with any window size."""
    return len(body) > 2 and body[0] & 15 == 8 and (body[0] * 256 + body[1]) % 31 == 0


def _inflated(body: bytes, kind: int, name: str, max_bytes: int) -> bytes:
    pieces: list[bytes] = []
    room = max_bytes
    for _ in range(PARTS):
        packed = zlib.decompressobj(kind)
        try:
            piece = packed.decompress(body, room + 1)
        except zlib.error as error:
            raise CannotUnpack(
                Phrase("Its %(name)s data is damaged (%(why)s).", name=name, why=str(error))
            ) from error
        room -= len(piece)
        if room < 0:
            raise CannotUnpack(too_large(max_bytes))
        if not packed.eof:
            raise CannotUnpack(Phrase("Its %(name)s data ends too early.", name=name))
        pieces.append(piece)
        body = packed.unused_data
        if not body.startswith(GZIP_START):  # any other bytes after the end are padding
            return b"".join(pieces)
    raise CannotUnpack(Phrase("It has more than %(number)d gzip parts.", number=PARTS))
