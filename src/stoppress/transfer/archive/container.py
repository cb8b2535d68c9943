"""Open an archive and read it piece by piece. Nothing is unpacked to a path."""

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from stoppress.newsroom.publishing.text_checks import clipped
from stoppress.transfer.format import CannotImport

from .kinds import FILES, FORMAT, KINDS, MANIFEST, VERSION

MIB = 1 << 20
MANIFEST_BYTES = MIB
LINE_BYTES = 8 * MIB
FILE_BYTES = 64 * MIB  # of a picture
# Texts are not compressed more than this. A file that exceeds it is an attack that fills the disk.
MOST_RATIO, FREE_BYTES = 200, 16 * MIB
MOST_FILES = 2_000_000
ROWS = {*(kind.file for kind in KINDS), f"{FILES}.jsonl"}
MEDIA = re.compile(r"media/[1-9]\d{0,15}/[1-9]\d{0,5}\.(?:webp|jpg)", re.ASCII)


class Archive:
    """An open archive. Use it in a `with` block."""

    def __init__(self, path: Path) -> None:
        """Open an archive, and read its manifest.

        Raises:
            CannotImport: the file is not an archive, is damaged, or has a later version.
        """
        self.path = path
        self._zip = self._opened()
        self._reads: list[Generator[tuple[int, Any]]] = []
        try:
            self._entries = self._listed()
            self.manifest = self._manifest()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for read in self._reads:
            read.close()
        self._zip.close()

    @property
    def id(self) -> str:
        return str(self.manifest["id"])

    def rows(self, name: str) -> Iterator[tuple[int, Any]]:
        """Yield the rows of a file with the numbers of their lines.

        The file's digest is checked only after the last row: do not commit anything before.

        Raises:
            CannotImport: the file is damaged, or a line is not JSON.
        """
        self._reads.append(self._rows(name))
        return self._reads[-1]

    def _rows(self, name: str) -> Generator[tuple[int, Any]]:
        said = self.manifest["files"][name]
        digest, size, number = hashlib.sha256(), 0, 0
        with self._reading(name), self._buffered(name) as file:
            while line := file.readline(LINE_BYTES + 1):
                number += 1
                if len(line) > LINE_BYTES:
                    self.refuse(name, number, f"is longer than {LINE_BYTES // MIB} MiB.")
                digest.update(line)
                size += len(line)
                yield number, self._json(name, number, line)
        if (number, size, digest.hexdigest()) != (said["rows"], said["bytes"], said["sha256"]):
            raise self.damaged(f"{name} is not the file that the manifest describes")

    def file(self, name: str, size: int, sha256: str) -> bytes:
        """Return the file of a picture.

        Raises:
            CannotImport: the file is missing or differs.
        """
        entry = self._entries.get(name)
        if entry is None or entry.file_size != size or size > FILE_BYTES:
            raise self.damaged(f"{clipped(name)} is missing or has the wrong length")
        with self._reading(name), self._zip.open(entry) as opened:
            data = opened.read(size + 1)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise self.damaged(f"{clipped(name)} has the wrong content")
        return data

    def refuse(self, name: str, number: int, why: str) -> NoReturn:
        """Refuse the archive because of one of its lines.

        Raises:
            CannotImport: always.
        """
        raise CannotImport(f"{self.path}: {name}, line {number}: {why} Nothing was imported.")

    def damaged(self, what: str) -> CannotImport:
        """Return an error that says that the archive is damaged."""
        return CannotImport(
            f"{self.path} is damaged: {what}. Nothing was imported. Copy the file again, or export "
            "the paper again."
        )

    def _opened(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
            raise self.damaged(f"its list of files cannot be read ({error})") from error
        except OSError as error:
            raise CannotImport(f"{self.path} cannot be read: {error.strerror}.") from error

    def _listed(self) -> dict[str, zipfile.ZipInfo]:
        """Return the entries by their names; refuse entries that do not belong to an archive."""
        entries: dict[str, zipfile.ZipInfo] = {}
        all_of_them = self._zip.infolist()
        if len(all_of_them) > MOST_FILES:
            raise CannotImport(f"{self.path} has more than {MOST_FILES} files.")
        for entry in all_of_them:
            name = entry.filename
            if entry.is_dir():
                continue
            if name not in {MANIFEST, *ROWS} and not MEDIA.fullmatch(name):
                if MANIFEST not in self._zip.namelist():
                    break  # `_manifest` refuses the file with a better message
                raise CannotImport(
                    f"{self.path} has a file that does not belong to an archive: {clipped(name)}."
                )
            if name in entries:
                raise CannotImport(f"{self.path} has two files with the name {name}.")
            if entry.flag_bits & 0x1:
                raise CannotImport(f"{self.path} is encrypted. Decrypt it first.")
            entries[name] = entry
        packed = sum(entry.compress_size for entry in entries.values())
        whole = sum(entry.file_size for entry in entries.values())
        if packed > self.path.stat().st_size or whole > MOST_RATIO * packed + FREE_BYTES:
            raise CannotImport(
                f"{self.path} is not read: it would unpack to {whole // MIB} MiB, more than an "
                "archive has."
            )
        return entries

    def _manifest(self) -> dict[str, Any]:
        entry = self._entries.get(MANIFEST)
        if entry is None:
            raise CannotImport(
                f"{self.path} is a ZIP file, but not an archive of `stoppress export`: it has no "
                f"{MANIFEST}. A story that was exported as static files cannot be imported."
            )
        with self._reading(MANIFEST), self._zip.open(entry) as opened:
            made = self._json(MANIFEST, 1, opened.read(MANIFEST_BYTES))
        if not isinstance(made, dict) or made.get("format") != FORMAT:
            raise CannotImport(f"{self.path} is not an archive of `stoppress export`.")
        if made.get("version") != VERSION:
            raise CannotImport(
                f"{self.path} has version {clipped(str(made.get('version')))} of the format; this "
                f"Stop Press reads version {VERSION}. Import it with a newer Stop Press."
            )
        files = made.get("files")
        whole = isinstance(files, dict) and all(
            isinstance(files.get(name), dict)
            and {"rows", "bytes", "sha256"} <= files[name].keys()
            and name in self._entries
            for name in ROWS
        )
        if not whole or not isinstance(made.get("id"), str):
            raise self.damaged(f"{MANIFEST} does not list all files")
        return made

    def _buffered(self, name: str) -> "io.BufferedReader[Any]":
        return io.BufferedReader(self._zip.open(self._entries[name]))

    def _json(self, name: str, number: int, line: bytes) -> Any:
        try:
            return json.loads(line, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            self.refuse(name, number, f"is not JSON ({error}).")

    @contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise self.damaged(f"{clipped(name)} cannot be read ({error})") from error
        except OSError as error:
            why = error.strerror or error
            raise CannotImport(f"{self.path} cannot be read: {why}.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
