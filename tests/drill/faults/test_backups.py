"""A file that is put back brings its own state, and nothing that was written since."""

import sqlite3
from contextlib import closing

from stoppress.drill.deployment import Deployment
from stoppress.drill.faults.backups import _by_file, _told_of_both
from tests.drill.doctored import log, record, snapshot


def rows(database):
    with closing(sqlite3.connect(database)) as connection:
        return [row for (row,) in connection.execute("SELECT n FROM news ORDER BY n")]


def test_a_journal_of_before_is_not_laid_over_a_backup(tmp_path):
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


def test_only_who_was_told_twice_was_told_of_both_backups():
    first, fork, ahead = (snapshot(log(3), 2, why) for why in ("start", "fork", "ahead"))
    both = [record(first, fork, ahead), record(first, ahead, ahead)]
    assert _told_of_both([*both, record(first, fork)]) == 2
