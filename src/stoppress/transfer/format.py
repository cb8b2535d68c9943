"""The description of a kind of file that the command `import` reads."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

HEAD_BYTES = 4096


class CannotImport(Exception):
    """Nothing was imported; the message says why, and what to do."""


@dataclass(frozen=True)
class Options:
    """The options of the command.

    Attributes:
        media: a directory with the pictures, for files that only name their pictures.
        dry_run: whether to read and check the whole file, and change nothing.
    """

    media: Path | None = None
    dry_run: bool = False


Tell = Callable[[str], object]
"""Called with a line of progress, as often as there is progress."""


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes:
        name: the name in messages, such as "an archive of Stop Press".
        recognises: returns whether a file that begins with these bytes (at most `HEAD_BYTES`) is
            of this kind.
        load: reads a file into the paper, and returns the lines of the report. Raises CannotImport.
        takes_media: whether `load` uses `Options.media`.
    """

    name: str
    recognises: Callable[[bytes], bool]
    load: Callable[[Path, Options, Tell], Iterable[str]]
    takes_media: bool = False
