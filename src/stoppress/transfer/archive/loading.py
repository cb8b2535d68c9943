"""Reads an archive into an empty paper."""

from collections.abc import Iterable
from pathlib import Path

from stoppress.transfer.format import CannotImport, Format, Options, Tell

ZIP_MAGIC = b"PK\x03\x04"


def load(path: Path, options: Options, tell: Tell) -> Iterable[str]:
    """Read an archive into the paper, which must be empty; return the lines of the report.

    Raises:
        CannotImport: the paper is not empty, or the file is damaged or no archive. Nothing was
            changed.
    """
    raise CannotImport(f"{path} is no archive.")


ARCHIVE = Format("an archive of Stop Press", lambda head: head.startswith(ZIP_MAGIC), load)
