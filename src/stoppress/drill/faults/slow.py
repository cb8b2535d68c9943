"""Readers, and processes, that stand still."""

import os
import signal
import statistics
import time
from contextlib import suppress
from pathlib import Path

from stoppress.drill.child import ChildError
from stoppress.drill.delays import delays, percentile
from stoppress.drill.deployment import Deployment, read_histories
from stoppress.drill.history import heads
from stoppress.drill.outcome import DidNotStrike
from stoppress.drill.press import open_stories
from stoppress.drill.record import cut_off
from stoppress.drill.stage import PATIENCE_SECONDS, Stage, until

PAIRS = 9
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
    """Let some readers stop reading; compare the others' delays with runs without them.

    Then so much comes for those that they must be dropped, each of them; and they read on.
    """
    deployment = stage.deploy(
        STOPPRESS_LAG_SECONDS=f"{LAG_SECONDS:g}", STOPPRESS_LAG_EVENTS="100000"
    )
    # A story that no others read: more than the kernel keeps for a reader, some 4 MB, comes in it.
    [story] = open_stories(stage.directory / "swelling.log", deployment.env, 1)
    audience, halting = stage.seat(deployment), stage.audience(deployment, "halting")
    asks = [{**ask, f"story:{story}": None} for ask in deployment.asks()]
    halting.join(HALTED, [deployment.url], asks, ("light",))
    halting.until_joined()
    spans: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    count = max(30, stage.scale.mutations // (2 * PAIRS))
    memory = _memory(deployment)
    streams = [*deployment.streams, f"story:{story}"]
    for pair in range(PAIRS):
        # Each begins every other pair: what changes with time is in both alike.
        for halted in (False, True) if pair % 2 else (True, False):
            if halted:
                halting.halt()
            press = stage.publish(deployment, "--long", "--over", PACE, count=count)
            press.until("committed 1")
            begun = time.time()
            spans[halted].append((begun, press.finish() + 1.0))
            if halted:
                # What they missed is not to be sent while the others' delays are measured.
                halting.go_on()
                halting.until_at(heads(read_histories(streams, deployment.env)), PATIENCE_SECONDS)
    halting.halt()
    before = _dropped(deployment)
    swelling = ("--swell", str(SWOLLEN_BYTES), "--only", str(story))
    stage.publish(deployment, *swelling, count=SWELLINGS).finish(60)
    with suppress(ChildError):  # how many were dropped is looked at below
        until(lambda: _dropped(deployment) - before >= HALTED, "all dropped", LAG_SECONDS + 10)
    dropped, grown = _dropped(deployment) - before, _memory(deployment) - memory
    last = stage.publish(deployment, count=count).finish()
    records = stage.settle(deployment, audience, last)
    histories = read_histories(streams, deployment.env)
    halting.go_on()
    back = halting.until_at(heads(histories), PATIENCE_SECONDS)
    slow = stage.take(halting, histories)
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
        f"{dropped:g} of {HALTED} closed with 4002, {'all' if back else 'not all'} came back"
    )
    require = stage.outcome.require
    require(ratio <= RATIO, f"halted readers slow the others {ratio:.2f} ×")
    require(grown <= GROWTH_BYTES, f"memory grew by {grown / 2**20:.0f} MiB")
    require(dropped == HALTED, f"{dropped:g} of {HALTED} halted readers were closed with 4002")
    # So the closes that were counted are those of the halted ones.
    cut = len(cut_off(records))
    require(not cut, f"{cut} of the others lost their connection")
    require(all(r.cuts() == 1 for r in slow), "a halted reader was not cut off once")
    require(back, f"some halted readers were not at the head after {PATIENCE_SECONDS:g} s")


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
    cut = len(cut_off(records))
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
