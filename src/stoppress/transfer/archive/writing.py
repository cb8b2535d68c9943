"""Write an archive. Rows and files are written as they are read, so memory use is small."""

import hashlib
import json
import tempfile
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from stoppress import __version__, live
from stoppress.live.clock import database_time
from stoppress.newsroom.context import site_name
from stoppress.newsroom.language import site_language
from stoppress.newsroom.pictures import storing
from stoppress.transfer.format import Tell

from .kinds import FILES, FORMAT, KINDS, MANIFEST, VERSION, media_name
from .rows import pictures, rows_of

OWNERS_ALONE = 0o600 << 16


@dataclass(frozen=True)
class Written:
    """The contents of a written archive.

    Attributes:
        rows: the number of rows of each kind, by its name.
        files: the number of picture files.
        bytes: their size.
        missing: the names of picture files that the storage does not have.
    """

    rows: dict[str, int]
    files: int
    bytes: int
    missing: list[str]


def write_archive(path: Path, tell: Tell, *, public: bool = False) -> Written:
    """Write the rows of the paper at one moment into a file, then the files of its pictures.

    Args:
        path: the file, which is overwritten.
        public: whether to leave out what readers do not see.

    Raises:
        NotStored: the storage of the pictures does not answer.
    """
    made: dict[str, Any] = {"files": {}}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        with tempfile.TemporaryFile() as names:
            with live.reading():
                made["made"] = database_time().isoformat()
                for kind in KINDS:
                    told = _told(rows_of(kind, public=public), kind.name, tell)
                    made["files"][kind.file] = _write_rows(archive, kind.file, told)
                for picture in pictures(public=public).iterator(chunk_size=1000):
                    names.write(_line([picture.pk, picture.folder, picture.renditions]))
            names.seek(0)
            media = _Media(archive, tell)
            with tempfile.TemporaryFile() as found:
                for row in media.write(names):
                    found.write(_line(row))
                found.seek(0)
                made["files"][f"{FILES}.jsonl"] = _write_rows(
                    archive, f"{FILES}.jsonl", map(json.loads, found)
                )
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "id": uuid.uuid4().hex,
            "software": __version__,
            "site": site_name(),
            "language": site_language(),
            "time_zone": settings.TIME_ZONE,
            "public": public,
            "missing": len(media.missing),
            **made,
        }
        with archive.open(_entry(MANIFEST), "w") as out:
            out.write(json.dumps(manifest, indent=1, ensure_ascii=False).encode())
    rows = {kind.name: made["files"][kind.file]["rows"] for kind in KINDS}
    return Written(rows, media.files, media.bytes, media.missing)


class _Media:
    """Copies the files of pictures from the storage."""

    def __init__(self, archive: zipfile.ZipFile, tell: Tell) -> None:
        self._archive, self._tell = archive, tell
        self.files = self.bytes = 0
        self.missing: list[str] = []

    def write(self, names: Iterable[bytes]) -> Iterator[dict[str, object]]:
        """Copy the files of each picture; yield a row for each."""
        for line in names:
            pk, folder, renditions = json.loads(line)
            for each in renditions:
                stored = f"pictures/{folder}/{each['width']}.{each['format']}"
                try:
                    data = storing.read(stored)
                except FileNotFoundError:
                    self.missing.append(f"picture {pk}: {stored}")
                    continue
                name = media_name(pk, each["width"], each["format"])
                self._archive.writestr(_entry(name, zipfile.ZIP_STORED), data)
                self.files, self.bytes = self.files + 1, self.bytes + len(data)
                self._tell(f"{self.files} files of pictures, {self.bytes >> 20} MiB")
                digest = hashlib.sha256(data).hexdigest()
                yield {"name": name, "bytes": len(data), "sha256": digest}


def _told(rows: Iterable[dict[str, Any]], name: str, tell: Tell) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows, 1):
        tell(f"{number} {name}")
        yield row


def _write_rows(
    archive: zipfile.ZipFile, name: str, rows: Iterable[dict[str, Any]]
) -> dict[str, object]:
    """Write a file of rows; return what the manifest says of it."""
    digest, size, count = hashlib.sha256(), 0, 0
    with archive.open(_entry(name), "w", force_zip64=True) as out:
        for row in rows:
            line = _line(row)
            digest.update(line)
            size, count = size + out.write(line), count + 1
    return {"rows": count, "bytes": size, "sha256": digest.hexdigest()}


def _line(row: object) -> bytes:
    # With sorted names, because PostgreSQL returns the names of a JSON object in its own order.
    words = json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return words.encode() + b"\n"


def _entry(name: str, compression: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type, entry.external_attr = compression, OWNERS_ALONE
    return entry
