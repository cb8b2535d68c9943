"""`unpack`: the bytes show their compression, and the unpacked size is limited."""

import gzip
import zlib

import pytest

from stoppress.ingest.unpack import CannotUnpack, unpack
from tests.effort import no_more_cpu_than

FEED = b"<?xml version='1.0'?><rss><channel><title>Ferry</title></channel></rss>"
MOST = 1_000_000


def raw(body: bytes, window: int = -15) -> bytes:
    packed = zlib.compressobj(wbits=window)
    return packed.compress(body) + packed.flush()


@pytest.mark.parametrize(
    ("body", "called"),
    [
        (FEED, ""),
        (FEED, "gzip"),
        (FEED, "x-gzip"),
        (FEED, "deflate"),
        (FEED, "br"),
        (FEED, "UTF-8"),
        (FEED, "none"),
        (FEED, "identity, binary"),
        (gzip.compress(FEED), ""),
        (gzip.compress(FEED), "GZIP"),
        (gzip.compress(FEED), "x-gzip"),
        (gzip.compress(FEED), "deflate"),
        (gzip.compress(FEED), "br"),
        (gzip.compress(FEED), "none"),
        (gzip.compress(gzip.compress(FEED)), "gzip"),
        (gzip.compress(gzip.compress(FEED)), "gzip, gzip"),
        (gzip.compress(zlib.compress(FEED)), "deflate, gzip"),
        (gzip.compress(raw(FEED)), "deflate, gzip"),
        (gzip.compress(FEED), "deflate, gzip"),
        (gzip.compress(FEED), "gzip, gzip"),
        (gzip.compress(FEED), "gzip, gzip, gzip, deflate"),
        (gzip.compress(FEED[:20]) + gzip.compress(FEED[20:]), "gzip"),
        (gzip.compress(FEED) + b"\x00" * 500, "gzip"),
        (zlib.compress(FEED), "deflate"),
        (zlib.compress(FEED), "gzip"),
        (zlib.compress(FEED), ""),
        (raw(FEED), "deflate"),
        (raw(FEED, 9), "deflate"),
        (raw(FEED), "gzip"),
        (raw(FEED), "x-gzip"),
    ],
)
def test_a_document_is_unpacked_whatever_the_header_says(body: bytes, called: str) -> None:
    assert unpack(body, called, MOST) == FEED


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_a_plain_document_in_any_encoding_is_left_as_it_is(encoding: str) -> None:
    body = FEED.decode().encode(encoding)
    assert unpack(body, "gzip", MOST) == body


@pytest.mark.parametrize(
    ("body", "called", "words"),
    [
        (b"\x0b\x02\x80packed", "br", "compressed with Brotli"),
        (b"\x28\xb5\x2f\xfdpacked", "", "compressed with Zstandard"),
        (b"\x1f\x9dpacked", "compress", "compressed with compress"),
        (b"\x00\x01\x02", "gzip", "says that it is gzip, but it is not"),
        (raw(FEED)[:-20], "gzip", "says that it is gzip, but it is not"),
        (raw(b"<" * 5_000_000), "gzip", "says that it is gzip, but it is not"),
        (b"\x06\xff\xff", "deflate", "deflate data is damaged"),
        (gzip.compress(FEED)[:-20], "gzip", "ends too early"),
        (raw(FEED)[:-20], "deflate", "ends too early"),
        (gzip.compress(FEED)[:-8] + b"\x00" * 8, "gzip", "gzip data is damaged"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(FEED)))), "", "more than 3 times"),
        (gzip.compress(b"") * 200_000, "gzip", "more than 100 gzip parts"),
    ],
)
def test_a_document_that_cannot_be_unpacked_has_a_message(
    body: bytes, called: str, words: str
) -> None:
    with pytest.raises(CannotUnpack, match=words):
        unpack(body, called, MOST)


@pytest.mark.parametrize("called", ["", "gzip", "deflate", "UTF-8", "none", "br"])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_compression_bomb_is_refused_whatever_the_header_says(called: str, layers: int) -> None:
    bomb = b"\x00" * 50_000_000
    for _ in range(layers):
        bomb = gzip.compress(bomb, 1)
    with no_more_cpu_than(2), pytest.raises(CannotUnpack, match="larger than 10,000,000 bytes"):
        unpack(bomb, called, 10_000_000)


@pytest.mark.parametrize("bomb", [zlib.compress(b"<" * 50_000_000), raw(b"<" * 50_000_000)])
def test_a_bomb_of_deflate_is_given_up(bomb: bytes) -> None:
    with pytest.raises(CannotUnpack, match="larger than 1,000,000 bytes"):
        unpack(bomb, "deflate", MOST)


def test_a_bomb_in_many_gzip_parts_is_refused() -> None:
    with pytest.raises(CannotUnpack, match="larger than 1,000,000 bytes"):
        unpack(gzip.compress(b"x" * 20_000) * 90, "gzip", MOST)
