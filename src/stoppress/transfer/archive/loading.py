"""Read an archive into an empty paper: first the files of pictures, then all rows together."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import override

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.live.database import log_database
from stoppress.live.errors import StreamBusy
from stoppress.live.models import Installation
from stoppress.newsroom.models import Article, Picture
from stoppress.newsroom.pictures import storing
from stoppress.newsroom.publishing import (
    NewsroomError,
    check_empty,
    end_load,
    load_articles,
    load_rows,
)
from stoppress.transfer.format import CannotImport, Format, Options, Tell

from . import decoding, kinds
from .container import Archive
from .decoding import Numbers
from .kinds import FILES, Kind, media_name
from .values import WrongRow

ZIP_MAGIC = b"PK\x03\x04"
AT_ONCE = 100
_LISTED = 10
BEGINS = {"jpg": b"\xff\xd8\xff", "webp": b"RIFF"}
Made = TypeVar("Made")


def load(path: Path, options: Options, tell: Tell) -> Iterable[str]:
    """Read an archive into the paper, which must be empty; return the lines of the report.

    Raises:
        CannotImport: the paper is not empty, or the file is damaged or not an archive. Nothing was
            changed.
    """
    with override("en"), Archive(path) as archive, _in_words(archive):
        check_empty()
        loading = _Loading(archive, tell)
        try:
            loading.put_files(keep=not options.dry_run)
            with live.atomic():
                check_empty()
                loading.put_rows()
                if options.dry_run:
                    transaction.set_rollback(True, using=log_database())
        except BaseException:
            storing.delete(loading.stored)
            raise
        return loading.report(dry_run=options.dry_run)


ARCHIVE = Format("an archive of Stop Press", lambda head: head.startswith(ZIP_MAGIC), load)


class _Loading:
    """One import.

    Attributes:
        stored: the names of the files that were written.
    """

    def __init__(self, archive: Archive, tell: Tell) -> None:
        self._archive, self._tell = archive, tell
        self._known, self._counts = Numbers(), dict[str, int]()
        self._missing: list[str] = []
        self.stored: list[str] = []

    def put_files(self, *, keep: bool) -> None:
        """Write the files of the pictures into the storage.

        No page shows them before the rows are inserted. If an import was killed, the next import of
        the same archive overwrites its files.

        Args:
            keep: whether to write the files; otherwise they are only read and checked.
        """
        files = self._archive.rows(f"{FILES}.jsonl")
        wanted = next(files, None)
        for number, row in self._archive.rows(kinds.PICTURES.file):
            with self._at(kinds.PICTURES, number):
                picture = decoding.picture_of(row)
            for each in picture.renditions:
                name = media_name(picture.pk, each["width"], each["format"])
                if wanted is None or not _is_of(wanted[1], name, each["bytes"]):
                    self._missing.append(name)
                    continue
                data = self._archive.file(name, each["bytes"], wanted[1]["sha256"])
                if not data.startswith(BEGINS[each["format"]]):
                    raise self._archive.damaged(f"{name} is not a picture")
                if keep:
                    stored = self._named(picture).file_name(each)
                    self.stored.append(stored)
                    storing.put(stored, data)
                self._tell(f"{number} pictures")
                wanted = next(files, None)
        if wanted is not None:
            raise self._archive.damaged(f"{FILES}.jsonl lists a file that belongs to no picture")

    def put_rows(self) -> None:
        """Insert all rows. Call it in a transaction."""
        known, now = self._known, database_time()
        for user in self._decoded(kinds.USERS, decoding.user):
            self._put_user(user)
        for sections in self._batches(kinds.SECTIONS, decoding.section):
            load_rows(sections)
            known.sections |= {each.slug: each.pk for each in sections}
        for topics in self._batches(kinds.TOPICS, decoding.topic):
            load_rows(topics)
            known.topics |= {each.slug: each.pk for each in topics}
        for people in self._batches(kinds.PEOPLE, lambda row: decoding.person(row, known)):
            load_rows(people)
            known.people |= {each.slug: each.pk for each in people}
        for pictures in self._batches(kinds.PICTURES, self._picture):
            load_rows(pictures)
            known.pictures |= {each.pk for each in pictures}
        for articles in self._batches(kinds.ARTICLES, lambda row: decoding.article(row, known)):
            load_articles(articles, known.pictures, now)
            known.articles |= {each.article.pk for each in articles}
        for versions in self._batches(kinds.VERSIONS, lambda row: decoding.version(row, known)):
            load_rows(versions)
        for notes in self._batches(kinds.NOTES, lambda row: decoding.note(row, known)):
            load_rows(notes)
        self._tell("building the search index")
        end_load()

    def report(self, *, dry_run: bool) -> Iterator[str]:
        """Yield the lines of the report."""
        counts = ", ".join(f"{name}: {count}" for name, count in self._counts.items() if count)
        yield f"{'Read' if dry_run else 'Imported'} {counts or 'an empty paper'}."
        if dry_run:
            yield "Nothing was changed: this was a dry run."
        if self._missing:
            yield (
                f"Picture files missing from the archive: {len(self._missing)}, such as "
                f"{', '.join(self._missing[:_LISTED])}."
            )
        if self._counts[kinds.USERS.name] and not dry_run:
            yield (
                "New users cannot sign in yet: activate them in the admin, and give them a "
                "password and their groups. Tokens, webhooks and sources are not in an archive: "
                "set them up again."
            )
        due = Article.objects.due(database_time()).count() if not dry_run else 0
        if due:
            yield (
                f"Scheduled drafts that are due: {due}. The server publishes them as soon as it "
                "runs."
            )

    def _picture(self, row: Any) -> Picture:
        return self._named(decoding.picture(row, self._known))

    def _named(self, picture: Picture) -> Picture:
        """Set the folder of a picture's files: always the same for this archive and installation.

        Installations that share a storage have different folders.
        """
        here = bytes(Installation.objects.get().uid)
        made_of = f"{self._archive.id}:{picture.pk}".encode()
        picture.folder = hashlib.sha256(here + made_of).hexdigest()[:32]
        return picture

    def _put_user(self, made: Any) -> None:
        name = made.get_username()
        users = type(made)._default_manager
        found = users.filter(**{kinds.USERNAME: name}).first()
        if found is None:
            made.save()
        self._known.users[name] = (found or made).pk

    def _decoded(self, kind: Kind, decode: Callable[[Any], Made]) -> Iterator[Made]:
        self._counts[kind.name] = 0
        for number, row in self._archive.rows(kind.file):
            with self._at(kind, number):
                made = decode(row)
            self._counts[kind.name] = number
            self._tell(f"{number} {kind.name}")
            yield made

    def _batches(self, kind: Kind, decode: Callable[[Any], Made]) -> Iterator[list[Made]]:
        """Yield the objects of a kind in lists of `AT_ONCE`."""
        rows = self._decoded(kind, decode)
        while batch := list(islice(rows, AT_ONCE)):
            yield batch

    @contextmanager
    def _at(self, kind: Kind, number: int) -> Iterator[None]:
        try:
            yield
        except WrongRow as error:
            self._archive.refuse(kind.file, number, str(error))


def _is_of(row: Any, name: str, size: int) -> bool:
    """Return whether a row of `files.jsonl` describes a file."""
    given = isinstance(row, dict) and (row.get("name"), row.get("bytes"))
    return given == (name, size) and isinstance(row.get("sha256"), str)


@contextmanager
def _in_words(archive: Archive) -> Iterator[None]:
    """Turn the errors of a load into CannotImport, with a message for the user."""
    try:
        yield
    except NewsroomError as error:
        raise CannotImport(f"{archive.path}: {error} Nothing was imported.") from error
    except (IntegrityError, DataError) as error:
        why = " ".join(str(error).split())
        raise CannotImport(
            f"{archive.path}: two rows have the same number or name, or a row contradicts itself "
            f"({why}). Nothing was imported."
        ) from error
    except StreamBusy as error:
        raise CannotImport(f"{error} Nothing was imported.") from error
    except storing.NotStored as error:
        raise CannotImport(
            f"The files of pictures could not be stored ({error}). Nothing was imported."
        ) from error
