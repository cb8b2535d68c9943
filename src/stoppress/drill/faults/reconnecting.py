"""Many readers reconnect at once, or spread over a window."""

import signal
import time

from stoppress.drill.deployment import Deployment
from stoppress.drill.outcome import DidNotStrike
from stoppress.drill.record import Record
from stoppress.drill.stage import Stage, until

WINDOW_SECONDS = 4.0
# Database reads that a returning crowd may cost: some per process and stream, none per reader.
READS_A_PROCESS_AND_STREAM = 4


def come_back_at_once(stage: Stage) -> None:
    """Reconnect 2,000 readers within one second, each from its cursor."""
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    some = max(1, stage.scale.mutations // 25)
    stage.publish(deployment, count=stage.scale.mutations - 3 * some).finish()
    crowd = audience.join(
        stage.scale.crowd, [deployment.url], deployment.asks(), transports=("light",)
    )
    audience.until_joined(seconds=120)
    stage.publish(deployment, "--over", "2", count=some).finish()
    audience.leave(crowd)
    stage.publish(deployment, count=some).finish()
    reads, begun = _reads(deployment), time.time()
    audience.come_back(crowd)
    audience.until_joined(seconds=60)
    took, grown = time.time() - begun, _reads(deployment) - reads
    last = stage.publish(deployment, "--over", "3", count=some).finish()
    records = stage.settle(deployment, audience, last)
    light = [record for record in records if record.transport == "light"]
    again = [when for r in light for when, words in r.notes if when >= begun]
    refused = {words for r in records for _, words in r.notes if "answered" in words}
    most = READS_A_PROCESS_AND_STREAM * deployment.workers * len(deployment.streams)
    stage.outcome.note(
        f"{len(again)} handshakes in {max(again) - begun:.1f} s, all live after {took:.1f} s; "
        f"{grown:g} reads of the database, not counting the regular looks at the log"
    )
    stage.outcome.require(grown <= most, f"the crowd cost {grown:g} reads; {most} are allowed")
    stage.outcome.require(not refused, f"some handshakes were {sorted(refused)[:3]}")


def _reads(deployment: Deployment) -> float:
    return deployment.metric("stoppress_log_reads_total", without='kind="look"')


def restart_workers(stage: Stage) -> None:
    """Replace the workers one after another while publishing goes on."""
    # Few readers would come back sooner, and the spread could not be seen.
    deployment = stage.deploy(
        STOPPRESS_DRAIN_SECONDS=f"{WINDOW_SECONDS:g}", STOPPRESS_DRAIN_RATE="1"
    )
    audience = stage.seat(deployment)
    old = set(deployment.workers_pids())
    press = stage.publish(deployment, "--over", "15")
    press.until(stage.part(0.1))
    assert deployment.server is not None
    deployment.server.signal(signal.SIGHUP)
    begun = time.time()
    until(lambda: _all_replaced(deployment, old), "every worker was replaced", 60)
    records = stage.settle(deployment, audience, max(press.finish(), time.time()))
    back = _reconnects(records, begun)
    pushed = sum(record.transport != "poll" for record in records)
    if len(back) < pushed // 2:
        raise DidNotStrike(f"only {len(back)} of {pushed} readers had to reconnect")
    # A herd would reconnect within one slice of the window.
    slice_ = WINDOW_SECONDS / 10
    densest = _densest(back, slice_)
    stage.outcome.note(
        f"{len(back)} readers reconnected over {max(back) - min(back):.1f} s; at most {densest} of "
        f"them within {slice_:g} s"
    )
    stage.outcome.require(
        densest <= max(5, len(back) * 0.35), "too many readers reconnected at the same time"
    )


def _all_replaced(deployment: Deployment, old: set[int]) -> bool:
    workers = set(deployment.workers_pids())
    return not workers & old and len(workers) >= deployment.workers


def _reconnects(records: list[Record], since: float) -> list[float]:
    return [
        when
        for record in records
        if record.transport != "poll"
        for when, words in record.notes
        if words == "connected" and when > since
    ]


def _densest(times: list[float], seconds: float) -> int:
    """Return the largest number of times within any span of so many seconds."""
    return max(sum(at <= other < at + seconds for other in times) for at in times)
