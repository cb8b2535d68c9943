"""A SQLite backup is restored while readers are connected."""

import os
import shutil
import time
from pathlib import Path

from stoppress.drill.child import ChildError
from stoppress.drill.deployment import Deployment
from stoppress.drill.history import heads
from stoppress.drill.outcome import DidNotStrike, NotApplicable
from stoppress.drill.record import Record
from stoppress.drill.stage import Stage


def put_a_backup_back(stage: Stage) -> None:
    """Restore a backup by the command, then by replacing the file.

    No reader may splice the old history and the new one.
    """
    if not stage.backend.is_sqlite:
        raise NotApplicable("The database is not a SQLite file; fault 9 tests a lost history.")
    deployment = stage.deploy()
    readers = stage.scale.readers
    audience = stage.seat(deployment)
    away = list(range(0, readers, 4))
    backup = stage.directory / "backup.sqlite3"
    count = stage.scale.mutations // 5
    stage.publish(deployment, count=count).finish()
    done = deployment.manage("backup", str(backup))
    if done.returncode:
        raise ChildError(f"the backup could not be made: {done.stderr}")
    last = 0.0
    for put_back in (_by_command, _by_file):
        stage.publish(deployment, count=count).finish()
        lost = deployment.histories()
        if not audience.until_at(heads(lost), 30):
            raise DidNotStrike("the readers had not read the events that were then lost")
        stage.before.append(lost)
        audience.leave(away)
        put_back(deployment, backup)
        press = stage.publish(deployment, count=count)
        press.until("committed 5")
        audience.come_back(away)
        last = max(press.finish(), time.time())
        if not audience.until_at(heads(deployment.histories()), 30):
            break
    records = stage.settle(deployment, audience, last, resets={"fork", "ahead"})
    reset = _reset_twice(records)
    stage.outcome.note(
        f"{reset} of {readers} readers got a new snapshot after both restores; {len(away)} were "
        "disconnected meanwhile"
    )
    stage.outcome.require(
        reset == readers, "some readers got no new snapshot though history had changed"
    )


def _reset_twice(records: list[Record]) -> int:
    """Count the readers that got a snapshot with `fork` or `ahead` after both restores."""
    forks = [sum(r in {"fork", "ahead"} for r in record.resets()) for record in records]
    return sum(count >= 2 for count in forks)


def _by_command(deployment: Deployment, backup: Path) -> None:
    done = deployment.manage("restore", str(backup))
    if done.returncode:
        raise ChildError(f"`restore` failed: {done.stderr}")


def _by_file(deployment: Deployment, backup: Path) -> None:
    """Replace the database file and drop its journal, as an operator in a hurry would."""
    database = deployment.database_file
    new = database.with_suffix(".new")
    shutil.copy(backup, new)
    for leftover in ("-wal", "-shm"):
        Path(f"{database}{leftover}").unlink(missing_ok=True)
    os.replace(new, database)
