"""The description and credit in a picture's metadata, as suggestions for the editor.

Fields are those of the IPTC Photo Metadata Standard, which XMP and IIM hold, and of EXIF. The texts
are untrusted: they are cut to one line of bounded length, without invisible characters.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple
from xml.etree import ElementTree

from PIL import ExifTags, Image, IptcImagePlugin
from PIL.ImageFile import ImageFile

ALT, CAPTION, CREDIT = 500, 1000, 200
XMP_BYTES = 1024 * 1024

_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_IPTC = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# Datasets of IIM.
_BYLINE, _CREDIT, _CAPTION = (2, 80), (2, 110), (2, 120)
# Default values that cameras write as the description.
_OF_CAMERAS = re.compile(r"(.* )?digital (still )?camera|sony dsc|dcim\\.*|default", re.IGNORECASE)


class Offered(NamedTuple):
    """The texts in a file's metadata; empty if it has none."""

    alt: str
    caption: str
    credit: str


def offered(image: ImageFile) -> Offered:
    """Return the alt text, caption and credit in a file's metadata, as far as it is readable."""
    xmp, iim, exif = _Xmp(image), _Iim(image), _exif(image)
    return Offered(
        _line(ALT, xmp.text(f"{_IPTC}AltTextAccessibility")),
        _line(
            CAPTION,
            xmp.text(f"{_DC}description"),
            iim.text(_CAPTION),
            exif.get(ExifTags.Base.ImageDescription),
        ),
        _line(
            CREDIT,
            xmp.text(f"{_PHOTOSHOP}Credit"),
            iim.text(_CREDIT),
            xmp.text(f"{_DC}creator"),
            iim.text(_BYLINE),
            exif.get(ExifTags.Base.Artist),
        ),
    )


def _exif(image: Image.Image) -> Mapping[int, str]:
    with suppress(Exception):  # Pillow documents no errors for it
        return {tag: _unicode(text) for tag, text in image.getexif().items()}
    return {}


def _unicode(text: object) -> str:
    """Return an EXIF text as UTF-8 if it is valid; Pillow decodes it as Latin 1."""
    if not isinstance(text, str):
        return ""
    with suppress(UnicodeError):
        return text.encode("latin-1").decode()
    return text


def _line(limit: int, *texts: object) -> str:
    """Return the first text that is not empty, as one line."""
    for text in texts:
        seen = "".join(
            " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign
            for sign in str(text or "")[: 10 * limit]
            # Marks of direction and surrogates; joiners are part of letters.
            if unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn") or sign in "\u200c\u200d"
        )
        line = " ".join(seen.split())
        if line.strip("\u200c\u200d") and not _OF_CAMERAS.fullmatch(line):
            return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
    return ""


class _Xmp:
    """The XMP packet of a file (ISO 16684-1)."""

    def __init__(self, image: Image.Image) -> None:
        self._root = ElementTree.Element("none")
        packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
        if isinstance(packet, str):
            packet = packet.encode(errors="replace")
        # A packet has no document type; only with one could entities multiply.
        if len(packet) <= XMP_BYTES and b"<!" not in packet:
            with suppress(ElementTree.ParseError, ValueError, LookupError):
                self._root = ElementTree.fromstring(packet.strip(b"\0 \r\n\t"))

    def text(self, name: str) -> str:
        """Return a property: its default language, the names of a list, or a plain text."""
        for described in self._root.iter(f"{_RDF}Description"):
            if plain := described.get(name):
                return plain
            if (held := described.find(name)) is not None:
                return "; ".join(_items(held)) or held.text or ""
        return ""


def _items(held: ElementTree.Element) -> Iterator[str]:
    texts = [each for each in held.iter(f"{_RDF}li") if each.text]
    if any(_LANG in each.attrib for each in texts):
        texts.sort(key=lambda each: each.get(_LANG) != "x-default")
        texts = texts[:1]
    for each in texts[:20]:
        yield (each.text or "").strip()


class _Iim:
    """The IPTC-IIM records of a JPEG."""

    def __init__(self, image: ImageFile) -> None:
        self._held: dict[tuple[int, int], bytes | list[bytes]] = {}
        with suppress(Exception):  # Pillow documents no errors for untrusted bytes
            self._held = IptcImagePlugin.getiptcinfo(image) or {}

    def text(self, field: tuple[int, int]) -> str:
        """Return a field; several of one kind are joined."""
        found = self._held.get(field, b"")
        each = found if isinstance(found, list) else [found]
        return "; ".join(self._decoded(one) for one in each[:20] if one)

    def _decoded(self, data: bytes) -> str:
        with suppress(UnicodeDecodeError):
            return data.decode()
        return data.decode("cp1252", errors="replace")
