"""Read a document's bytes as text: all of it in one encoding, whatever single bytes say. Pure.

What stands first counts: a byte order mark, the header's charset, the XML declaration (RFC 7303,
section 3), and UTF-8 where nothing is said. Two things are believed before them, for servers and
templates name what the writer never asked for: bytes that UTF-8 alone explains are UTF-8, and what
UTF-8 cannot explain at all is not.
"""

import codecs
import re
from email.message import Message

from .characters import without_forbidden
from .labels import name_of

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, which is how it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDTHS = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
DECLARED = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
# Encodings of text that keep ASCII, by Python's names; and what pages so labelled are written in
# (Encoding Standard, section 4.2).
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
# Text of several bytes a letter may be UTF-8 by chance where it is this short.
CHANCE = 8
# What Windows means by each byte, by the letter that Python keeps it as (PEP 383).
WINDOWS = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


def as_text(body: bytes, content_type: str = "") -> tuple[str, str]:
    """Return a document's text, and what was wrong with its bytes, if anything was.

    A byte that its encoding does not know is lost, as U+FFFD; the others are read as ever.
    Characters that XML does not allow are left out, and so are references to them.

    Args:
        body: the document, unpacked.
        content_type: the Content-Type header, for its charset.
    """
    text, flaw = _decoded(body, content_type)
    text = text.removeprefix("\ufeff")
    cleaned = without_forbidden(text)
    if cleaned != text and not flaw:
        flaw = "it has characters that XML does not allow"
    return cleaned, flaw


def _decoded(body: bytes, content_type: str) -> tuple[str, str]:
    marked = next((name for mark, name in MARKS if body.startswith(mark)), "") or _wide(body)
    if marked in WIDTHS:
        rest = len(body) % WIDTHS[marked]
        flaw = "it ends in half a letter" if rest else ""
        return _replaced(body[: len(body) - rest], marked, flaw)
    whole, broken, _ = _counts(body)
    said = _said(body, content_type)
    names = [] if marked else [name for name in map(_known, said) if name]
    for name in names:
        if name in ("utf-8", "ascii"):
            if broken > whole and name != names[-1]:
                continue  # the other name explains more
            break
        chance = CHANCE if SEVERAL.fullmatch(name) else 1
        if whole < chance or whole <= 10 * broken:
            return _replaced(body, WIDER.get(name, name))
        return _as_utf8(body, f"it says {name} and is utf-8")
    unknown = next((name for name in said if name and not name_of(name)), "")
    return _as_utf8(body, f"it says {unknown}, which is no encoding" if unknown else "")


def _said(body: bytes, content_type: str) -> tuple[str, str]:
    """Return what the header and the document call its encoding."""
    message = Message()
    message["Content-Type"] = content_type
    declared = DECLARED.match(body)
    charset = str(message.get_content_charset("") or "")
    return charset, declared[1].decode("ascii", "ignore") if declared else ""


def _known(name: str) -> str:
    """Return Python's name of an encoding that keeps ASCII, or nothing."""
    known = name_of(name)
    if known in ("utf-8", "ascii") or SINGLE.fullmatch(known) or SEVERAL.fullmatch(known):
        return known
    return ""  # UTF-16 shows in the bytes; the rest is no encoding of text


def _wide(body: bytes) -> str:
    """Return which encoding of two or four bytes a letter this is, going by the first two."""
    start = [bool(byte) for byte in body[:8]]
    shapes = {
        "utf-32-le": [True, False, False, False] * 2,
        "utf-32-be": [False, False, False, True] * 2,
        "utf-16-le": [True, False] * 4,
        "utf-16-be": [False, True] * 4,
    }
    return next((name for name, shape in shapes.items() if start == shape), "")


def _counts(body: bytes) -> tuple[int, int, int]:
    """Return how many letters beyond ASCII are UTF-8, how many pieces are not, and their bytes."""
    text = body.decode("utf-8", "replace")
    broken = text.count(LOST) - body.count(LOST.encode())
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return beyond - broken, broken, len(body) - len(body.decode("utf-8", "ignore").encode())


def _replaced(body: bytes, name: str, flaw: str = "") -> tuple[str, str]:
    try:
        return body.decode(name), flaw
    except UnicodeDecodeError:
        return body.decode(name, "replace"), flaw or f"it has bytes that are not {name}"


def _as_utf8(body: bytes, flaw: str = "") -> tuple[str, str]:
    """Return UTF-8 as text, or a page of Windows that does not say that it is one.

    Such a page has next to nothing that could be UTF-8, which is then quoted from elsewhere, and
    its letters are single bytes; several in a row that go together are a letter that was cut off.
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
    return read, "it has bytes that are not utf-8"
