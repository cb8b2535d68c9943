"""Pictures for previews and search engines: a JPEG with its size."""

from collections.abc import Callable
from typing import NamedTuple

from django.templatetags.static import static
from django.utils.translation import gettext

from stoppress.newsroom.context import site_name
from stoppress.newsroom.models import Picture
from stoppress.newsroom.pictures.item import TYPES, largest

from .data_block import Thing, thing

# Returns the absolute address of a page, or of a file, which may be on another host.
Absolute = Callable[[str], str]

DEFAULT, LOGO = "newsroom/sharing.png", "newsroom/logo.png"
DEFAULT_SIZE, LOGO_SIZE = (1200, 630), (512, 512)


class Preview(NamedTuple):
    """The picture of a link preview; `alt` is empty if there is no description."""

    url: str
    type: str
    width: int
    height: int
    alt: str


def preview(pictures: list[Picture], absolute: Absolute) -> Preview:
    """Return the first picture, or the site's own picture if there is none."""
    if not pictures:
        return Preview(absolute(static(DEFAULT)), "image/png", *DEFAULT_SIZE, site_name())
    shown = largest(pictures[0])
    url = absolute(pictures[0].address(shown))
    alt = pictures[0].alt or pictures[0].caption or gettext("Picture")
    return Preview(url, TYPES[shown["format"]], shown["width"], shown["height"], alt)


def image_object(picture: Picture, absolute: Absolute) -> Thing:
    """Return a picture as schema.org's ImageObject."""
    shown = largest(picture)
    return thing(
        "ImageObject",
        url=absolute(picture.address(shown)),
        width=shown["width"],
        height=shown["height"],
        caption=picture.caption or picture.alt,
        creditText=picture.credit,
    )


def logo(absolute: Absolute) -> Thing:
    """Return the paper's logo. A theme replaces it by a file of this name."""
    width, height = LOGO_SIZE
    return thing("ImageObject", url=absolute(static(LOGO)), width=width, height=height)
