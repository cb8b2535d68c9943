"""Read a `file:` address, for the command line."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from stoppress.newsroom.phrase import Phrase

from .outcome import Fetched, FetchError
from .unpack import CannotUnpack, too_large, unpack


def read_file(url: str, max_bytes: int) -> Fetched | FetchError:
    """Return the unpacked content of a file on this machine.

    Args:
        url: a `file:` address (RFC 8089).
        max_bytes: the largest size, both packed and unpacked.
    """
    parts = urlsplit(url)
    if parts.netloc not in ("", "localhost"):
        return FetchError(Phrase("The file is on another machine."))
    path = Path(url2pathname(parts.path))
    try:
        if not path.is_file():  # reading a device might never end
            return FetchError(Phrase("There is no such file."))
        with path.open("rb") as file:
            body = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        return FetchError(Phrase("The file cannot be read (%(why)s).", why=str(error)))
    if len(body) > max_bytes:
        return FetchError(too_large(max_bytes))
    try:
        return Fetched(unpack(body, "", max_bytes), url)
    except CannotUnpack as error:
        return FetchError(error.args[0])
