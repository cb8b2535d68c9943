"""Decode a document's bytes, all of it in one encoding. Pure.

The first of these counts: a byte order mark, the header's charset, the XML declaration (RFC 7303,
section 3); else UTF-8. But servers and templates often name a wrong encoding. So the bytes overrule
it in two cases: text that only UTF-8 explains is UTF-8, and text that is not valid UTF-8 at all is
not UTF-8.
"""

import codecs
import re
from email.message import Message

from stoppress.newsroom.phrase import Phrase

from .characters import without_forbidden
from .labels import name_of

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's mark, which is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDTHS = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
DECLARED = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
# Encodings of text that keep ASCII, by Python's names. WIDER maps a label to the encoding that
# pages with this label really use (Encoding Standard, section 4.2).
SINGLE = re.compile(
    r"(?:iso8859-\d+|cp(?:125\d|437|720|737|775|8[56]\d|874|1006|1125)|koi8-\w|mac-\w+|tis-620"
    r"|ptcp154|kz1048)"
)
SEVERAL = re.compile(r"(?:gb\w+|hz|big5\w*|euc_\w+|shift_jis\w*|johab|iso2022_\w+|cp9(?:32|49|50))")
WIDER = {
    **{"iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874"},
    **{"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"},
    "big5": "big5hkscs",
}
LOST = "\ufffd"
# Fewer UTF-8 letters than this may be chance in a text of a multi-byte encoding.
CHANCE = 8
# The Windows character of each byte, by the surrogate that Python decodes the byte to (PEP 383).
WINDOWS = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


def as_text(body: bytes, content_type: str = "") -> tuple[str, str]:
    """Return a document's text, and what was wrong with its bytes; empty if nothing was.

    A byte that is invalid in the encoding becomes U+FFFD; all others are decoded as usual.
    Characters that XML does not allow are left out, and so are references to them.

    Args:
        body: the document, unpacked.
        content_type: the Content-Type header, for its charset.
    """
    text, flaw = _decoded(body, content_type)
    text = text.removeprefix("\ufeff")
    cleaned = without_forbidden(text)
    if cleaned != text and not flaw:
        flaw = Phrase("it has characters that XML does not allow")
    return cleaned, flaw


def _decoded(body: bytes, content_type: str) -> tuple[str, str]:
    marked = next((name for mark, name in MARKS if body.startswith(mark)), "") or _wide(body)
    if marked in WIDTHS:
        rest = len(body) % WIDTHS[marked]
        flaw = Phrase("it ends in the middle of a character") if rest else ""
        return _replaced(body[: len(body) - rest], marked, flaw)
    whole, broken, _ = _counts(body)
    declared = _declared(body, content_type)
    names = [] if marked else [name for name in map(_known, declared) if name]
    for name in names:
        if name in ("utf-8", "ascii"):
            if broken > whole and name != names[-1]:
                continue  # try the encoding that the document declares
            break
        chance = CHANCE if SEVERAL.fullmatch(name) else 1
        if whole < chance or whole <= 10 * broken:
            return _replaced(body, WIDER.get(name, name))
        return _as_utf8(body, Phrase("it declares %(name)s but is utf-8", name=name))
    unknown = next((name for name in declared if name and not name_of(name)), "")
    if unknown:
        reason = Phrase("it declares %(name)s, an unknown encoding", name=" ".join(unknown.split()))
        return _as_utf8(body, reason)
    return _as_utf8(body)


def _declared(body: bytes, content_type: str) -> tuple[str, str]:
    """Return the encodings that the header and the document declare."""
    message = Message()
    message["Content-Type"] = content_type
    declared = DECLARED.match(body)
    charset = str(message.get_content_charset("") or "")
    return charset, declared[1].decode("ascii", "ignore") if declared else ""


def _known(name: str) -> str:
    """Return Python's name of an encoding of text that keeps ASCII; empty if it is none."""
    known = name_of(name)
    if known in ("utf-8", "ascii") or SINGLE.fullmatch(known) or SEVERAL.fullmatch(known):
        return known
    return ""  # UTF-16 and UTF-32 are seen in the bytes; other codecs are not for text


def _wide(body: bytes) -> str:
    """Return the UTF-16 or UTF-32 encoding that the zeros of the first eight bytes show."""
    start = [bool(byte) for byte in body[:8]]
    shapes = {
        "utf-32-le": [True, False, False, False] * 2,
        "utf-32-be": [False, False, False, True] * 2,
        "utf-16-le": [True, False] * 4,
        "utf-16-be": [False, True] * 4,
    }
    return next((name for name, shape in shapes.items() if start == shape), "")


def _counts(body: bytes) -> tuple[int, int, int]:
    """Count the valid non-ASCII characters in UTF-8, the invalid pieces, and the bytes of these."""
    text = body.decode("utf-8", "replace")
    broken = text.count(LOST) - body.count(LOST.encode())
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return beyond - broken, broken, len(body) - len(body.decode("utf-8", "ignore").encode())


def _replaced(body: bytes, name: str, flaw: str = "") -> tuple[str, str]:
    try:
        return body.decode(name), flaw
    except UnicodeDecodeError:
        return body.decode(name, "replace"), flaw or Phrase(
            "it has bytes that are not %(name)s", name=name
        )


def _as_utf8(body: bytes, flaw: str = "") -> tuple[str, str]:
    """Decode UTF-8, or Windows-1252 if the invalid bytes look like it.

    In an undeclared Windows-1252 page, almost nothing is valid UTF-8, apart from quoted text, and
    invalid bytes stand alone. Several invalid bytes in a row are a UTF-8 character that was cut.
    """
    try:
        return body.decode(), flaw
    except UnicodeDecodeError:
        whole, broken, lost = _counts(body)
    windows = broken > 10 * whole and 2 * (lost - broken) < broken
    if windows:
        read = body.decode("utf-8", "surrogateescape").translate(WINDOWS)
    else:
        read = body.decode("utf-8", "replace")
    return read, Phrase("it has bytes that are not %(name)s", name="utf-8")
