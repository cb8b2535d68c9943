"""The servers of the tests, with the operations that a drill needs to break them."""

import shutil
from pathlib import Path

from tests.services import postgres, programs, redis


class DrillPostgres(postgres.Postgres):
    """A PostgreSQL server that can lose its last commits."""

    @classmethod
    def begin(cls) -> "DrillPostgres | None":
        """Start a server; return None if the machine has no PostgreSQL."""
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
        """Replace the stopped server's data by the copy."""
        shutil.rmtree(self._data)
        _copy_tree(self._copy, self._data)


def start_redis() -> redis.Redis | None:
    """Start a Redis server; return None if the machine has none."""
    return redis.start()


def _copy_tree(source: Path, target: Path) -> None:
    # The copy keeps the owners: PostgreSQL starts only on data that its user owns.
    shutil.copytree(source, target, symlinks=True)
    for path in (target, *target.rglob("*")):
        status = (source / path.relative_to(target)).lstat()
        shutil.chown(path, status.st_uid, status.st_gid)
