"""The transaction that is held open is a real one, and it ends."""

import sqlite3
from contextlib import closing

from stoppress.drill.deployment import Deployment
from stoppress.drill.faults.transactions import SLACK, _busy_errors, _transaction, _unchanged


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


def test_a_little_more_is_the_same_delay_and_twice_as_much_is_not():
    assert _unchanged(0.1, 0.05) and _unchanged(0.1, 0.11) and _unchanged(0.0, SLACK / 2)
    assert not _unchanged(0.1, 0.2)


def test_only_an_error_with_the_lock_and_its_consequence_counts_as_clear():
    told = "failed StreamBusy: 'news' is locked. Nothing was published."
    assert _busy_errors([told, "failed StreamBusy: ?", "failed OSError: gone"]) == [told]
