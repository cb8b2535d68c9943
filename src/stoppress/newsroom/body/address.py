"""The addresses that are allowed in a page."""

import re

MAX_ADDRESS = 2048

_SPACE_OR_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# A browser removes tabs and line ends from an address (URL, section 4.4), so a scheme may be
# spread over several lines.
_WRAPPED = str.maketrans("", "", "\t\n\r")
_SCHEME = re.compile(r"([^/?#:]*):")
WEB = frozenset({"http", "https"})
LINKS = WEB | {"mailto", "tel"}


# The address by which a text names a picture of the newsroom.
_PICTURE = re.compile(r"picture:([1-9][0-9]{0,17})")


def picture_number(address: str) -> int | None:
    """Return the number in `picture:42`; None for any other address."""
    found = _PICTURE.fullmatch(address.strip())
    return int(found[1]) if found else None


def safe_address(address: str) -> str | None:
    """Return an http, https or relative address; None for any other."""
    return _of(WEB, address)


def link_address(address: str) -> str | None:
    """Return an address that a link may have: as `safe_address`, or mailto or tel; else None."""
    return _of(LINKS, address)


def _of(schemes: frozenset[str], address: str) -> str | None:
    address = address.strip().translate(_WRAPPED).replace(" ", "%20")
    if not address or len(address) > MAX_ADDRESS or _SPACE_OR_CONTROL.search(address):
        return None
    scheme = _SCHEME.match(address)
    return address if scheme is None or scheme[1].lower() in schemes else None
