"""PostgreSQL and Redis restart, are absent, or lose data."""

import time
from contextlib import ExitStack, suppress

from stoppress.drill.child import ChildError
from stoppress.drill.control import PostgresControl, RedisControl
from stoppress.drill.delays import delays, percentile
from stoppress.drill.deployment import Deployment
from stoppress.drill.history import heads
from stoppress.drill.outcome import DidNotStrike, NotApplicable
from stoppress.drill.postgres import connected
from stoppress.drill.record import Record, cut_off
from stoppress.drill.stage import Stage, until

TERMINATIONS = 3
AWAY_SECONDS = 3.0
# Without a wake-up the log is read each second (STOPPRESS_SAFETY_POLL); one second is margin.
POLLED_SECONDS = 2.0

# Only the site's connections: those that the drill holds have run no query yet.
_END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND query <> '' AND pid <> pg_backend_pid()
"""
_TERMINATE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND query ILIKE 'LISTEN%' AND pid <> pg_backend_pid()
"""


def lose_redis(stage: Stage) -> None:
    """Restart Redis, then stop it for a minute."""
    redis = _redis(stage)
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    away = stage.scale.absence
    press = stage.publish(deployment, "--over", str(away + min(10, away)))
    press.until(stage.part(0.05))
    redis.go_away()
    redis.come_back()
    press.until(stage.part(0.1))
    redis.go_away()
    begun = time.time()
    try:
        time.sleep(away)
        ended = time.time()
    finally:
        redis.come_back()
    records = stage.settle(deployment, audience, max(press.finish(), time.time()))
    stage.outcome.require(not press.failures(), f"a publisher failed: {press.failures()[:1]}")
    # Events of the first second may still have come through the old connection.
    late = delays(records, begun + 1, ended)
    if not late:
        raise DidNotStrike("nothing was published while Redis was away")
    stage.outcome.note(
        f"without Redis for {away:g} s the delay was p50 {percentile(late, 50):.2f} s, at most "
        f"{max(late):.2f} s"
    )
    stage.outcome.require(
        max(late) <= POLLED_SECONDS, "without Redis the delay is longer than a safety poll"
    )
    _never_cut(stage, records)


def end_the_listening(stage: Stage) -> None:
    """Terminate every LISTEN connection, three times."""
    if stage.backend.is_sqlite:
        raise NotApplicable("SQLite has no LISTEN connections.")
    if stage.backend.redis_url:
        raise NotApplicable("With Redis, wake-ups come through Redis and not through LISTEN.")
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    before = deployment.metric("stoppress_relay_reconnects_total")
    press = stage.publish(deployment, "--over", "8")
    ended = 0
    for strike in range(1, TERMINATIONS + 1):
        press.until(stage.part(strike / (TERMINATIONS + 1)))
        ended += _terminate(deployment)
    if ended < TERMINATIONS:
        raise DidNotStrike(f"only {ended} LISTEN connections were terminated in all")
    records = stage.settle(deployment, audience, press.finish())
    again = deployment.metric("stoppress_relay_reconnects_total") - before
    stage.outcome.note(f"{ended} LISTEN connections were terminated; {again:g} reconnects counted")
    stage.outcome.require(again >= ended, "the metric does not count every reconnect")
    _never_cut(stage, records)


def restart_postgres(stage: Stage) -> None:
    """Stop PostgreSQL for some seconds while publishers publish and readers read."""
    postgres = _postgres(stage)
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    press = stage.publish(deployment, "--over", "10")
    press.until(stage.part(0.3))
    postgres.go_away()
    try:
        time.sleep(AWAY_SECONDS)
    finally:
        postgres.come_back()
    records = stage.settle(deployment, audience, max(press.finish(), time.time()))
    if not press.failures():
        raise DidNotStrike("no publisher noticed that PostgreSQL was away")
    stage.outcome.note(f"publishers got {len(press.failures())} errors, and tried again")
    _never_cut(stage, records)


def take_every_connection(stage: Stage) -> None:
    """Take every connection that PostgreSQL has for some seconds, and end those in use."""
    _postgres(stage)
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    press = stage.publish(deployment, "--over", "10")
    press.until(stage.part(0.3))
    taken = _take_all(deployment, AWAY_SECONDS)
    records = stage.settle(deployment, audience, max(press.finish(), time.time()))
    if not press.failures():
        raise DidNotStrike("every publisher had a connection all the time")
    stage.outcome.note(
        f"{taken} connections were taken; publishers got {len(press.failures())} errors, and "
        "tried again"
    )
    _never_cut(stage, records)


def _take_all(deployment: Deployment, seconds: float) -> int:
    """Take all connections, also those that the deployment gives up; return their number."""
    address, most = deployment.env["DATABASE_URL"], 0
    with ExitStack() as held:
        admin = held.enter_context(connected(address, autocommit=True))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(ChildError):  # no connection is left
                while True:
                    held.enter_context(connected(address))
                    most += 1
            admin.execute(_END_OTHERS)
            time.sleep(0.05)
    return most


def lose_the_last_commits(stage: Stage) -> None:
    """Restore PostgreSQL to an earlier state, and publish other events from there."""
    postgres = _postgres(stage)
    deployment = stage.deploy()
    half = stage.scale.mutations // 2
    audience = stage.audience(deployment)
    stage.publish(deployment, count=half // 2).finish()
    postgres.go_away()
    postgres.keep_copy()
    postgres.come_back()
    until(lambda: _answers(deployment), "the server reads its database again")
    readers = audience.join(stage.scale.readers, [deployment.url], deployment.asks())
    audience.until_joined()
    stage.publish(deployment, count=half - half // 2).finish()
    lost = deployment.histories()
    if not audience.until_at(heads(lost), 30):
        raise DidNotStrike("the readers had not read the events that were then lost")
    stage.before.append(lost)
    away = readers[::4]
    audience.leave(away)
    postgres.go_away()
    postgres.put_copy_back()
    postgres.come_back()
    # More events than were lost, so all lost positions are given to other events.
    press = stage.publish(deployment, count=stage.scale.mutations - half)
    press.until("committed 5")
    audience.come_back(away)
    recovered = max(press.finish(), time.time())
    records = stage.settle(deployment, audience, recovered, resets={"fork", "ahead"})
    forked = _forked(records, lost["news"].head)
    stage.outcome.note(
        f"{forked} of {len(records)} readers got a snapshot with `fork` or `ahead` ({len(away)} of "
        f"them on their return); the log had {len(lost['news'].events)} events before"
    )
    stage.outcome.require(
        forked == len(records), "some readers got no snapshot with `fork` or `ahead`"
    )


def _forked(records: list[Record], head: str) -> int:
    """Count the readers that got a snapshot with `fork` or `ahead` after the lost head."""
    count = 0
    for record in records:
        frames = [one.frame for one in record.of("news")]
        places = [n for n, frame in enumerate(frames) if frame["cursor"] == head]
        reasons = [frame["reason"] for frame in frames[(places or [0])[0] :] if "reason" in frame]
        count += bool({"fork", "ahead"} & set(reasons))
    return count


def _never_cut(stage: Stage, records: list[Record]) -> None:
    cut = cut_off(records)
    words = [note for record in cut[:1] for _, note in record.notes if "again" in note]
    stage.outcome.require(not cut, f"{len(cut)} readers lost their connection: {words[:1]}")


def _redis(stage: Stage) -> RedisControl:
    if not stage.backend.redis_url:
        raise NotApplicable("The deployment uses no Redis.")
    if stage.backend.redis_control is None:
        raise NotApplicable("The drill may not restart this Redis server.")
    return stage.backend.redis_control


def _postgres(stage: Stage) -> PostgresControl:
    if stage.backend.is_sqlite:
        raise NotApplicable("SQLite has no server that could restart or fail over.")
    if stage.backend.postgres_control is None:
        raise NotApplicable("The drill may not restart this PostgreSQL server.")
    return stage.backend.postgres_control


def _terminate(deployment: Deployment) -> int:
    with connected(deployment.env["DATABASE_URL"], autocommit=True) as connection:
        row = connection.execute(_TERMINATE).fetchone()
    return int(row[0]) if row else 0


def _answers(deployment: Deployment) -> bool:
    try:
        return deployment.get("/readyz").startswith("ready")
    except OSError:
        return False
