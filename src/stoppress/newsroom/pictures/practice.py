"""Encode small built-in pictures, so that all modules and codecs are loaded beforehand.

Python and Pillow load much of themselves when it is first needed, and the process that reads an
untrusted picture may not open files.
"""

import codecs
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageCms, IptcImagePlugin

from .encoded import NotAPicture
from .encoding import FORMATS, encode

_CODECS = ("ascii", "latin-1", "cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
_XMP = b'<x xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description/></x>'


def practise() -> None:
    """Load every module that encoding or refusing a picture can need."""
    for name in _CODECS:
        codecs.lookup(name)
    exif = Image.Exif()
    exif[0x010E] = "words"
    for format in FORMATS:
        file = BytesIO()
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        described = {} if format == "GIF" else {"exif": exif, "icc_profile": profile, "xmp": _XMP}
        Image.new("RGB", (32, 32)).save(file, format, **described)
        encode(file.getvalue())
        with suppress(NotAPicture):
            encode(file.getvalue()[:40])
    with Image.open(BytesIO(_jpeg())) as image:
        IptcImagePlugin.getiptcinfo(image)


def _jpeg() -> bytes:
    file = BytesIO()
    Image.new("RGB", (32, 32)).save(file, "JPEG")
    return file.getvalue()
