"""The database's disk is full."""

import time

from stoppress.drill.backend import move_to_tablespace
from stoppress.drill.disk import SmallDisk, permitted
from stoppress.drill.outcome import DidNotStrike, NotApplicable
from stoppress.drill.record import cut_off
from stoppress.drill.stage import Stage

MEGABYTES = 64
FULL_SECONDS = 3.0


def fill_the_disk(stage: Stage) -> None:
    """Fill the database's disk while publishing goes on; free the space some seconds later."""
    disk = _disk(stage)
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    press = stage.publish(deployment, "--over", "6")
    press.until(stage.part(0.3))
    disk.fill()
    begun = time.time()
    # Wait for a failure: SQLite and PostgreSQL first use the space that they have allocated.
    while not press.failures() and time.time() - begun < 20:
        time.sleep(0.1)
    failed = press.failures()
    if not failed:
        raise DidNotStrike("publishers went on as if the disk were not full")
    time.sleep(FULL_SECONDS)
    disk.make_room()
    recovered = max(press.finish(), time.time())
    records = stage.settle(deployment, audience, recovered)
    stage.outcome.note(f"publishers got {len(press.failures())} errors, such as {failed[0]!r}")
    cut = cut_off(records)
    words = [note for record in cut[:1] for _, note in record.notes if "again" in note]
    stage.outcome.require(not cut, f"{len(cut)} readers lost their connection: {words[:1]}")


def _disk(stage: Stage) -> SmallDisk:
    if not permitted():
        raise NotApplicable("Only root may mount the small disk that the drill fills.")
    if stage.backend.is_sqlite:
        disk = SmallDisk(stage.directory / "data", MEGABYTES)
        stage.ending.callback(disk.remove)
        return disk
    if stage.backend.postgres_control is None:
        raise NotApplicable("The drill may not fill the disk of this PostgreSQL server.")
    disk = SmallDisk(stage.backend.postgres_control.directory / "small", MEGABYTES)
    stage.ending.callback(disk.remove)
    stage.ending.callback(move_to_tablespace(stage.backend, stage.database, disk.directory))
    return disk
