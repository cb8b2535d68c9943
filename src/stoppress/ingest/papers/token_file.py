"""Read another paper's token from its file, at each use; the token is never stored."""

import re
import stat
from pathlib import Path

from stoppress.newsroom.phrase import Phrase

MOST_BYTES = 4096
_TOKEN = re.compile(r"[!-~]{1,1000}")


class NoToken(Exception):
    """There is no token in the file, or every user can read the file.

    Attributes:
        words: the reason, and what to do.
    """

    def __init__(self, words: Phrase) -> None:
        super().__init__(words)
        self.words = words


def read_token(path: str) -> str:
    """Return the token in a file that only its owner and its group may read.

    Raises:
        NoToken.
    """
    file = Path(path)
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise NoToken(Phrase("%(path)s is not a file.", path=path))
        if found.st_mode & stat.S_IRWXO:
            raise NoToken(
                Phrase(
                    "Every user of this machine can read %(path)s. Change that: chmod 600 %(path)s",
                    path=path,
                )
            )
        with file.open("rb") as opened:
            text = opened.read(MOST_BYTES).decode("ascii", errors="replace").strip()
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise NoToken(Phrase("There is no file %(path)s.", path=path)) from error
        raise NoToken(Phrase("%(path)s cannot be read.", path=path)) from error
    if not _TOKEN.fullmatch(text):
        raise NoToken(
            Phrase(
                "%(path)s has no token. Write the token into it as one line, as `stoppress"
                " token` prints it.",
                path=path,
            )
        )
    return text
