"""The elements, attributes and addresses that are allowed in a view."""

import re

# The last four are obsolete, and browsers parse them in special ways.
_REFUSED_ELEMENT = re.compile(
    r"script|style|iframe|frame|frameset|object|embed|base|meta|link|template|noscript|set"
    r"|animate.*|noembed|noframes|plaintext|xmp",
    re.IGNORECASE,
)
_REFUSED_ATTRIBUTE = re.compile(r"on.*|srcdoc|style", re.IGNORECASE)
_ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "cite",
    "data",
    "background",
    "xlink:href",
}
_LISTS = {"srcset", "ping"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# A browser removes these characters from an address: the first from its ends, the others anywhere.
_AT_THE_ENDS = "".join(map(chr, range(0x21)))
_ANYWHERE = re.compile(r"[\t\n\r]")
# Separates the addresses of a list, as in the client. A width or density, `2x`, is accepted as a
# relative address.
_BETWEEN = re.compile(r"\s+,*")


def may_be_element(name: str) -> bool:
    """Return whether an element is allowed in a view: none that runs, styles or loads documents."""
    return not _REFUSED_ELEMENT.fullmatch(name)


def may_be_attribute(name: str) -> bool:
    """Return whether an attribute is allowed in a view: no script, style or document."""
    return not _REFUSED_ATTRIBUTE.fullmatch(name)


def is_safe(attribute: str, value: str) -> bool:
    """Return whether the addresses in an attribute are http, https, mailto, tel or relative."""
    if attribute in _ADDRESSES:
        return _is_safe_address(value)
    return attribute not in _LISTS or all(map(_is_safe_address, _BETWEEN.split(value)))


def _is_safe_address(address: str) -> bool:
    scheme = _SCHEME.match(_ANYWHERE.sub("", address).lstrip(_AT_THE_ENDS))
    return scheme is None or scheme[1].lower() in _SCHEMES
