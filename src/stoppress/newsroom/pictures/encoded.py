"""An uploaded picture, decoded and encoded again."""

from dataclasses import dataclass, field

from stoppress.newsroom.phrase import Phrase


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
    """A picture with its renditions, and the texts that its file contains.

    Attributes:
        digest: SHA-256 of the uploaded bytes, in hexadecimal.
        width, height: of the largest rendition, in pixels.
        renditions: the smallest first; at least one in each format.
        alt, caption, credit: one line each; empty if the file has none.
    """

    digest: str
    width: int
    height: int
    renditions: list[Rendition] = field(repr=False)
    alt: str = ""
    caption: str = ""
    credit: str = ""


class NotAPicture(Exception):
    """A file is not accepted.

    Attributes:
        words: the reason, and what to do.
    """

    def __init__(self, words: Phrase) -> None:
        super().__init__(words)
        self.words = words


class OthersFirst(NotAPicture):
    """Too many pictures are being encoded; a retry a minute later may succeed."""
