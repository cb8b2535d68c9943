"""A PostgreSQL server for the tests, on a free port, without durability."""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import psycopg

from stoppress.drill.free_port import free_port

from . import programs
from .migrated import migrate
from .process import Process, ServiceError, server_identity

MISSING = "PostgreSQL is not on this machine (`make services` tells more)"

HOST = "127.0.0.1"

# Nobody needs the data after a crash, so durability would only cost time.
OPTIONS = {"fsync": "off", "full_page_writes": "off", "max_connections": "200"}


class Postgres:
    """One running server; `url()` returns the address of a database in it."""

    def __init__(self, binaries: Path, primary: "Postgres | None" = None) -> None:
        """Start it on new data, or as the standby of a primary: at its port, on another address."""
        self.binaries, self._identity = binaries, server_identity()
        identity = self._identity
        self.directory = Path(tempfile.mkdtemp(prefix="stoppress-postgres-"))
        # On Linux every address from 127.0.0.1 to 127.255.255.254 is this machine.
        self.host, self.port = ("127.0.0.2", primary.port) if primary else (HOST, free_port())
        self._numbers = itertools.count(1)
        if identity:
            os.chown(self.directory, identity["user"], identity["group"])
        data, log = self.directory / "data", self.directory / "log"
        if primary:
            _copy(binaries, primary, data, identity)
        else:
            _initdb(binaries, data, identity)
        options = OPTIONS | {
            "port": str(self.port),
            "listen_addresses": self.host,
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
        return f"postgres://postgres@{self.host}:{self.port}/{database}"

    def new_database(self, template: str = "template1") -> str:
        """Create a database, an empty one or a copy of another; return its address."""
        name = f"fresh_{next(self._numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self.url(name)

    def migrated_database(self) -> str:
        """Create a database that is migrated already; return its address."""
        return self.new_database(self._migrated)

    @cached_property
    def _migrated(self) -> str:
        url = self.new_database()
        migrate(self.directory / "migrated", url)
        return url.rpartition("/")[2]

    def standby(self) -> "Postgres":
        """Start a server that follows this one."""
        return type(self)(self.binaries, self)

    def promote(self) -> None:
        """Make a standby a primary."""
        _run([self.binaries / "pg_ctl", "promote", "-D", self.directory / "data"], self._identity)

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
    _run([binaries / "initdb", "-D", data, *options], identity)


def _copy(binaries: Path, primary: Postgres, data: Path, identity: dict[str, Any]) -> None:
    """Copy the data of a running primary, to follow it from there."""
    address = ["-h", primary.host, "-p", str(primary.port), "-U", "postgres"]
    options = ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"]
    _run([binaries / "pg_basebackup", "-D", data, *address, *options], identity)


def _run(command: Sequence[str | Path], identity: dict[str, Any]) -> None:
    done = subprocess.run(
        command,
        cwd="/",  # one that its user may enter
        capture_output=True,
        text=True,
        timeout=120,
        **identity,
    )
    if done.returncode:
        raise ServiceError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


def start() -> Postgres | None:
    """Start a server; return None if the machine has no PostgreSQL."""
    binaries = programs.postgres()
    return Postgres(binaries) if binaries else None
