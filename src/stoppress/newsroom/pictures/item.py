"""A picture as a part of an item: what readers and programs get of it."""

from typing import Any

from stoppress.newsroom.models import Picture

TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}


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


def source_set(picture: Picture, format: str = "webp") -> str:
    """Return the renditions of a format as an attribute `srcset` has them."""
    return ", ".join(
        f"{picture.address(each)} {each['width']}w"
        for each in picture.renditions
        if each["format"] == format
    )
