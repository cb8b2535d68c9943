"""What the command `import` knows of a kind of file that it reads."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

HEAD_BYTES = 4096


class CannotImport(Exception):
    """Nothing was imported; the message says why, and what to do."""


@dataclass(frozen=True)
class Options:
    """What the user of the command has chosen.

    Attributes:
        media: a directory with pictures, for files that only name theirs.
        dry_run: read and check the whole file, and change nothing.
    """

    media: Path | None = None
    dry_run: bool = False


Tell = Callable[[str], object]
"""Called with a line that says how far the import is, as often as there is something to say."""


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes:
        name: as messages call it, such as "an archive of Stop Press".
        recognises: whether a file that begins with these bytes (at most `HEAD_BYTES`) is one.
        load: reads a file into the paper; returns the lines of its report. Raises CannotImport.
        takes_media: whether it knows what to do with `Options.media`.
    """

    name: str
    recognises: Callable[[bytes], bool]
    load: Callable[[Path, Options, Tell], Iterable[str]]
    takes_media: bool = False
