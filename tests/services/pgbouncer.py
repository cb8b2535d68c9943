"""PgBouncer before a PostgreSQL of the tests, on a free port."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from stoppress.drill.free_port import free_port

from . import programs
from .postgres import Postgres
from .process import Process, server_identity

MISSING = "PgBouncer is not on this machine (`make services` tells more)"


@contextmanager
def pooling(postgres: Postgres, folder: Path, **options: str) -> Iterator[int | None]:
    """Run PgBouncer with these options; yield its port, or None where there is no PgBouncer."""
    binary = programs.pgbouncer()
    if binary is None:
        yield None
        return
    port = free_port()
    written = {
        "listen_addr": "127.0.0.1",
        "listen_port": str(port),
        "auth_type": "any",
        "unix_socket_dir": "",
        **options,
    }
    lines = [
        "[databases]",
        f"* = host=127.0.0.1 port={postgres.port} user=postgres",
        "[pgbouncer]",
        *(f"{name} = {value}" for name, value in written.items()),
    ]
    config = postgres.directory / f"pgbouncer-{port}.ini"  # a directory that its user may enter
    config.write_text("\n".join(lines))
    process = Process([binary, config], folder / f"{port}.log", identity=server_identity())

    def answers() -> bool:
        try:
            psycopg.connect(f"postgres://postgres@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    try:
        process.wait_until(answers, "it took connections")
        yield port
    finally:
        process.kill()
