"""Pictures that are drawn by the tests: honest ones, as cameras and programs write them."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

# Eight equal fields, each of its own colour, so that a turned picture can be told.
RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 170, 30), (30, 30, 200), (120, 120, 120)
WIDE = 480, 320


def drawing(size: tuple[int, int] = WIDE) -> Image.Image:
    """Return a picture: red and green above, blue and grey below."""
    four = Image.new("RGB", (2, 2))
    for at, colour in zip(((0, 0), (1, 0), (0, 1), (1, 1)), (RED, GREEN, BLUE, GREY), strict=True):
        four.putpixel(at, colour)
    return four.resize(size, Image.Resampling.NEAREST)


def file(format: str, image: Image.Image | None = None, **how: Any) -> bytes:
    """Return a picture as a file."""
    made = BytesIO()
    (image or drawing()).save(made, format, **how)
    return made.getvalue()


def corners(data: bytes) -> list[tuple[int, ...]]:
    """Return the colours in the middle of a file's quarters: first above, then below."""
    with Image.open(BytesIO(data)) as image:
        seen = image.convert("RGB")
        places = [(x, y) for y in (1, 3) for x in (1, 3)]
        return [seen.getpixel((seen.width * x // 4, seen.height * y // 4)) for x, y in places]


def like(found: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


def turned(orientation: int, format: str = "JPEG") -> bytes:
    """Return a picture that is upright only when turned as its EXIF says."""
    undo = {
        **{2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180},
        **{4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE},
        **{6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE},
        8: Image.Transpose.ROTATE_270,
    }
    image = drawing().transpose(undo[orientation]) if orientation in undo else drawing()
    exif = Image.Exif()
    exif[0x0112] = orientation
    return file(format, image, exif=exif)


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG (ISO/IEC 15948, 5.3)."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(
    width: int, height: int, rows: bytes, depth: int = 8, colour: int = 2, *more: bytes
) -> bytes:
    """Return a PNG of raw rows, each after its filter's byte, with further chunks."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"".join(
        (
            *(b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), *more),
            *(chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b"")),
        )
    )


def deep_png(colour: int, *samples: int) -> bytes:
    """Return a PNG of 16 bits a sample, in one colour."""
    row = b"\0" + struct.pack(f">{len(samples)}H", *samples) * 64
    return png(64, 64, row * 64, 16, colour)


def with_swapped_profile() -> bytes:
    """Return a red picture whose profile says that red is green, and green red."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return file("PNG", Image.new("RGB", (64, 64), (255, 0, 0)), icc_profile=bytes(profile))


def segment(marker: int, data: bytes) -> bytes:
    """Return a segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """Return a JPEG with further segments at its beginning."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"{credit}>
<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="de">Vier Felder</rdf:li>
<rdf:li xml:lang="x-default">Four
 fields</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Flags over the
 river.</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>Mara Voss</rdf:li><rdf:li>Ben Ito</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def app1(xmp: str) -> bytes:
    """Return a JPEG's segment of XMP."""
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp.encode())


def app13(fields: dict[tuple[int, int], bytes]) -> bytes:
    """Return a JPEG's segment of IPTC-IIM."""
    sets = b"".join(
        struct.pack(">BBBH", 0x1C, *field, len(text)) + text for field, text in fields.items()
    )
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(sets)) + sets + b"\0" * (len(sets) % 2)
    return segment(0xED, b"Photoshop 3.0\0" + block)


def described() -> bytes:
    """Return a JPEG with EXIF and a place, XMP, IIM and a comment, each with the word SECRET."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x8298] = "SECRET words", "SECRET artist", "SECRET right"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (52.0, 31.0, 12.0)
    jpeg = file("JPEG", exif=exif, comment=b"SECRET comment", icc_profile=b"SECRET profile" * 20)
    iim = app13({(2, 120): b"SECRET caption", (2, 110): b"SECRET credit"})
    return with_segments(jpeg, app1(XMP.format(credit=' photoshop:Credit="SECRET wire"')), iim)


def moving(format: str) -> bytes:
    """Return an animation."""
    return file(format, drawing(), save_all=True, append_images=[drawing().rotate(90)])


def honest() -> Iterator[tuple[str, bytes, tuple[int, int]]]:
    """Yield pictures that are taken: a name, the file, and the size of the largest rendition."""
    rgb = drawing()
    clear = rgb.copy()
    clear.putalpha(Image.linear_gradient("L").resize(rgb.size))
    for mode in ("RGB", "L", "CMYK"):
        yield f"JPEG {mode}", file("JPEG", rgb.convert(mode), quality=95), WIDE
    yield "JPEG progressive", file("JPEG", progressive=True), WIDE
    yield "JPEG of two (MPO)", file("MPO", save_all=True, append_images=[rgb]), WIDE
    yield "JPEG that is a ZIP too", file("JPEG") + b"PK\3\4" + b"\0" * 90, WIDE
    yield "JPEG with damaged EXIF", with_segments(file("JPEG"), _exif(b"MM\0*\xff" * 9)), WIDE
    yield "JPEG with a damaged profile", file("JPEG", icc_profile=b"no profile" * 20), WIDE
    laughs = f"<!DOCTYPE x [<!ENTITY a '{'ha' * 99}'><!ENTITY b '{'&a;' * 99}'>]><x>&b;</x>"
    yield "JPEG with entities in its XMP", with_segments(file("JPEG"), app1(laughs)), WIDE
    yield "JPEG of 24 megapixels", file("JPEG", Image.new("L", (6000, 4000), 90)), (1920, 1280)
    for orientation in range(1, 9):
        yield f"JPEG turned {orientation}", turned(orientation), WIDE
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        yield f"PNG {mode}", file("PNG", (clear if mode[-1] == "A" else rgb).convert(mode)), WIDE
    yield "PNG palette, clear", file("PNG", rgb.convert("P"), transparency=0), WIDE
    yield "PNG with a clear colour", file("PNG", transparency=GREY), WIDE
    yield "PNG 16 bits, grey", deep_png(0, 0x8080), (64, 64)
    yield "PNG 16 bits, colour", deep_png(2, 0xC8C8, 0x1E1E, 0x1E1E), (64, 64)
    yield "PNG turned", turned(6, "PNG"), WIDE
    yield "PNG with a web page behind it", file("PNG") + b"<html><script>alert(1)</script>", WIDE
    yield "WebP", file("WEBP"), WIDE
    yield "WebP lossless, clear", file("WEBP", clear, lossless=True), WIDE
    yield "AVIF", file("AVIF", speed=10), WIDE
    yield "AVIF, clear", file("AVIF", clear, speed=10), WIDE
    yield "GIF", file("GIF"), WIDE
    yield "GIF, clear", file("GIF", rgb.convert("P"), transparency=0), WIDE
    yield "the smallest", file("PNG", drawing((32, 32))), (32, 32)
    yield "a panorama", file("JPEG", drawing((4000, 200))), (1920, 96)
    yield "a tall list", file("PNG", Image.new("L", (700, 8000))), (525, 6000)


def _exif(data: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0" + data)
