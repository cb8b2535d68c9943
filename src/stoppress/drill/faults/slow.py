"""Readers that stop reading, and a worker that stops running."""

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
# A p99 below this is noise of the machine, and a ratio of two of them means nothing.
NOISE_SECONDS = 0.02
GROWTH_BYTES = 64 * 1024 * 1024
LAG_SECONDS = 6.0
SWOLLEN_BYTES, SWELLINGS = 150_000, 60
STALL_SECONDS = 5.0


def stop_reading(stage: Stage) -> None:
    """Let some readers stop reading; compare the others' delays with runs without them.

    Then publish so much for the halted readers that the server must drop each of them. They
    reconnect and must catch up.
    """
    deployment = stage.deploy(
        STOPPRESS_LAG_SECONDS=f"{LAG_SECONDS:g}", STOPPRESS_LAG_EVENTS="100000"
    )
    # Only the halted readers follow this story. It gets more data than the kernel buffers for a
    # reader, which is some 4 MB.
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
        # The order alternates, so changes over time affect both alike.
        for halted in (False, True) if pair % 2 else (True, False):
            if halted:
                halting.halt()
            press = stage.publish(deployment, "--long", "--over", PACE, count=count)
            press.until("committed 1")
            begun = time.time()
            spans[halted].append((begun, press.finish() + 1.0))
            if halted:
                # They must catch up now, not while the others' delays are measured.
                halting.go_on()
                halting.until_at(heads(read_histories(streams, deployment.env)), PATIENCE_SECONDS)
    halting.halt()
    before = _dropped(deployment)
    swelling = ("--swell", str(SWOLLEN_BYTES), "--only", str(story))
    stage.publish(deployment, *swelling, count=SWELLINGS).finish(60)
    with suppress(ChildError):  # the number of dropped readers is checked below
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
        (halted + NOISE_SECONDS) / (alone + NOISE_SECONDS)
        for alone, halted in zip(p99[False], p99[True], strict=True)
    ]
    ratio = statistics.median(ratios)
    stage.outcome.note(
        f"others' p99 {statistics.median(p99[False]) * 1000:.0f} ms without, "
        f"{statistics.median(p99[True]) * 1000:.0f} ms with {HALTED} halted readers: "
        f"{ratio:.2f} × in the median of {PAIRS} pairs; memory {grown / 2**20:+.0f} MiB; "
        f"{dropped:g} of {HALTED} closed with 4002, {'all' if back else 'not all'} caught up"
    )
    require = stage.outcome.require
    require(ratio <= RATIO, f"with halted readers the others' delay is {ratio:.2f} × as long")
    require(grown <= GROWTH_BYTES, f"memory grew by {grown / 2**20:.0f} MiB")
    require(dropped == HALTED, f"{dropped:g} of {HALTED} halted readers were closed with 4002")
    # If no other reader was closed, the counted closes are those of the halted readers.
    cut = len(cut_off(records))
    require(not cut, f"{cut} of the others lost their connection")
    require(all(r.cuts() == 1 for r in slow), "a halted reader was not dropped exactly once")
    require(back, f"some halted readers were not at the head after {PATIENCE_SECONDS:g} s")


def stall_the_event_loop(stage: Stage) -> None:
    """Stop a worker for 5 s, then let it continue."""
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
        raise DidNotStrike("no reader had to wait")
    cut = len(cut_off(records))
    stage.outcome.note(f"the worst delay was {max(late):.1f} s; {cut} readers had to reconnect")
    stage.outcome.require(not cut, "readers lost their connection because of a stall of 5 s")


def _dropped(deployment: Deployment) -> float:
    return deployment.metric("stoppress_closes_total", having='code="4002"')


def _memory(deployment: Deployment) -> int:
    """Return the resident bytes of all workers."""
    pages = (
        int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in deployment.workers_pids()
    )
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")
