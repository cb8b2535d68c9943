"""An uploaded picture, read and encoded anew."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rendition:
    """One file of a picture.

    Attributes:
        format: `webp` or `jpg`.
    """

    width: int
    height: int
    format: str
    data: bytes


@dataclass(frozen=True)
class Encoded:
    """A picture with its renditions, and what its file said in words.

    Attributes:
        digest: SHA-256 of the uploaded bytes, in hexadecimal.
        width, height: of the largest rendition, in pixels.
        renditions: the smallest first; at least one in each format.
        alt, caption, credit: one line each; empty if the file does not say it.
    """

    digest: str
    width: int
    height: int
    renditions: list[Rendition] = field(repr=False)
    alt: str = ""
    caption: str = ""
    credit: str = ""
