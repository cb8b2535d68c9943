"""Pictures for tests, whose files are not real ones."""

import hashlib
from typing import Any

from stoppress.newsroom.models import Picture
from stoppress.newsroom.pictures.encoded import Encoded, Rendition
from stoppress.newsroom.publishing import add_picture


def encoded(words: str = "storm", **said: str) -> Encoded:
    """Return what reading a picture of 1280 by 853 pixels gives; its files hold the words."""
    sizes = [(640, 427), (1280, 853)]
    renditions = [
        Rendition(*size, format, f"{words} {size[0]} {format}".encode())
        for size in sizes
        for format in ("webp", "jpg")
    ]
    digest = hashlib.sha256(words.encode()).hexdigest()
    return Encoded(digest, 1280, 853, renditions, **said)


def picture(words: str = "storm", by: str = "", uploader: Any = None, **fields: object) -> Picture:
    said = {"alt": "A storm", "credit": "Ann Ray", **fields}
    return add_picture(encoded(words), said, by=by, uploader=uploader)
