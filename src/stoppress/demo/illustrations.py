"""The town's illustrations: small files of our own, each uploaded once, when a story needs it."""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

from stoppress.newsroom.models import Picture
from stoppress.newsroom.pictures.encoded import Encoded, NotAPicture
from stoppress.newsroom.pictures.sandbox import encode_safely
from stoppress.newsroom.publishing import add_picture

from .town import PAPER

logger = logging.getLogger("stoppress.demo")

CREDIT = "Illustration: The Lantern"


@dataclass(frozen=True, slots=True)
class Illustration:
    """The texts for a file in `pictures/`, and the part that stays visible when it is cropped."""

    alt: str
    caption: str = ""
    credit: str = CREDIT
    focus_x: int = 50
    focus_y: int = 50

    def fields(self) -> dict[str, object]:
        return asdict(self)


ILLUSTRATIONS: Mapping[str, Illustration] = {
    "chart": Illustration(
        alt="A bar chart: herring landed in each month of last year, from 36 tonnes in April to "
        "148 in September.",
        caption="Herring landed at the Fish Quay in each month of last year.",
        credit="Graphic: The Lantern",
    ),
    "council": Illustration(
        alt="The council chamber: the mayor at a desk under a red banner, councillors on benches "
        "along both sides, the public in front.",
        caption="The council chamber on a full day.",
        focus_y=60,
    ),
    "lighthouse": Illustration(
        alt="A lighthouse with red bands on a headland at night, beside the keeper’s house.",
        caption="The old light on Gannet Head.",
        focus_x=65,
    ),
    "map": Illustration(
        alt="A map of Pennywrack: the town on both sides of a river, Gannet Head in the east, and "
        "the ferry’s way across the bay.",
        caption="Pennywrack and its bay.",
        credit="Map: The Lantern",
    ),
    "pitch": Illustration(
        alt="A player in red shoots at a goal; behind it a full stand under floodlights.",
        caption="An evening at the Saltpan Ground.",
        focus_y=60,
    ),
    "storm": Illustration(
        alt="A boat with a red hull on high waves. The sea breaks over the end of the harbour "
        "wall.",
        caption="The end of the harbour wall in a gale.",
        focus_x=55,
    ),
}


# One at a time, beside the thread that publishes.
_worker = ThreadPoolExecutor(1, thread_name_prefix="stoppress-demo-pictures")


def begin_to_encode(names: Iterable[str]) -> None:
    """Encode illustrations that the newsroom does not have yet, while others are published."""
    for name in names:
        if _uploaded(name) is None:
            _encoded(name)


def picture(name: str) -> Picture | None:
    """Return an illustration as a picture of the newsroom; upload it if it is not there yet.

    Call this outside of a transaction.

    Returns:
        None if it cannot be encoded. The story then goes without.
    """
    if found := _uploaded(name):
        return found
    try:
        encoded = _encoded(name).result()
    except NotAPicture as error:
        logger.warning("demo: could not encode the picture %s: %s", name, error.words)
        return None
    return add_picture(encoded, ILLUSTRATIONS[name].fields(), by=PAPER)


def _uploaded(name: str) -> Picture | None:
    digest = hashlib.sha256(_file(name)).hexdigest()
    return Picture.objects.filter(digest=digest, by=PAPER).order_by("pk").first()


@cache
def _encoded(name: str) -> "Future[Encoded]":
    return _worker.submit(encode_safely, _file(name))


@cache
def _file(name: str) -> bytes:
    return files(__package__).joinpath("pictures", f"{name}.webp").read_bytes()
