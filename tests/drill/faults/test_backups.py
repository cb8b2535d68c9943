"""A restored file has its own state, and nothing that was written since."""

import sqlite3
from contextlib import closing

from stoppress.drill.deployment import Deployment
from stoppress.drill.faults.backups import _by_file, _reset_twice
from tests.drill.doctored import log, record, snapshot


def rows(database):
    with closing(sqlite3.connect(database)) as connection:
        return [row for (row,) in connection.execute("SELECT n FROM news ORDER BY n")]


def test_an_old_journal_is_not_applied_to_a_restored_backup(tmp_path):
    deployment = Deployment(tmp_path, {})
    database, backup = deployment.database_file, tmp_path / "backup.sqlite3"
    database.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE news (n int)")
        connection.execute("INSERT INTO news VALUES (1)")
        connection.execute("VACUUM INTO ?", [str(backup)])
        connection.execute("INSERT INTO news VALUES (2)")
        assert rows(database) == [1, 2]
        _by_file(deployment, backup)  # while others have the old one open
        assert rows(database) == [1]
    assert rows(database) == [1] and rows(backup) == [1]


def test_only_a_reader_with_two_resets_counts_as_reset_by_both_restores():
    first, fork, ahead = (snapshot(log(3), 2, why) for why in ("start", "fork", "ahead"))
    both = [record(first, fork, ahead), record(first, ahead, ahead)]
    assert _reset_twice([*both, record(first, fork)]) == 2
