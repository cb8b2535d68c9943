"""The services of a drill's deployment: SQLite or PostgreSQL, with or without Redis."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .control import PostgresControl, RedisControl
from .postgres import connected


@dataclass(frozen=True)
class Backend:
    """The servers that scratch databases are created on; SQLite if there is no `database_url`.

    Attributes:
        postgres_control, redis_control: given if the drill may stop the server.
    """

    database_url: str | None = None
    redis_url: str | None = None
    postgres_control: PostgresControl | None = None
    redis_control: RedisControl | None = None

    @property
    def name(self) -> str:
        if self.database_url is None:
            return "SQLite + Redis" if self.redis_url else "SQLite"
        return "PostgreSQL + Redis" if self.redis_url else "PostgreSQL"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url is None

    @contextmanager
    def scratch(self) -> Iterator[dict[str, str]]:
        """Create a database and drop it at the end; yield the environment that names it."""
        redis = {"REDIS_URL": self.redis_url} if self.redis_url else {}
        if self.database_url is None:
            yield redis
            return
        name = f"stoppress_drill_{secrets.token_hex(4)}"
        server = self.database_url
        _run(server, f'CREATE DATABASE "{name}"')
        try:
            yield {"DATABASE_URL": database_of(server, name), **redis}
        finally:
            _run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def move_to_tablespace(
    backend: Backend, env: Mapping[str, str], directory: Path
) -> Callable[[], None]:
    """Move an unused database to another directory of its server.

    Returns:
        A function that drops the database and its tablespace.
    """
    server = backend.database_url or ""
    name = env["DATABASE_URL"].partition("?")[0].rpartition("/")[2]
    space = f"{name}_space"
    owner = directory.parent.stat()
    os.chown(directory, owner.st_uid, owner.st_gid)
    place = directory / "space"
    place.mkdir()
    os.chown(place, owner.st_uid, owner.st_gid)
    _run(server, f"CREATE TABLESPACE \"{space}\" LOCATION '{place}'")
    _run(server, f'ALTER DATABASE "{name}" SET TABLESPACE "{space}"')

    def move_back() -> None:
        _run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _run(server, f'DROP TABLESPACE "{space}"')

    return move_back


def database_of(server: str, name: str) -> str:
    """Return the address of another database of a server."""
    before, _, options = server.partition("?")
    base, _, _ = before.rpartition("/")
    return f"{base}/{name}" + (f"?{options}" if options else "")


def _run(server: str, statement: str) -> None:
    with connected(server, autocommit=True) as connection:
        connection.execute(statement)
