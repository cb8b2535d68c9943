"""Processes that are killed."""

import os
import signal
import time
from functools import partial

from stoppress.drill.audience import Audience
from stoppress.drill.deployment import Deployment
from stoppress.drill.outcome import DidNotStrike
from stoppress.drill.record import Record, cut_off
from stoppress.drill.stage import Stage, until

KILLS = 3
# Transactions of many mutations each: their broadcasts last long enough for a kill in the middle.
BURSTS, BURST = 10, 40
BURSTS_SECONDS = "10"
# A broadcast to some dozens of readers takes less than a millisecond. So the worker runs in steps
# of this length, until some of its readers have an event that others do not have.
RUN_SECONDS = 0.0004
STEPS = 100
# Time for bytes on their way to readers when the worker stops.
UNDER_WAY_SECONDS = 0.05


def kill_a_worker(stage: Stage) -> None:
    """SIGKILL a worker in mid-broadcast, three times.

    After the commit of a burst, the worker runs step by step. Once some of its readers have an
    event that others do not have, it is in mid-broadcast and is killed. If that never happens, it
    runs on until the next burst.
    """
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    press = stage.publish(deployment, "--over", BURSTS_SECONDS)
    bursts = stage.publish(
        deployment, "--together", str(BURST), "--over", BURSTS_SECONDS, count=BURSTS * BURST
    )
    killed = 0
    for number in range(BURSTS):
        # Of two workers that share a socket, one may have accepted nearly all readers.
        workers = deployment.workers_pids()  # fewer while one is being replaced
        worker = workers[number % len(workers)]
        bursts.until(f"committed {number * BURST + 1}")
        killed += _kill_in_mid_broadcast(deployment, audience, worker)
        if killed == KILLS:
            break
    last = bursts.finish()
    recovered = max(press.finish(), last, time.time())
    records = stage.settle(deployment, audience, recovered)
    cut = cut_off(records)
    if not cut or not killed:
        raise DidNotStrike(
            f"{len(cut)} readers lost their connection, {killed} workers were killed in "
            "mid-broadcast"
        )
    stage.outcome.note(
        f"{killed} workers killed when some of their readers had an event that others did not "
        f"have; {len(cut)} readers lost their connection"
    )


def _kill_in_mid_broadcast(deployment: Deployment, audience: Audience, worker: int) -> bool:
    os.kill(worker, signal.SIGSTOP)
    for _ in range(STEPS):
        time.sleep(UNDER_WAY_SECONDS)
        at = audience.places("news")
        # Readers behind the newest cursor belong to the stopped worker.
        stuck = set(at) - {max(at, key=lambda cursor: int(cursor.partition("-")[0]))}
        if len(stuck) >= 2:
            os.kill(worker, signal.SIGKILL)
            until(partial(_replaced, deployment, worker), "the worker was replaced")
            return True
        os.kill(worker, signal.SIGCONT)
        time.sleep(RUN_SECONDS)
        os.kill(worker, signal.SIGSTOP)
    os.kill(worker, signal.SIGCONT)
    return False


def _replaced(deployment: Deployment, dead: int) -> bool:
    workers = deployment.workers_pids()
    return dead not in workers and len(workers) >= deployment.workers


def kill_the_publisher(stage: Stage) -> None:
    """SIGKILL publishers just before and just after their commit, again and again."""
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    press = stage.publish(deployment)
    said: list[float] = []
    kept = deployment.histories()["news"]
    for turn in range(6):
        when = ("before", "after")[turn % 2]
        doomed = deployment.publish(1, "--die", when)
        if doomed.status() != -signal.SIGKILL:
            raise DidNotStrike(f"the publisher that was to die {when} its commit lived")
        said.append(doomed.last_said)
    last = press.finish()
    stage.settle(deployment, audience, max(last, *said))
    after = deployment.histories()["news"]
    held = sum("Held 0 s, after" in event.item for event in after.events)
    stage.outcome.require(
        held == 3, f"{held} of 3 commits are in the log whose publisher died after them"
    )
    grown = len(after.events) - len(kept.events)
    stage.outcome.note(f"3 died before their commit, 3 after; the log grew by {grown} events")
    must_never_show(stage, audience.records())


def roll_back(stage: Stage) -> None:
    """At every second mutation, roll back a transaction and a savepoint after the publish call."""
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    press = stage.publish(deployment, "--roll-back", "2")
    records = stage.settle(deployment, audience, press.finish())
    must_never_show(stage, records)
    for name, history in deployment.histories().items():
        places = [int(cursor.partition("-")[0]) for cursor in history.cursors]
        whole = places == list(range(len(places)))
        stage.outcome.require(whole, f"{name} has a gap in its positions")


def must_never_show(stage: Stage, records: list[Record]) -> None:
    """Fail if any reader was sent an event that was never committed."""
    seen = {id(one.frame): one.frame for record in records for one in record.applied}
    leaked = [frame for frame in seen.values() if "Never committed" in str(frame)]
    stage.outcome.require(not leaked, f"{len(leaked)} frames are of events never committed")
