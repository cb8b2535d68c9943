"""A PostgreSQL server for the tests, on a free port, without durability."""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from . import programs
from .process import Process, ServiceError, free_port, server_identity

MISSING = "PostgreSQL is not on this machine (`make services` tells more)"

# Nobody needs the data after a crash, so durability would only cost time.
OPTIONS = {"fsync": "off", "full_page_writes": "off", "max_connections": "200"}


class Postgres:
    """One running server; `url()` returns the address of a database in it."""

    def __init__(self, binaries: Path) -> None:
        identity = server_identity()
        self.directory = Path(tempfile.mkdtemp(prefix="stoppress-postgres-"))
        self.port = free_port()
        self._numbers = itertools.count(1)
        if identity:
            os.chown(self.directory, identity["user"], identity["group"])
        data, log = self.directory / "data", self.directory / "log"
        _initdb(binaries, data, identity)
        options = OPTIONS | {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.directory),
        }
        settings = [f"--{name}={value}" for name, value in options.items()]
        self._launch = partial(
            Process,
            [binaries / "postgres", "-D", data, *settings],
            log,
            identity=identity,
            farewell=signal.SIGINT,  # a fast shutdown: it waits for no client
        )
        try:
            self.come_back()
        except ServiceError:
            self.stop()
            raise

    def url(self, database: str = "postgres") -> str:
        """Return the address of an existing database."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Create an empty database; return its address."""
        name = f"fresh_{next(self._numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url(name)

    def restart(self) -> None:
        """Stop the server and start it again, on its port and with its data."""
        self.go_away()
        self.come_back()

    def go_away(self) -> None:
        """Stop the server and end every connection; keep its data."""
        self.process.stop()

    def come_back(self) -> None:
        """Start the server again, on its port and with its data."""
        self.process = self._launch()
        self.process.wait_until(self._answers, "it took connections")

    def stop(self) -> None:
        """Stop the server and delete its data."""
        try:
            self.process.stop()
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


def _initdb(binaries: Path, data: Path, identity: dict[str, Any]) -> None:
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
    done = subprocess.run(
        [binaries / "initdb", "-D", data, *options],
        cwd="/",  # one that its user may enter
        capture_output=True,
        text=True,
        timeout=120,
        **identity,
    )
    if done.returncode:
        raise ServiceError(f"initdb failed:\n{done.stdout}{done.stderr}")


def start() -> Postgres | None:
    """Start a server; return None if the machine has no PostgreSQL."""
    binaries = programs.postgres()
    return Postgres(binaries) if binaries else None
