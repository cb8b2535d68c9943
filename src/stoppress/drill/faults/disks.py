"""A disk that is full."""

import time

from stoppress.drill.backend import move_to_tablespace
from stoppress.drill.disk import SmallDisk, permitted
from stoppress.drill.outcome import DidNotStrike, NotApplicable
from stoppress.drill.record import cut_off
from stoppress.drill.stage import Stage

MEGABYTES = 64
FULL_SECONDS = 3.0


def fill_the_disk(stage: Stage) -> None:
    """Fill the database's disk while publishing goes on; make room after a while."""
    disk = _disk(stage)
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    press = stage.publish(deployment, "--over", "6")
    press.until(stage.part(0.3))
    disk.fill()
    begun = time.time()
    # Until a publisher has failed: SQLite and PostgreSQL go on in the room that they have.
    while not press.failures() and time.time() - begun < 20:
        time.sleep(0.1)
    failed = press.failures()
    if not failed:
        raise DidNotStrike("publishers went on as if the disk were not full")
    time.sleep(FULL_SECONDS)
    disk.make_room()
    recovered = max(press.finish(), time.time())
    records = stage.settle(deployment, audience, recovered)
    stage.outcome.note(f"{len(press.failures())} times a publisher was told: {failed[0]!r}")
    cut = cut_off(records)
    words = [told for record in cut[:1] for _, told in record.notes if "again" in told]
    stage.outcome.require(not cut, f"{len(cut)} readers were disturbed: {words[:1]}")


def _disk(stage: Stage) -> SmallDisk:
    if not permitted():
        raise NotApplicable("Only root may mount the small disk that is to be filled.")
    if stage.backend.is_sqlite:
        disk = SmallDisk(stage.directory / "data", MEGABYTES)
        stage.ending.callback(disk.remove)
        return disk
    if stage.backend.postgres_control is None:
        raise NotApplicable("The disk of this PostgreSQL is not the drill's to fill.")
    disk = SmallDisk(stage.backend.postgres_control.directory / "small", MEGABYTES)
    stage.ending.callback(disk.remove)
    stage.ending.callback(move_to_tablespace(stage.backend, stage.database, disk.directory))
    return disk
