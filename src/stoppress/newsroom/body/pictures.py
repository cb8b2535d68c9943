"""Find the real address of a picture that a page loads late, by script."""

import re
from collections.abc import Iterable, Iterator

from .address import safe_address
from .styles import properties

# Where scripts for late pictures keep the address; the newest picture wins over a placeholder.
_LATE = (
    *("data-src", "data-lazy-src", "data-original", "data-original-src", "data-orig-file"),
    *("data-full-src", "data-hi-res-src", "data-actualsrc", "data-url", "data-image", "data-lazy"),
    *("data-lazyload", "data-delayed-url", "data-echo", "data-cfsrc", "data-ezsrc", "data-opt-src"),
    *("data-img-src", "data-default-src", "data-large-file", "data-ll-src", "data-lazysrc"),
)
_LATE_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
PICTURE_ATTRIBUTES = {
    *("src", "srcset", "alt", "width", "height", "style", "hidden"),
    *(*_LATE, *_LATE_SETS),
}
SOURCE_ATTRIBUTES = {"src", "srcset", "data-src", "data-srcset", "type"}

_LIKE_AN_ADDRESS = re.compile(
    r"https?://|\.{0,2}/|[^\s:]+\.(?:jpe?g|png|gif|webp|avif|svg)\b", re.I
)
# What stands for a picture until a script, or a browser that reads the sources, has another one.
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
    """Return the address that a script would put in place of the placeholder's."""
    for name in _LATE:
        address = values.get(name, "").strip()
        if _LIKE_AN_ADDRESS.match(address) and (safe := safe_address(address)):
            return safe
    return _first(largest(values.get(name, "")) for name in _LATE_SETS)


def picture_address(values: dict[str, str], sources: Iterable[dict[str, str]] = ()) -> str | None:
    """Return the address of a picture, wherever its element or those around it say it.

    Args:
        values: the attributes of `img`.
        sources: those of each `source` of the `picture` around it.
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
    """Return the address of a `srcset` with the highest width or density."""
    best: tuple[float, str] | None = None
    for address, size in _candidates(srcset[:MAX_SET]):
        safe = safe_address(address) if _LIKE_AN_ADDRESS.match(address) else None
        if safe and (best is None or size > best[0]):
            best = size, safe
    return best[1] if best else None


def _candidates(srcset: str) -> Iterator[tuple[str, float]]:
    """Yield each address with its size (HTML, section 4.8.4.2.1: a comma may stand in one)."""
    address = ""
    for word in srcset.split():
        if address:
            said, _, word = word.partition(",")
            size = _SIZE.fullmatch(said)
            yield address, float(size[1]) if size else 1.0
            address = ""
        if word.endswith(","):
            yield word.rstrip(","), 1.0
        else:
            address = word
    if address:
        yield address, 1.0


def is_unseen(values: dict[str, str]) -> bool:
    """Tell whether nobody is to see this: it has one pixel or none, or its own style hides it.

    A picture that a script loads late is often hidden until then.
    """
    said = {
        name: value.removesuffix("!important").rstrip()
        for name, value in properties(values.get("style", "")).items()
    }
    sizes = (said.get(name, "") or values.get(name, "") for name in ("width", "height"))
    if all(size.removesuffix("px") in {"0", "1"} for size in sizes):
        return True
    hidden = (
        "hidden" in values
        or said.get("display") == "none"
        or said.get("visibility") == "hidden"
        or ("opacity" in said and _NOTHING.fullmatch(said["opacity"]) is not None)
        or (
            said.get("position") in {"absolute", "fixed"}
            and any(_OFF_SCREEN.fullmatch(said.get(side, "")) for side in ("left", "top"))
        )
    )
    return hidden and late_address(values) is None


def same_picture(one: str, other: str) -> bool:
    """Tell whether two addresses differ in no more than scheme and query."""
    return _bare(one) == _bare(other)


def _bare(address: str) -> str:
    return address.partition("?")[0].partition("#")[0].removeprefix("https:").removeprefix("http:")


def _first(addresses: Iterable[str | None]) -> str | None:
    return next((address for address in addresses if address), None)
