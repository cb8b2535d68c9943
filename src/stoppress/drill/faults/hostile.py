"""Hostile and broken clients."""

import time
from collections import Counter
from contextlib import ExitStack

from stoppress.drill.raw_socket import RawSocket
from stoppress.drill.record import cut_off
from stoppress.drill.stage import Stage

FOREIGN = "http://elsewhere.example"
FLOOD = 400
# Readers beyond the limit, and how the server refuses them.
MORE, FULL = 50, 4008
OVERSIZED_BYTES = 1024 * 1024


def misbehave(stage: Stage) -> None:
    """Send foreign origins, floods of handshakes, half handshakes and oversized frames."""
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    press = stage.publish(deployment, "--over", "6")
    press.until(stage.part(0.1))
    require, url = stage.outcome.require, deployment.url
    with ExitStack() as open_:
        foreign = Counter(
            open_.enter_context(RawSocket(url)).handshake(origin=FOREIGN) for _ in range(10)
        )
        require(set(foreign) == {403}, f"a foreign origin was answered {dict(foreign)}")
        for _ in range(FLOOD // 2):
            open_.enter_context(RawSocket(url)).send("GET /live/ws?stream=news HTTP/1.1\r\nHo")
        flood = flood_handshakes(url, FLOOD)
        require(flood[101] == FLOOD, f"a flood without a limit was answered {dict(flood)}")
        oversized = Counter(send_oversized(url) for _ in range(5))
        require(set(oversized) == {1009}, f"an oversized frame was answered {dict(oversized)}")
    recovered = max(press.finish(), time.time())
    records = stage.settle(deployment, audience, recovered)
    stage.outcome.note(
        f"{foreign[403]} foreign origins refused with 403; {FLOOD // 2} half handshakes held open; "
        f"{flood[101]} handshakes at once served; oversized frames closed with 1009"
    )
    cut = cut_off(records)
    require(not cut, f"{len(cut)} readers lost their connection")


def crowd_out(stage: Stage) -> None:
    """Ask for more readers than the server takes: they are refused, and no other is disturbed."""
    most = stage.scale.readers
    deployment = stage.deploy(STOPPRESS_MAX_READERS=str(most))
    audience = stage.seat(deployment, transports=("ws", "sse"))
    press = stage.publish(deployment, "--over", "6")
    press.until(stage.part(0.1))
    refused = Counter(ask_for_more(deployment.url) for _ in range(MORE))
    stage.outcome.require(set(refused) == {FULL}, f"further readers were answered {dict(refused)}")
    records = stage.settle(deployment, audience, max(press.finish(), time.time()))
    stage.outcome.note(f"{most} readers, and {refused[FULL]} more that were refused with {FULL}")
    cut = cut_off(records)
    stage.outcome.require(not cut, f"{len(cut)} readers lost their connection")


def ask_for_more(url: str) -> int:
    """Open a WebSocket; return its close code, or the status of its refusal."""
    with RawSocket(url) as line:
        status = line.handshake()
        return line.close_code() if status == 101 else status


def flood_handshakes(url: str, count: int) -> Counter[int]:
    """Open many WebSockets and close each at once; count the statuses of the answers."""
    found: Counter[int] = Counter()
    for _ in range(count):
        with RawSocket(url) as line:
            found[line.handshake(origin=url)] += 1
    return found


def send_oversized(url: str) -> int:
    """Send a message much larger than readers may send; return the close code."""
    with RawSocket(url) as line:
        if line.handshake() != 101:
            return 0
        line.send_frame(OVERSIZED_BYTES)
        return line.close_code()
