"""Recognise files by their first bytes; messages for those that are not accepted.

Signatures are those of the formats' own specifications. The name of a file does not count.
"""

from codecs import getincrementaldecoder

from stoppress.newsroom.phrase import Phrase, marked

EMPTY = marked("The file is empty. Choose it again.")
SVG = marked("It is an SVG drawing, which can hold programs. Export it as PNG.")
HEIC = marked("It is a HEIC picture. Export it as JPEG, or set the camera to “most compatible”.")
OTHER = marked("Its format is %(kind)s. Export it as JPEG or PNG.")
PDF = marked("It is a PDF document. Export the picture in it as JPEG or PNG.")
HTML = marked("It is a web page. Save the picture that it shows, and upload that file.")
TEXT = marked("It is a text. Choose a picture: JPEG, PNG, WebP, AVIF or a still GIF.")
VIDEO = marked("It is a video or sound. Choose a picture: JPEG, PNG, WebP, AVIF or a still GIF.")
ARCHIVE = marked("It is an archive or office document. Take the picture out of it first.")
UNKNOWN = marked(
    "It is not a picture in a known format. Choose JPEG, PNG, WebP, AVIF or a still GIF."
)

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_OTHERS = (
    *((start, "TIFF") for start in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    (b"BM", "BMP"),
    (b"8BPS", "Photoshop"),
    (b"\0\0\1\0", "ICO"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"%!PS", "PostScript"),
    (b"\xd7\xcd\xc6\x9a", "WMF"),
)
_VIDEOS = (b"\x1aE\xdf\xa3", b"OggS", b"ID3", b"fLaC", b"\0\0\1\xba")
_ARCHIVES = (b"PK\3\4", b"PK\5\6", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\xd0\xcf\x11\xe0")
# Brands of ISO base media files (ISO/IEC 14496-12; HEIF: 23008-12; AVIF's own specification).
_AVIF = {b"avif", b"avis"}
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def refusal(data: bytes) -> Phrase | None:
    """Return why a file is not accepted; None if it begins as JPEG, PNG, WebP, AVIF or GIF."""
    if not data:
        return Phrase(EMPTY)
    if data.startswith(_PICTURES):
        return None
    if data[:4] == b"RIFF":
        return None if data[8:12] == b"WEBP" else Phrase(VIDEO)
    if data[4:8] == b"ftyp":
        return _of_media(data)
    for start, kind in _OTHERS:
        if data.startswith(start):
            return Phrase(OTHER, kind=kind)
    if data.startswith(b"%PDF"):
        return Phrase(PDF)
    if data.startswith(_VIDEOS):
        return Phrase(VIDEO)
    return Phrase(ARCHIVE) if data.startswith(_ARCHIVES) else _of_text(data[:2048])


def _of_media(data: bytes) -> Phrase | None:
    size = int.from_bytes(data[:4], "big")
    brands = {data[at : at + 4] for at in (8, *range(16, min(size, 256), 4))}
    if brands & _AVIF:
        return None
    return Phrase(HEIC if brands & _HEIF else VIDEO)


def _of_text(start: bytes) -> Phrase:
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        # The last character may be incomplete.
        text = getincrementaldecoder("utf-16" if wide else "utf-8-sig")().decode(start)
    except UnicodeDecodeError:
        return Phrase(UNKNOWN)
    head = text.lower().lstrip()
    if head.startswith("<"):
        words = SVG if "<svg" in head else HTML
    else:
        words = UNKNOWN if "\0" in head else TEXT
    return Phrase(words)
