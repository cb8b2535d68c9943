"""Connections that are cut, and connections that die silently."""

import time
from collections.abc import Sequence

from stoppress.drill.audience import Audience
from stoppress.drill.deployment import HEARTBEAT, Deployment
from stoppress.drill.history import heads
from stoppress.drill.judge import last_event_at
from stoppress.drill.namespace import SERVER, Namespace, permitted
from stoppress.drill.outcome import DidNotStrike
from stoppress.drill.proxy import Proxy
from stoppress.drill.stage import Stage, until

REAPED_GRACE = 10.0
# Margin for the time between two reads of the metrics, on a busy server.
LATE_SECONDS = 2.0


def cut_at_every_byte(stage: Stage) -> None:
    """Cut connections at every byte that a resuming reader is sent, on each transport."""
    deployment = stage.deploy()
    proxy = stage.proxy(deployment)
    audience = stage.seat(deployment)
    stage.publish(deployment).finish()
    news = deployment.histories()["news"]
    # Each reader is sent the head of the answer, `hello`, and two whole events.
    asks = [{"news": news.cursors[-3]}]
    cuts = offered = 0
    for transport in ("ws", "sse", "poll"):
        length = _measure(audience, proxy, transport, asks, news.head)
        offsets = list(range(1, length, stage.scale.stride))
        before = proxy.cut_done
        for first in range(0, len(offsets), stage.scale.readers):
            some = offsets[first : first + stage.scale.readers]
            proxy.cut_next(some)
            here = audience.join(len(some), [proxy.url], asks, (transport,))
            until(lambda: not proxy.cuts, "every connection was opened")
            if not audience.until_at({"news": news.head}, 30, here):
                stage.outcome.fail(f"some {transport} readers were not at the head after 30 s")
            audience.leave(here)
        cuts += proxy.cut_done - before
        offered += len(offsets)
    stage.settle(deployment, audience, time.time())
    stage.outcome.seconds = None
    stage.outcome.note(f"{cuts} connections cut, each at another byte, over ws, sse and poll")
    if cuts < offered * 0.95:
        raise DidNotStrike(f"{cuts} of {offered} connections were cut")


def _measure(
    audience: Audience,
    proxy: Proxy,
    transport: str,
    asks: Sequence[dict[str, str]],
    head: str,
) -> int:
    """Return how many bytes an uncut reader is sent until it is at the head."""
    before = proxy.passed
    here = audience.join(1, [proxy.url], asks, (transport,))
    audience.until_at({"news": head}, 10, here)
    length = proxy.passed - before
    audience.leave(here)
    return length


def lose_a_line(stage: Stage) -> None:
    """Let connections die silently: the server must close them, and their readers reconnect."""
    if permitted():
        _lose_in_namespace(stage)
    else:
        _lose_behind_proxy(stage)


def _lose_in_namespace(stage: Stage) -> None:
    namespace = Namespace()
    stage.ending.callback(namespace.remove)
    deployment = stage.deploy(host=SERVER, STOPPRESS_ALLOWED_HOSTS=SERVER)
    undisturbed = stage.seat(deployment, count=stage.scale.readers // 2)
    lost = stage.audience(deployment, "lost", namespace.prefix)
    count = stage.scale.readers - stage.scale.readers // 2
    lost.join(count, [deployment.url], deployment.asks())
    lost.until_joined()
    before = _connected(deployment)
    press = stage.publish(deployment, "--over", "20")
    press.until(stage.part(0.1))
    namespace.drop_line()
    took = _until_reaped(stage, deployment, before, ("ws", "sse"), count // 3)
    namespace.mend_line()
    mended = time.time()
    last = max(press.finish(), time.time())
    stage.settle(deployment, undisturbed, last)
    # These readers have waits of up to 20 s before their next attempt, so 5 s do not apply.
    histories = deployment.histories()
    stage.outcome.require(
        lost.until_at(heads(histories), 30), "some readers of dead connections never came back"
    )
    back = last_event_at(stage.take(lost, histories), heads(histories)) - mended
    stage.outcome.note(
        f"the network lost every packet; the server closed the connections after {took}; the last "
        f"reader was equal again {back:.1f} s after the network was restored"
    )


def _lose_behind_proxy(stage: Stage) -> None:
    deployment = stage.deploy()
    proxy = stage.proxy(deployment)
    undisturbed = stage.seat(deployment, count=stage.scale.readers // 2)
    count = stage.scale.readers - stage.scale.readers // 2
    lost = stage.audience(deployment, "lost")
    lost.join(count, [proxy.url], deployment.asks())
    lost.until_joined()
    before = _connected(deployment)
    press = stage.publish(deployment, "--over", "20")
    press.until(stage.part(0.1))
    proxy.stall()
    # The proxy's kernel still acknowledges SSE data. For a WebSocket, the missing pong shows it.
    took = _until_reaped(stage, deployment, before, ("ws",), count // 3)
    proxy.flow()
    proxy.cut_all()
    last = max(press.finish(), time.time())
    stage.settle(deployment, undisturbed, last)
    histories = deployment.histories()
    stage.outcome.require(
        lost.until_at(heads(histories), 30), "some readers of dead connections never came back"
    )
    stage.take(lost, histories)
    stage.outcome.note(
        f"a proxy swallowed all data; the server closed the connections after {took}. SSE was not "
        "tested: that needs root on Linux, where the drill drops the packets themselves"
    )


def _connected(deployment: Deployment) -> dict[str, float]:
    return {
        transport: deployment.metric("stoppress_readers", having=f'transport="{transport}"')
        for transport in ("ws", "sse")
    }


def _until_reaped(
    stage: Stage,
    deployment: Deployment,
    before: dict[str, float],
    transports: Sequence[str],
    count: int,
) -> str:
    begun = time.monotonic()
    limit = HEARTBEAT + REAPED_GRACE + LATE_SECONDS
    took: dict[str, float] = {}
    while len(took) < len(transports) and time.monotonic() - begun < 2 * limit:
        now = _connected(deployment)
        for transport in transports:
            if now[transport] <= before[transport] - count:
                took.setdefault(transport, time.monotonic() - begun)
        time.sleep(0.25)
    for transport in transports:
        seconds = took.get(transport)
        stage.outcome.require(
            seconds is not None and seconds <= limit,
            f"dead {transport} connections were closed after {seconds or 2 * limit:.0f} s",
        )
    if not took:
        raise DidNotStrike("no connection was lost")
    return ", ".join(f"{seconds:.1f} s ({name})" for name, seconds in took.items())
