"""The table of the faults."""

from collections.abc import Callable
from dataclasses import dataclass

from stoppress.drill.stage import Stage

from . import (
    backups,
    cursors,
    disks,
    hostile,
    kills,
    lines,
    reconnecting,
    services,
    slow,
    transactions,
    versions,
    writers,
)


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        run: causes the fault. Raises `NotApplicable` if the fault is impossible here, and
            `DidNotStrike` if it did not really happen.
        fast: whether it is short enough for every run of the tests.
    """

    number: int
    name: str
    run: Callable[[Stage], None]
    fast: bool = False


FAULTS = (
    Fault(1, "a worker killed in mid-broadcast", kills.kill_a_worker, fast=True),
    Fault(2, "the publisher killed before and after commit", kills.kill_the_publisher, fast=True),
    Fault(3, "rollback after the publish call", kills.roll_back),
    Fault(4, "16 writers at once", writers.write_at_once),
    Fault(5, "a long unrelated transaction open", transactions.hold_a_transaction_open),
    Fault(6, "Redis restarted, then absent", services.lose_redis),
    Fault(7, "the LISTEN connection terminated", services.end_the_listening),
    Fault(8, "PostgreSQL restarted", services.restart_postgres),
    Fault(9, "a failover that lost the last commits", services.lose_the_last_commits),
    Fault(10, "a SQLite backup restored", backups.put_a_backup_back, fast=True),
    Fault(11, "TCP cut at every byte of a frame", lines.cut_at_every_byte, fast=True),
    Fault(12, "half-open sockets", lines.lose_a_line),
    Fault(13, "a reader that stops reading", slow.stop_reading),
    Fault(14, "2,000 readers reconnecting at once", reconnecting.come_back_at_once),
    Fault(15, "rolling restart", reconnecting.restart_workers),
    Fault(16, "a cursor older than the log", cursors.come_from_before_the_log),
    Fault(
        17, "a cursor of another history, ahead, unreadable", cursors.come_from_nowhere, fast=True
    ),
    Fault(18, "news between page and connection", cursors.connect_with_a_page),
    Fault(19, "trimming during a replay", cursors.trim_during_replays),
    Fault(20, "the event loop stalled for 5 s", slow.stall_the_event_loop),
    Fault(21, "WebSockets blocked, event streams buffered", versions.fall_back),
    Fault(22, "an old client, a newer server", versions.meet_a_newer_server),
    Fault(23, "foreign origins, floods, oversized frames", hostile.misbehave),
    Fault(24, "disk full", disks.fill_the_disk),
    Fault(25, "a publisher stalled with the lock", transactions.stall_a_publisher),
    Fault(26, "no connection to PostgreSQL left", services.take_every_connection),
    Fault(27, "tables rewritten and locked", transactions.rewrite_the_tables),
    Fault(28, "more readers than the server takes", hostile.crowd_out),
)
