"""Transactions that stay open."""

import math
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from stoppress.drill.child import ChildError
from stoppress.drill.delays import delays, percentile
from stoppress.drill.deployment import Deployment
from stoppress.drill.outcome import DidNotStrike
from stoppress.drill.postgres import connected
from stoppress.drill.record import cut_off
from stoppress.drill.stage import Stage

# Blocks without and with the transaction alternate, so a busy machine affects both alike.
PAIRS = 3
BLOCK_SECONDS = 3.0
# A delay counts as unchanged up to this ratio and this many seconds more.
RATIO, SLACK = 1.25, 0.025
# Longer than publishers take to start on a busy machine, and to wait for the lock after that.
HOLD_SECONDS = 30.0
REWRITES = 5
# Shorter than a publisher waits (STOPPRESS_LOCK_SECONDS).
LOCKED_SECONDS, LOCK_TRIES = 3.0, 40
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


def hold_a_transaction_open(stage: Stage) -> None:
    """Publish beside an unrelated transaction that stays open, and compare the delays."""
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    spans: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    count = math.ceil(stage.scale.mutations / (2 * PAIRS))
    last = 0.0
    for _ in range(PAIRS):
        for held in (False, True):
            with _transaction(deployment) if held else _nothing():
                press = stage.publish(deployment, "--over", str(BLOCK_SECONDS), count=count)
                press.until("committed 1")
                begun = time.time()
                last = press.finish()
                spans[held].append((begun, last + 1.0))
    records = stage.settle(deployment, audience, last)
    p50, p99 = {}, {}
    for held, blocks in spans.items():
        found = [delays(records, *block) for block in blocks]
        if not all(found):
            raise DidNotStrike("nothing was published beside the transaction")
        p50[held] = statistics.median(percentile(block, 50) for block in found)
        p99[held] = statistics.median(percentile(block, 99) for block in found)
    stage.outcome.note(
        f"delay p50 {p50[False] * 1000:.0f} ms without, {p50[True] * 1000:.0f} ms with it; "
        f"p99 {p99[False] * 1000:.0f} ms without, {p99[True] * 1000:.0f} ms with it"
    )
    unchanged = all(_unchanged(of[False], of[True]) for of in (p50, p99))
    stage.outcome.require(unchanged, "an open transaction delays the readers")


def _unchanged(without: float, beside: float) -> bool:
    """Return whether the delay beside the transaction, in seconds, is as short as without it."""
    return beside <= without * RATIO + SLACK


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _transaction(deployment: Deployment) -> Iterator[None]:
    """Hold a transaction open: on SQLite one that reads, on PostgreSQL one that has written."""
    address = deployment.env.get("DATABASE_URL")
    if address is None:
        with closing(sqlite3.connect(deployment.database_file, isolation_level=None)) as database:
            database.execute("BEGIN")
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield
        return
    with connected(address) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS drill_unrelated (n int)")
        connection.execute("INSERT INTO drill_unrelated VALUES (1)")
        yield
        connection.rollback()


def rewrite_the_tables(stage: Stage) -> None:
    """Rewrite every table of the database again and again, and lock them all for a while."""
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    press = stage.publish(deployment, "--over", "8")
    press.until(stage.part(0.2))
    if stage.backend.is_sqlite:
        with closing(sqlite3.connect(deployment.database_file, timeout=20)) as database:
            for _ in range(REWRITES):
                database.execute("VACUUM")
    else:
        address = deployment.env["DATABASE_URL"]
        with connected(address, autocommit=True) as connection:
            for _ in range(REWRITES):
                connection.execute("VACUUM FULL")
        _lock_all_tables(address)
    records = stage.settle(deployment, audience, max(press.finish(), time.time()))
    stage.outcome.require(not press.failures(), f"a publisher failed: {press.failures()[:1]}")
    stage.outcome.note(f"rewritten {REWRITES} times; publishers waited")
    cut = cut_off(records)
    stage.outcome.require(not cut, f"{len(cut)} readers lost their connection")


def _lock_all_tables(address: str) -> None:
    """Lock them for a while; a publisher that already has one of them goes first."""
    for _ in range(LOCK_TRIES):
        with suppress(ChildError), connected(address) as connection:
            # Before PostgreSQL ends one of two that wait for each other (`deadlock_timeout`).
            connection.execute("SET LOCAL lock_timeout = '300ms'")
            for (table,) in connection.execute(_TABLES).fetchall():
                connection.execute(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')
            time.sleep(LOCKED_SECONDS)
            connection.rollback()
            return
    raise DidNotStrike("the tables were never free to be locked")


def stall_a_publisher(stage: Stage) -> None:
    """Let a publisher hold the streams' locks for 30 s: the others must get a clear error."""
    # Shorter than the holder holds the lock.
    deployment = stage.deploy(STOPPRESS_LOCK_SECONDS="4")
    audience = stage.seat(deployment)
    stage.publish(deployment, count=stage.scale.mutations // 2).finish()
    holder = deployment.publish(1, "--hold", str(HOLD_SECONDS))
    holder.until("holding")
    begun = time.time()
    press = stage.publish(deployment, "--writers", "4", count=stage.scale.mutations // 2)
    if holder.status() != 0:
        raise DidNotStrike("the publisher that was to hold the locks failed")
    held = holder.last_said - begun
    last = press.finish()
    failures = press.failures()
    busy = _busy_errors(failures)
    stage.outcome.require(bool(busy), "no publisher got an error that says the lock was held")
    stage.outcome.require(
        len(busy) == len(failures), f"other errors: {sorted(set(failures) - set(busy))[:1]}"
    )
    stage.outcome.note(f"held for {held:.0f} s; others got {len(busy)} errors: {busy[:1]}")
    stage.settle(deployment, audience, last)


def _busy_errors(failures: list[str]) -> list[str]:
    """Return the errors that say that the lock was held, and that nothing was published."""
    return [
        words for words in failures if "StreamBusy" in words and "Nothing was published" in words
    ]
