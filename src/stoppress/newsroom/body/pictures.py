"""Finds the real address of a picture that a script would load, and finds invisible pictures."""

import re
from collections.abc import Iterable, Iterator

from .address import safe_address
from .styles import properties

# Attributes in which lazy-loading scripts keep the address.
_LATE = (
    *("data-src", "data-lazy-src", "data-original", "data-original-src", "data-orig-file"),
    *("data-full-src", "data-hi-res-src", "data-actualsrc", "data-url", "data-image", "data-lazy"),
    *("data-lazyload", "data-delayed-url", "data-echo", "data-cfsrc", "data-ezsrc", "data-opt-src"),
    *("data-img-src", "data-default-src", "data-large-file", "data-ll-src", "data-lazysrc"),
)
_LATE_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
PICTURE_ATTRIBUTES = {
    *("src", "srcset", "alt", "title", "width", "height", "style", "hidden"),
    *(*_LATE, *_LATE_SETS),
}
SOURCE_ATTRIBUTES = {"src", "srcset", "data-src", "data-srcset", "type"}

_LIKE_AN_ADDRESS = re.compile(
    r"https?://|\.{0,2}/|[^\s:]+\.(?:jpe?g|png|gif|webp|avif|svg)\b", re.I
)
# Placeholders, which a script or the browser replaces by the real picture.
_PLACEHOLDER = re.compile(
    r"/(?:[\w-]*placeholder[\w-]*|blank|spacer|transparent|1x1|pixel|lazy(?:load)?|loading)"
    r"\.(?:gif|png|svg|webp|jpe?g)(?:[?#]|$)",
    re.I,
)
_OFF_SCREEN = re.compile(r"-\d{4,}(?:\.\d+)?(?:px)?")
_NOTHING = re.compile(r"(?:0+\.?0*|\.0+)%?")
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)[wx]", re.I)
MAX_SET = 20_000


def late_address(values: dict[str, str]) -> str | None:
    """Return the address that a lazy-loading script would load; None if there is none."""
    for name in _LATE:
        address = values.get(name, "").strip()
        if _LIKE_AN_ADDRESS.match(address) and (safe := safe_address(address)):
            return safe
    return _first(largest(values.get(name, "")) for name in _LATE_SETS)


def picture_address(values: dict[str, str], sources: Iterable[dict[str, str]] = ()) -> str | None:
    """Return the address of a picture, from its own attributes or those of its sources.

    Args:
        values: the attributes of `img`.
        sources: the attributes of each `source` in the `picture` around it.
    """
    own = safe_address(values.get("src", ""))
    stands_in = own is not None and _PLACEHOLDER.search(own) is not None
    return (
        late_address(values)
        or (None if stands_in else own)
        or largest(values.get("srcset", ""))
        or _first(late_address(source) or largest(source.get("srcset", "")) for source in sources)
        or own
    )


def largest(srcset: str) -> str | None:
    """Return the address in a `srcset` with the largest width or density."""
    best: tuple[float, str] | None = None
    for address, size in _candidates(srcset[:MAX_SET]):
        safe = safe_address(address) if _LIKE_AN_ADDRESS.match(address) else None
        if safe and (best is None or size > best[0]):
            best = size, safe
    return best[1] if best else None


def _candidates(srcset: str) -> Iterator[tuple[str, float]]:
    """Yield each address with its size; an address may contain a comma (HTML, 4.8.4.2.1)."""
    address = ""
    for word in srcset.split():
        if address:
            written, _, word = word.partition(",")
            size = _SIZE.fullmatch(written)
            yield address, float(size[1]) if size else 1.0
            address = ""
        if word.endswith(","):
            yield word.rstrip(","), 1.0
        else:
            address = word
    if address:
        yield address, 1.0


def is_unseen(values: dict[str, str]) -> bool:
    """Return whether a picture is invisible: it has at most one pixel, or its own style hides it.

    A hidden picture that a script would load counts as visible: the script often shows it, too.
    """
    style = {
        name: value.removesuffix("!important").rstrip()
        for name, value in properties(values.get("style", "")).items()
    }
    sizes = (style.get(name, "") or values.get(name, "") for name in ("width", "height"))
    if all(size.removesuffix("px") in {"0", "1"} for size in sizes):
        return True
    hidden = (
        "hidden" in values
        or style.get("display") == "none"
        or style.get("visibility") == "hidden"
        or ("opacity" in style and _NOTHING.fullmatch(style["opacity"]) is not None)
        or (
            style.get("position") in {"absolute", "fixed"}
            and any(_OFF_SCREEN.fullmatch(style.get(side, "")) for side in ("left", "top"))
        )
    )
    return hidden and late_address(values) is None


def same_picture(one: str, other: str) -> bool:
    """Return whether two addresses are the same without scheme, query and fragment."""
    return _bare(one) == _bare(other)


def _bare(address: str) -> str:
    return address.partition("?")[0].partition("#")[0].removeprefix("https:").removeprefix("http:")


def _first(addresses: Iterable[str | None]) -> str | None:
    return next((address for address in addresses if address), None)
