"""Leave out of a document the characters that XML does not allow, written or numbered. Pure."""

import re

NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Possessive, so that a long row of digits cannot be split in more than one way.
REFERENCE = re.compile(r"&#(?:(?P<number>\d++)|[xX](?P<hex>[\da-fA-F]++));", re.ASCII)
LAST = 0x10FFFF


def without_forbidden(text: str) -> str:
    """Return a document without what XML does not allow (XML 1.0, section 2.2).

    Two numbers that are half a character each, as JavaScript has them, are read as the one that
    they are together: such as &#55357;&#56832;, which is 😀.
    """
    written = REFERENCE.sub(_kept, NOT_XML.sub("", text))
    if len(written) < len(text) and re.search("[\ud800-\udbff][\udc00-\udfff]", written):
        written = written.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return NOT_XML.sub("", written)


def _kept(reference: re.Match[str]) -> str:
    """Return a reference as it is, or the forbidden character that it names."""
    digits, base = (reference["number"], 10) if reference["number"] else (reference["hex"], 16)
    digits = digits.lstrip("0") or "0"
    number = int(digits, base) if len(digits) < 9 else LAST + 1
    named = chr(number) if number <= LAST else "\x00"
    return named if NOT_XML.match(named) else reference[0]
