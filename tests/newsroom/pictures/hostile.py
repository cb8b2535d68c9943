"""Files that are no pictures, damaged, or made to harm; each with the words of its refusal."""

import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from stoppress.newsroom.pictures import encoding, sandbox, signatures

from .drawn import chunk, drawing, file, moving, png

Refused = tuple[str, bytes, str]


def no_pictures() -> Iterator[Refused]:
    yield "nothing", b"", signatures.EMPTY
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    yield "SVG", svg.encode(), signatures.SVG
    yield "SVG after a declaration", f"<?xml version='1.0'?>\n{svg}".encode(), signatures.SVG
    yield "SVG in UTF-16", svg.encode("utf-16"), signatures.SVG
    yield "HTML", b"<!DOCTYPE html><title>A picture</title>", signatures.HTML
    yield "text", b"A picture of a bridge, in words. " * 100, signatures.TEXT
    yield "PDF", b"%PDF-1.7\n", signatures.PDF
    yield "HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", signatures.HEIC
    yield "MP4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", signatures.VIDEO
    yield "WebM", b"\x1aE\xdf\xa3" + b"\0" * 40, signatures.VIDEO
    yield "a word processor's file", b"PK\3\4" + b"\0" * 40, signatures.ARCHIVE
    for name, kind in {"TIFF": "TIFF", "BMP": "BMP", "ICO": "ICO", "JPEG2000": "JPEG 2000"}.items():
        yield kind, file(name), signatures.OTHER % {"kind": kind}
    yield "Photoshop", b"8BPS\0\1" + b"\0" * 40, signatures.OTHER % {"kind": "Photoshop"}
    yield "bytes by chance", bytes(range(250, 0, -1)) * 9, signatures.UNKNOWN


def damaged() -> Iterator[Refused]:
    for format in ("JPEG", "PNG", "GIF"):
        whole = file(format, Image.effect_noise((200, 200), 60).convert("L"))
        yield f"{format} cut", whole[: len(whole) // 2], encoding.TRUNCATED
    for format in ("WEBP", "AVIF"):
        whole = file(format, Image.effect_noise((200, 200), 60).convert("RGB"))
        yield f"{format} cut", whole[: len(whole) // 2], encoding.DAMAGED
    for format in ("GIF", "PNG", "WEBP", "AVIF"):
        yield f"{format} that moves", moving(format), encoding.MOVING
    yield "JPEG without its end", file("JPEG")[:-2], encoding.TRUNCATED
    whole = bytearray(file("PNG"))
    whole[whole.index(b"IHDR") + 17] ^= 0xFF
    yield "PNG with a wrong sum", bytes(whole), encoding.DAMAGED
    yield "PNG's first bytes alone", file("PNG")[:8], encoding.DAMAGED
    yield "JPEG's first bytes alone", b"\xff\xd8\xff\xe0", encoding.DAMAGED
    yield "a program that begins as GIF", b"GIF89a=1;alert(document.cookie);//", encoding.DAMAGED
    yield "PNG without a pixel", png(0, 0, b""), encoding.DAMAGED
    small = {"width": 31, "height": 40, "least": encoding.LEAST_SIDE}
    yield "one too small", file("PNG", drawing((31, 40))), encoding.SMALL % small
    dot = {"width": 1, "height": 1, "least": encoding.LEAST_SIDE}
    yield "a dot that counts readers", file("GIF", drawing((1, 1))), encoding.SMALL % dot
    long = {"width": 2100, "height": 100, "most": encoding.MOST_RATIO}
    yield "a ribbon", file("PNG", drawing((2100, 100))), encoding.LONG % long


LARGE = encoding.LARGE % {"most": 70, "width": 1920}


def bombs() -> Iterator[Refused]:
    """Yield files that need far more time or memory than their length tells."""
    yield "PNG of ten thousand megapixels", png(100_000, 100_000, b"\0"), LARGE
    yield "PNG of 71 megapixels", png(8500, 8400, bytes(8401 * 8500), 8, 0), LARGE
    jpeg = bytearray(file("JPEG", drawing((64, 64))))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", 65_500, 65_500)
    yield "JPEG of 4 thousand megapixels", bytes(jpeg), LARGE
    gif = bytearray(file("GIF", drawing((64, 64))))
    gif[6:10] = b"\xff\xff\xff\xff"
    yield "GIF on a huge canvas", bytes(gif), LARGE
    frame = bytearray(file("GIF", drawing((64, 64))))
    at = frame.index(b",\0\0\0\0")
    frame[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    yield "GIF with a huge frame", bytes(frame), LARGE
    yield "WebP on a huge canvas", _webp_canvas(16_383, 16_383), LARGE
    full = zlib.compress(bytes(64 << 20), 9)
    rows = b"\0\0\0\0" * 64 * 64
    for name, data in {b"iCCP": b"a\0\0" + full, b"zTXt": b"a\0\0" + full}.items():
        bomb = png(64, 64, (b"\0" + rows[:192]) * 64, 8, 2, chunk(name, data))
        yield f"PNG with 64 MiB in {name.decode()}", bomb, encoding.LARGE_TEXTS


def _webp_canvas(width: int, height: int) -> bytes:
    """Return a still WebP of an extended canvas (RFC 9649, 2.7)."""
    body = file("WEBP", drawing((64, 64)))[12:]
    canvas = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    held = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + body
    return b"RIFF" + struct.pack("<I", len(held)) + held


def slow() -> bytes:
    """Return a progressive JPEG whose last scan of a large picture is repeated."""
    whole = file("JPEG", Image.new("L", (8000, 8000), 90), progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * 20_000 + whole[-2:]


def memory() -> bytes:
    """Return a WebP within the limit of pixels, which its decoder holds several times."""
    return file("WEBP", Image.new("RGBA", (8200, 8200), (9, 9, 9, 90)), lossless=True, method=0)


SLOW, BIG = sandbox.SLOW, sandbox.BIG
