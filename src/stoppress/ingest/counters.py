"""Recognise pictures that only count readers or advertise. Pure."""

import re
from collections.abc import Mapping

from .pages import sells

SIZES = ("width", "height")
UNSEEN_SIZES = {"0", "1", "2"}
COUNTING_HOST = re.compile(
    r"//(?:stats?|counter|count|analytics|metrics|telemetry|pix|px|pixels?|trackers?|beacons?)\d*\."
    r"|//(?:[\w-]+\.)*(?:vgwort|ivwbox|ioam|xiti|statcounter|scorecardresearch|quantserve|chartbeat"
    r"|google-analytics|amazon-adsystem|imrworldwide|omtrdc|feeds\.wordpress)\.(?:de|com|net)/",
    re.I,
)
_COUNTER = "(?:pixel|beacon|1x1|spacer|blank|transparent|__utm|impression|~r|~4|piwik|matomo)"
COUNTING_FOLDER = re.compile(rf"/{_COUNTER}/", re.I)
COUNTING_FILE = re.compile(rf"/{_COUNTER}(?:\.\w+)?$", re.I)
# A picture with letters in its name and one of these endings is not a counter: counters are named
# by numbers, or are GIFs.
ENDINGS_OF_NAMES = {"jpg", "jpeg", "png", "webp", "avif", "svg"}
LETTER = re.compile(r"[^\W\d_]")
NAME_OF_A_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)\b", re.I)


def counts_readers(image: Mapping[str, str]) -> bool:
    """Return whether a picture only counts readers or advertises.

    Args:
        image: the attributes of its element.
    """
    address, says = image.get("src", ""), image.get("alt", "").strip()
    unseen = [image.get(name, "").removesuffix("px") in UNSEEN_SIZES for name in SIZES]
    if all(unseen) or sells(address):
        return True
    path = address.partition("?")[0]
    counting = COUNTING_FILE.search(path) is not None
    if not counting and not _is_named(path.rpartition("/")[2]):
        counting = bool(COUNTING_HOST.search(address) or COUNTING_FOLDER.search(path))
    return not says and (any(unseen) or counting)


def counts_readers_at_the_end(image: Mapping[str, str]) -> bool:
    """Return whether a picture after the last word counts readers.

    Such a picture has neither an `alt` text nor a file name of a picture.
    """
    nameless = NAME_OF_A_PICTURE.search(image.get("src", "")) is None
    return nameless and not image.get("alt", "").strip()


def _is_named(file: str) -> bool:
    stem, _, ending = file.rpartition(".")
    return ending.lower() in ENDINGS_OF_NAMES and LETTER.search(stem) is not None
