"""A newer server, and proxies that block or buffer a transport."""

import time

from stoppress.drill.outcome import DidNotStrike
from stoppress.drill.stage import Stage

TOMORROW = "stoppress.drill.tomorrow"
FALLEN_SECONDS = 10.0


def meet_a_newer_server(stage: Stage) -> None:
    """Read from a server whose frames have types and fields that the client does not know."""
    deployment = stage.deploy(workers=1, module=TOMORROW)
    audience = stage.seat(deployment)
    last = stage.publish(deployment).finish()
    records = stage.settle(deployment, audience, last)
    strange = sum("mood" in one.frame for record in records for one in record.applied)
    if not strange:
        raise DidNotStrike("no frame had an unknown field")
    stage.outcome.note(f"{strange} frames with unknown fields were applied")
    cut = sum(bool(record.cuts()) for record in records)
    stage.outcome.require(not cut, f"{cut} readers disconnected because of unknown frames")


def fall_back(stage: Stage) -> None:
    """Block WebSockets and buffer event streams: readers must continue on the next transport."""
    deployment = stage.deploy()
    blocked, buffered = stage.proxy(deployment), stage.proxy(deployment)
    blocked.refuses_websockets = True
    buffered.refuses_websockets = buffered.holds_streams = True
    audience = stage.audience(deployment)
    begun = time.time()
    half = stage.scale.readers // 2
    by_sse = audience.join(half, [blocked.url], deployment.asks(), ("auto",))
    audience.join(half, [buffered.url], deployment.asks(), ("auto",))
    audience.until_joined()
    last = stage.publish(deployment).finish()
    records = stage.settle(deployment, audience, last)
    first = [record.applied[0].at - begun for record in records]
    went = {
        way: sum(words == f"going on by {way}" for record in records for _, words in record.notes)
        for way in ("sse", "poll")
    }
    if went["sse"] < 2 * half or went["poll"] < half:
        raise DidNotStrike(f"the readers' next transports were {went}")
    stage.outcome.note(
        f"WebSockets blocked for all, event streams buffered for {half}: {len(by_sse)} read by "
        f"sse, {went['poll']} by poll, all had the news within {max(first):.1f} s"
    )
    stage.outcome.require(max(first) <= FALLEN_SECONDS, "some had no news within 10 s")
