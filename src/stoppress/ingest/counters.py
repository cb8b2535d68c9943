"""Tell pictures from those that count readers or sell something, and are no news. Pure."""

import re
from collections.abc import Mapping

from .pages import sells

SIZES = ("width", "height")
UNSEEN_SIZES = {"0", "1", "2"}
COUNTING_HOST = re.compile(r"//(?:stats?|counter|count|analytics|metrics|telemetry)\d*\.", re.I)
COUNTING_NAME = re.compile(
    r"(?:^|[/._-])(?:pixel|beacon|1x1|spacer|blank|transparent|__utm|impression|~r|~4)(?:[/._?-]|$)",
    re.I,
)
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
    told_by = COUNTING_HOST.search(address) or COUNTING_NAME.search(address.partition("?")[0])
    return not says and (any(unseen) or told_by is not None)


def counts_readers_at_the_end(image: Mapping[str, str]) -> bool:
    """Tell whether a picture after the last word is one that counts readers.

    It says nothing, neither by a text nor by the name of a file.
    """
    nameless = NAME_OF_A_PICTURE.search(image.get("src", "")) is None
    return nameless and not image.get("alt", "").strip()
