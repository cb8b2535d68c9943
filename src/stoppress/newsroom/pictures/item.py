"""A picture as a part of an item, for readers and programs."""

from collections.abc import Mapping
from typing import Any

from stoppress.newsroom.models import Picture

TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}

# How wide a page shows it, as paper/pictures.css and paper/river.css say. A browser chooses the
# file by it, before the layout.
COLUMN = "(min-width: 48rem) 38rem, 92vw"
LEAD = "(min-width: 64rem) 30rem, (min-width: 48rem) 45vw, 42vw"
THUMB = "(min-width: 48rem) 10rem, 6.5rem"


def picture_item(picture: Picture) -> dict[str, Any]:
    """Return a picture with the addresses of its renditions.

    Example: `{"id": 42, "url": "/media/…", "alt": "…", "caption": "…", "credit": "…", "width":
    1280, "height": 853, "focus": [50, 30], "renditions": [{"url", "width", "height", "type"}]}`.
    The `url` is that of the largest JPEG, which every program can show. The `focus` is in percent,
    from the left and the top.
    """
    return {
        "id": picture.pk,
        "url": picture.address(largest(picture)),
        "alt": picture.alt,
        "caption": picture.caption,
        "credit": picture.credit,
        "width": picture.width,
        "height": picture.height,
        "focus": [picture.focus_x, picture.focus_y],
        "renditions": [
            {
                "url": picture.address(rendition),
                "width": rendition["width"],
                "height": rendition["height"],
                "type": TYPES[rendition["format"]],
            }
            for rendition in picture.renditions
        ],
    }


def largest(picture: Picture, format: str = "jpg") -> dict[str, Any]:
    """Return the rendition of a format with the most pixels."""
    made = (each for each in picture.renditions if each["format"] == format)
    return max(made, key=lambda rendition: int(rendition["width"]))


def smallest(picture: Picture, format: str = "webp") -> dict[str, Any]:
    """Return the rendition of a format with the fewest pixels."""
    made = (each for each in picture.renditions if each["format"] == format)
    return min(made, key=lambda rendition: int(rendition["width"]))


def source_set(picture: Picture, widest: int | None = None) -> str:
    """Return the WebP renditions as the value of a `srcset` attribute.

    Args:
        widest: in pixels; wider ones are left out.
    """
    return source_set_of(picture_item(picture), widest)


def source_set_of(item: Mapping[str, Any], widest: int | None = None) -> str:
    """Return the same as `source_set`, from the item of a picture."""
    made = [each for each in item["renditions"] if each["type"] == TYPES["webp"]]
    fitting = [each for each in made if widest is None or each["width"] <= widest]
    return ", ".join(f"{each['url']} {each['width']}w" for each in fitting or made[:1])
