"""Readers, and processes, that stand still."""

import os
import signal
import statistics
import time
from contextlib import ExitStack
from pathlib import Path

from stoppress.site.drill.child import ChildError
from stoppress.site.drill.delays import delays, percentile
from stoppress.site.drill.deployment import Deployment
from stoppress.site.drill.outcome import DidNotStrike
from stoppress.site.drill.press import open_stories
from stoppress.site.drill.raw_socket import halted_reader
from stoppress.site.drill.stage import Stage, until

PAIRS = 5
PACE = "3"  # seconds for a block
HALTED = 10
RATIO = 1.25
# Below this a p99 is the machine's own unrest, and a ratio of two of them says nothing.
UNREST_SECONDS = 0.02
GROWTH_BYTES = 64 * 1024 * 1024
LAG_SECONDS = 6.0
SWOLLEN_BYTES, SWELLINGS = 150_000, 60
STALL_SECONDS = 5.0


def stop_reading(stage: Stage) -> None:
    """Let some readers stop reading; compare the others' delays with runs without them."""
    deployment = stage.deploy(
        STOPPRESS_LAG_SECONDS=f"{LAG_SECONDS:g}", STOPPRESS_LAG_EVENTS="100000"
    )
    audience = stage.seat(deployment)
    spans: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    count = max(30, stage.scale.mutations // (2 * PAIRS))
    memory = _memory(deployment)
    last = 0.0
    for _ in range(PAIRS):
        for halted in (False, True):
            with ExitStack() as leaving:
                if halted:
                    for _ in range(HALTED):
                        leaving.enter_context(halted_reader(deployment.url, deployment.streams))
                press = stage.publish(deployment, "--long", "--over", PACE, count=count)
                press.until("committed 1")
                begun = time.time()
                last = press.finish()
                spans[halted].append((begun, last + 1.0))
    [story] = open_stories(stage.directory / "swelling.log", deployment.env, 1)
    with halted_reader(deployment.url, [f"story:{story}"]):
        # More than the kernel keeps for a reader, some 4 MB, in a story that no other reads.
        swelling = ("--swell", str(SWOLLEN_BYTES), "--only", str(story))
        last = stage.publish(deployment, *swelling, count=SWELLINGS).finish(60)
        try:
            until(lambda: _dropped(deployment) > 0, "a halted reader was dropped", LAG_SECONDS + 10)
        except ChildError as error:
            raise DidNotStrike(str(error)) from error
    dropped, grown = _dropped(deployment), _memory(deployment) - memory
    records = stage.settle(deployment, audience, last)
    p99 = {
        halted: [percentile(delays(records, *block), 99) for block in blocks]
        for halted, blocks in spans.items()
    }
    ratios = [
        (halted + UNREST_SECONDS) / (alone + UNREST_SECONDS)
        for alone, halted in zip(p99[False], p99[True], strict=True)
    ]
    ratio = statistics.median(ratios)
    stage.outcome.note(
        f"others' p99 {statistics.median(p99[False]) * 1000:.0f} ms without, "
        f"{statistics.median(p99[True]) * 1000:.0f} ms with {HALTED} halted readers: "
        f"{ratio:.2f} × in the median of {PAIRS} pairs; memory {grown / 2**20:+.0f} MiB; "
        f"{dropped:g} closed with 4002"
    )
    stage.outcome.require(ratio <= RATIO, f"halted readers slow the others {ratio:.2f} ×")
    stage.outcome.require(grown <= GROWTH_BYTES, f"memory grew by {grown / 2**20:.0f} MiB")


def stall_the_event_loop(stage: Stage) -> None:
    """Stop a worker for 5 s, and let it go on."""
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    press = stage.publish(deployment, "--over", "9")
    press.until(stage.part(0.2))
    worker = deployment.workers_pids()[0]
    os.kill(worker, signal.SIGSTOP)
    begun = time.time()
    time.sleep(STALL_SECONDS)
    os.kill(worker, signal.SIGCONT)
    recovered = max(time.time(), press.finish())
    records = stage.settle(deployment, audience, recovered)
    late = delays(records, begun, begun + STALL_SECONDS / 2)
    if not late or max(late) < STALL_SECONDS / 2:
        raise DidNotStrike("no reader was kept waiting")
    cut = sum(bool(r.cuts()) for r in records if r.transport != "poll")
    stage.outcome.note(f"the worst delay was {max(late):.1f} s; {cut} readers had to come back")
    stage.outcome.require(not cut, "readers lost their connection for a stall of 5 s")


def _dropped(deployment: Deployment) -> float:
    return deployment.metric("stoppress_closes_total", having='code="4002"')


def _memory(deployment: Deployment) -> int:
    """Return the resident bytes of all workers."""
    pages = (
        int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in deployment.workers_pids()
    )
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")
