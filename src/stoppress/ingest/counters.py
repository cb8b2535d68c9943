"""Tell pictures from those that count readers or sell something, and are no news. Pure."""

import re
from collections.abc import Mapping

from stoppress.newsroom.body_pictures import late_address

from .pages import sells

# A tag with its quoted values whole, and each attribute in it.
PICTURE = re.compile(r"""<img\b(?:[^<>"']|"[^"]*"|'[^']*')*+>""", re.I)
ATTRIBUTE = re.compile(r"""\s([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""", re.I)
SIZES = ("width", "height")
UNSEEN_SIZES = {"0", "1", "2"}
COUNTING_HOST = re.compile(
    r"//(?:stats?|counter|count|analytics|metrics|telemetry|pix|pixels?|trackers?|beacons?)\d*\.",
    re.I,
)
COUNTING_NAME = re.compile(
    r"/(?:[\w-]{0,80}[_-])?(?:pixel|beacon|1x1|spacer|blank|transparent|__utm|impression)"
    r"(?:\.\w{1,5})?(?:[/?]|$)|/~[r4]/",
    re.I,
)
NAME_OF_A_PHOTO = re.compile(r"\.(?:jpe?g|png|webp|avif|svg)\b", re.I)
NAME_OF_A_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)\b", re.I)


def counts_readers(image: Mapping[str, str]) -> bool:
    """Tell whether a picture is there to be asked for, by whom it counts or sells to.

    Args:
        image: the attributes of its element.
    """
    address, says = image.get("src", ""), image.get("alt", "").strip()
    unseen = [image.get(name, "").removesuffix("px") in UNSEEN_SIZES for name in SIZES]
    if all(unseen) or sells(address):
        return True
    by_host = COUNTING_HOST.search(address) and not NAME_OF_A_PHOTO.search(address)
    by_name = COUNTING_NAME.search(address.partition("?")[0])
    return not says and bool(any(unseen) or by_host or by_name)


def without_hidden_pictures(html: str) -> str:
    """Return any HTML without the pictures that their own style hides, or makes too small to see.

    Done before it is made safe, for no style is kept. A picture that a script is to load and show
    stays.
    """
    return PICTURE.sub(lambda found: "" if _is_hidden(found[0]) else found[0], html)


def _is_hidden(tag: str) -> bool:
    values = {name.lower(): one or two or bare for name, one, two, bare in ATTRIBUTE.findall(tag)}
    if late_address(values):
        return False
    pairs = (pair.partition(":") for pair in values.get("style", "").lower().split(";"))
    style = {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}
    return (
        "hidden" in values
        or style.get("display") == "none"
        or style.get("visibility") == "hidden"
        or style.get("opacity") in {"0", "0.0", "0%"}
        or all(style.get(name, "").removesuffix("px") in UNSEEN_SIZES for name in SIZES)
    )


def counts_readers_at_the_end(image: Mapping[str, str]) -> bool:
    """Tell whether a picture after the last word is one that counts readers.

    It says nothing, neither by a text nor by the name of a file.
    """
    nameless = NAME_OF_A_PICTURE.search(image.get("src", "")) is None
    return nameless and not image.get("alt", "").strip()
