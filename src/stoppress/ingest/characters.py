"""Remove the characters that XML does not allow, and the references to them. Pure."""

import re

NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Possessive, so that a long row of digits is not backtracked into.
REFERENCE = re.compile(r"&#(?:(?P<number>\d++)|[xX](?P<hex>[\da-fA-F]++));", re.ASCII)
LAST = 0x10FFFF


def without_forbidden(text: str) -> str:
    """Return a document without the characters that XML does not allow (XML 1.0, section 2.2).

    References to the two halves of a surrogate pair, as JavaScript writes them, become one
    character: &#55357;&#56832; is 😀.
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
