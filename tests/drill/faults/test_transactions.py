"""The transaction that is held open is a true one, and it ends."""

import sqlite3
from contextlib import closing

from stoppress.drill.deployment import Deployment
from stoppress.drill.faults.transactions import _transaction


def checkpoint(connection):
    """Empty the journal; return whether a reader was in the way."""
    return bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])


def test_a_reader_of_an_old_state_holds_the_journal_until_it_ends(tmp_path):
    deployment = Deployment(tmp_path, {})
    deployment.database_file.parent.mkdir(exist_ok=True)
    address = deployment.database_file
    with closing(sqlite3.connect(address, timeout=0, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE news (n int)")
        with _transaction(deployment):
            connection.execute("INSERT INTO news VALUES (1)")
            assert checkpoint(connection)
        assert not checkpoint(connection)
