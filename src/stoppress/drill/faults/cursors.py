"""Readers connect with cursors that the log never had, or no longer has."""

import html
import math
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from stoppress.drill.child import ChildError
from stoppress.drill.deployment import Deployment
from stoppress.drill.history import Histories, heads
from stoppress.drill.outcome import DidNotStrike
from stoppress.drill.stage import Stage, until
from stoppress.live.protocol.cursor import parse_cursor
from stoppress.live.protocol.frames import wire_time

KEPT, KEPT_IN_A_REPLAY = 10, 40
WAVES = 4
# Pages that are rendered before their readers connect, all together.
BATCH = 20


def come_from_before_the_log(stage: Stage) -> None:
    """Trim the log past the cursors of disconnected readers."""
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    readers = list(range(stage.scale.readers))
    audience.leave(readers)
    half = stage.scale.mutations // 2
    stage.publish(deployment, count=half).finish()
    stage.before.append(deployment.histories())
    _trim(deployment, KEPT)
    trimmed_at = time.time()
    until(lambda: deployment.looked_since(trimmed_at), "every worker has seen the floor")
    press = stage.publish(deployment, count=stage.scale.mutations - half)
    audience.come_back(readers)
    audience.until_joined()
    last = max(press.finish(), time.time())
    records = stage.settle(deployment, audience, last, resets={"trimmed"})
    trimmed = sum("trimmed" in record.resets() for record in records)
    if not trimmed:
        raise DidNotStrike("no reader's cursor was older than the trimmed log")
    stage.outcome.note(f"{trimmed} of {len(records)} readers got a snapshot with `trimmed`")
    stage.outcome.require(
        trimmed == len(records), "some readers got no snapshot with the reason `trimmed`"
    )


def come_from_nowhere(stage: Stage) -> None:
    """Connect with cursors of another history, of the future, and unreadable ones."""
    deployment = stage.deploy()
    stage.publish(deployment, count=stage.scale.mutations // 2).finish()
    histories = deployment.histories()
    audience = stage.audience(deployment)
    wrong = {"fork": _forked, "ahead": _ahead, "unknown": _unreadable}
    share = math.ceil(stage.scale.readers / len(wrong))
    expected: dict[int, str] = {}
    for reason, spoil in wrong.items():
        asks: list[dict[str, str | None]] = [
            {name: spoil(histories[name].head) for name in ask} for ask in deployment.asks()
        ]
        for number in audience.join(share, [deployment.url], asks):
            expected[number] = reason
    audience.until_joined()
    last = stage.publish(deployment, count=stage.scale.mutations // 2).finish()
    records = stage.settle(deployment, audience, last, resets=wrong)
    for record in records:
        reasons = set(record.resets())
        if reasons != {expected[record.number]}:
            stage.outcome.fail(f"reader {record.number}: {reasons}, not {expected[record.number]}")
            break
    stage.outcome.note(f"{share} readers for each of the reasons {', '.join(sorted(wrong))}")


def connect_with_a_page(stage: Stage) -> None:
    """Render pages while publishing goes on; connect from the cursor in each page."""
    deployment = stage.deploy()
    press = stage.publish(deployment, "--over", "15")
    press.until(stage.part(0.05))
    audience = stage.audience(deployment)
    asks: list[dict[str, str | None]] = []
    for _ in range(stage.scale.readers):
        asks.append({"news": _cursor_of_page(deployment)})
        if len(asks) == BATCH:
            # Events that are published during this wait are not in the pages of these readers.
            time.sleep(0.2)
            audience.join(len(asks), [deployment.url], asks)
            asks = []
    if asks:
        audience.join(len(asks), [deployment.url], asks)
    if press.committed >= stage.scale.mutations:
        raise DidNotStrike("all was published before the last reader connected")
    audience.until_joined()
    last = press.finish()
    records = stage.settle(deployment, audience, last)
    behind = sum(
        bool(r.applied) and r.applied[0].frame["time"] < _moment(r.notes[0][0]) for r in records
    )
    if not behind:
        raise DidNotStrike("nothing was published between a page and its connection")
    stage.outcome.note(f"{behind} readers had news between their page and their connection")
    stage.outcome.require(
        not any(record.resets() for record in records),
        "a page's cursor was answered with a snapshot",
    )


def trim_during_replays(stage: Stage) -> None:
    """Trim the log again and again while readers replay it from its beginning."""
    deployment = stage.deploy()
    proxy = stage.proxy(deployment)
    first = heads(deployment.histories())
    half = stage.scale.mutations // 2
    stage.publish(deployment, count=half).finish()
    # A new server has only the last events in memory: an older replay reads the database.
    assert deployment.server is not None
    deployment.server.stop()
    deployment.start()
    stage.before.append(deployment.histories())
    audience = stage.audience(deployment)
    proxy.delay(0.2)
    asks: list[dict[str, str | None]] = [
        {name: first[name] for name in ask} for ask in deployment.asks()
    ]
    press = stage.publish(deployment, "--over", "15", count=stage.scale.mutations - half)
    for wave in range(1, WAVES + 1):
        audience.join(stage.scale.readers // WAVES, [proxy.url], asks)
        # The oracle must read the events before they are trimmed.
        stage.before.append(deployment.histories())
        _trim(deployment, max(KEPT_IN_A_REPLAY, half - wave * half // WAVES))
    stage.before.append(deployment.histories())
    require_all_read(stage.before)
    audience.until_joined()
    proxy.delay(0)
    last = max(press.finish(), time.time())
    records = stage.settle(deployment, audience, last, resets={"trimmed"})
    reset = sum("trimmed" in record.resets() for record in records)
    stage.outcome.note(
        f"{reset} readers got a snapshot with `trimmed`, {len(records) - reset} replayed all"
    )
    if not reset or reset == len(records):
        raise DidNotStrike("the log was not trimmed in the middle of the replays")


def require_all_read(reads: Sequence[Histories]) -> None:
    """Check that the oracle has read every event, so that each event of a reader can be judged.

    Raises:
        DidNotStrike: events came and were trimmed between two of its reads.
    """
    for earlier, later in pairwise(reads):
        for name in earlier.keys() & later.keys():
            floor, head = parse_cursor(later[name].floor), parse_cursor(earlier[name].head)
            if floor and head and floor.position > head.position:
                raise DidNotStrike(
                    f"events of {name} were trimmed before the oracle had read them: the machine "
                    "is too busy for this fault; run it alone"
                )


def _trim(deployment: Deployment, keep: int) -> None:
    done = deployment.manage("trim", "--keep", str(keep))
    if done.returncode:
        raise ChildError(f"`trim` failed: {done.stderr}")


def _forked(cursor: str) -> str:
    position, _, link = cursor.partition("-")
    return f"{position}-{link[::-1] if link != link[::-1] else '0' * 16}"


def _ahead(cursor: str) -> str:
    position, _, link = cursor.partition("-")
    # More positions than this drill will ever write.
    return f"{int(position) + 1_000_000}-{link}"


def _unreadable(cursor: str) -> str:
    return f"page-{cursor}"


def _cursor_of_page(deployment: Deployment) -> str:
    page = deployment.get("/")
    for tag in re.findall(r"<live-feed\b[^>]*>", page):
        if 'stream="news"' in tag and (found := re.search(r'cursor="([^"]+)"', tag)):
            return html.unescape(found[1])
    raise ChildError("the front page has no cursor of the news")


def _moment(at: float) -> str:
    return wire_time(datetime.fromtimestamp(at, UTC))
