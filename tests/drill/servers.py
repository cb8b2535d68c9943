"""The tests' PostgreSQL, with what a drill does to it: its data put back to where they were."""

import shutil
from pathlib import Path

from tests.services import postgres, programs, redis


class DrillPostgres(postgres.Postgres):
    """A PostgreSQL server that can lose its last commits."""

    @classmethod
    def begin(cls) -> "DrillPostgres | None":
        """Start a server; None where the machine has no PostgreSQL."""
        binaries = programs.postgres()
        return cls(binaries) if binaries else None

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    @property
    def _copy(self) -> Path:
        return self.directory / "copy"

    def keep_copy(self) -> None:
        """Copy the data of the stopped server."""
        shutil.rmtree(self._copy, ignore_errors=True)
        _copy_tree(self._data, self._copy)

    def put_copy_back(self) -> None:
        """Put the copy in the place of the stopped server's data."""
        shutil.rmtree(self._data)
        _copy_tree(self._copy, self._data)


def start_redis() -> redis.Redis | None:
    """Start a Redis; None where the machine has none."""
    return redis.start()


def _copy_tree(source: Path, target: Path) -> None:
    # With owners: PostgreSQL starts only on data that are its user's own.
    shutil.copytree(source, target, symlinks=True)
    for path in (target, *target.rglob("*")):
        status = (source / path.relative_to(target)).lstat()
        shutil.chown(path, status.st_uid, status.st_gid)
