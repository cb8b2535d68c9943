"""The kinds of files that can be imported. To add one, add a line here."""

from pathlib import Path

from .archive.loading import ARCHIVE
from .format import HEAD_BYTES, CannotImport, Format
from .wordpress.load import WORDPRESS

FORMATS: tuple[Format, ...] = (ARCHIVE, WORDPRESS)


def format_of(path: Path) -> Format:
    """Return the kind of a file, by its content; the name does not matter.

    Raises:
        CannotImport: the file does not exist, cannot be read, or is of no known kind.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise CannotImport(f"{path} cannot be read: {error.strerror or error}.") from error
    for each in FORMATS:
        if each.recognises(head):
            return each
    names = " and ".join(each.name for each in FORMATS)
    raise CannotImport(f"{path} is not a known kind of file. These can be imported: {names}.")
