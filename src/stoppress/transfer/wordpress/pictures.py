"""Import the pictures of an export."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.db import DatabaseError

from stoppress.newsroom.models import Picture
from stoppress.newsroom.pictures.encoded import NotAPicture, OthersFirst
from stoppress.newsroom.pictures.sandbox import encode_safely
from stoppress.newsroom.pictures.storing import NotStored
from stoppress.newsroom.publishing import NewsroomError, add_picture
from stoppress.newsroom.uploading import digest_of, most_bytes

from .index import Attachment, Index
from .plain_text import clip, plain
from .report import Report

BY = "WordPress import"
TROUBLE = "Pictures that were not imported; the text has a link instead"
ALT, CAPTION = 500, 1000
UPLOADS = "/uploads/"


class NoPicture(Exception):
    """A picture cannot be imported. The message says why."""


Get = Callable[[str], bytes]
"""Returns the file at an address. Raises NoPicture."""


class Pictures:
    """The pictures of one export.

    Args:
        get: fetches pictures; if None and without `media`, pictures are not imported.
        media: a copy of the site's directory `uploads`; if given, nothing is fetched.
    """

    def __init__(self, index: Index, report: Report, get: Get | None, media: Path | None) -> None:
        self._index, self._report = index, report
        self._get = get
        self._media = media

    @property
    def takes(self) -> bool:
        """Whether pictures are imported at all."""
        return self._get is not None or self._media is not None

    def of(self, attachment: Attachment, called: str) -> Picture | None:
        """Return the picture of an attachment, or report an error and return None.

        Args:
            called: the article that shows the picture.
        """
        facts = {
            "alt": clip(plain(attachment.alt), ALT),
            "caption": clip(plain(attachment.caption), CAPTION),
        }
        return self._taken(attachment.url, facts, called)

    def at(self, url: str, alt: str, called: str) -> Picture | None:
        """Return the picture at an address of the exported site, in its largest size."""
        attachment = self._index.attachment_at(url)
        if attachment is not None:
            return self.of(attachment, called)
        return self._taken(url, {"alt": clip(alt, ALT)}, called) if self.is_own(url) else None

    def is_own(self, url: str) -> bool:
        """Return whether an address is a picture of the exported site."""
        return self._index.is_own(url) or self._index.attachment_at(url) is not None

    def _taken(self, url: str, facts: dict[str, str], called: str) -> Picture | None:
        if not self.takes:
            return None
        known = self._index.picture(url)
        if known is not None:
            return Picture.objects.filter(pk=known).first()
        try:
            picture = self._made(self._file(url), facts)
        except NoPicture as error:
            self._index.put_picture(url, 0)
            self._report.name(TROUBLE, f"{url} (of {called}): {error}")
            return None
        self._index.put_picture(url, picture.pk)
        return picture

    def _file(self, url: str) -> bytes:
        if self._media is not None:
            return _in_directory(self._media, url)
        assert self._get is not None
        return self._get(url)

    def _made(self, data: bytes, facts: dict[str, str]) -> Picture:
        """Return the picture of a file; if an earlier import has made it, that one."""
        found = Picture.objects.filter(digest=digest_of(data), by=BY).order_by("pk").first()
        if found is not None:
            return found
        said = {name: text for name, text in facts.items() if text}
        try:
            picture = add_picture(encode_safely(data), said, by=BY)
        except (NotAPicture, OthersFirst) as error:
            raise NoPicture(str(error.words)) from error
        except (NewsroomError, NotStored, DatabaseError) as error:
            raise NoPicture(" ".join(str(error).split())) from error
        self._report.made["picture"] += 1
        return picture


def _in_directory(media: Path, url: str) -> bytes:
    """Return the file of an address in a copy of the directory `uploads`.

    Raises:
        NoPicture: the file does not exist, is too large, or is outside the directory.
    """
    try:
        path = unquote(urlsplit(url).path)
    except ValueError as error:
        raise NoPicture("this is not an address") from error
    below = path.rpartition(UPLOADS)[2] if UPLOADS in path else path
    root = media.resolve()
    # `wp-content/uploads/2020/05/a.jpg` in a copy of `uploads`, of `wp-content`, or of the site.
    for name in (below, f"uploads/{below}", path):
        file = (root / name.lstrip("/")).resolve()
        if not file.is_relative_to(root) or not file.is_file():
            continue
        if file.stat().st_size > most_bytes():
            raise NoPicture(f"it has more than {most_bytes() // (1024 * 1024)} MiB")
        try:
            return file.read_bytes()
        except OSError as error:
            raise NoPicture(error.strerror or "it cannot be read") from error
    raise NoPicture(f"it is not in {media}")
