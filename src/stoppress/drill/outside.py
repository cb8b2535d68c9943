"""Disturb a running site from outside, and compare its readers; kill and publish nothing."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from .audience import TRANSPORTS, Audience
from .child import ChildError
from .deployment import read_histories
from .faults.hostile import FOREIGN, flood_handshakes, send_oversized
from .judge import judge
from .outcome import NotApplicable, Outcome
from .peers import history_of, up_to
from .questions import fresh, send_malformed, send_wrong_cursors
from .raw_socket import RawSocket, halted_reader
from .record import Record

STREAM = "news"
CUTS = 3
EQUAL_SECONDS = 15.0
# Below the default limit for one address, with room for other readers at the same address.
FLOOD, HALTED = 30, 5


class Outside:
    """One drill of a running site; the same readers stay connected through all disturbances."""

    def __init__(self, url: str, readers: int, directory: Path) -> None:
        self._site = url.rstrip("/")
        self._readers = readers
        self._audience = Audience(directory, os.environ)

    def run(self) -> Iterator[Outcome]:
        """Run every disturbance; yield the outcome of each."""
        disturbances: list[tuple[int, str, Callable[[Outcome], None]]] = [
            (0, "the news can be read", self._read),
            (11, "readers cut and reconnecting", self._cut),
            (13, "readers that stop reading", self._halt),
            (14, "readers reconnecting at once", self._herd),
            (17, "cursors that are not in the log", self._send_wrong_cursors),
            (23, "foreign origins, floods, oversized frames", self._misbehave),
            (0, "malformed requests", self._send_malformed),
            (0, "every reader equal to the others and to the log", self._compare),
        ]
        for number, name, disturb in disturbances:
            outcome = Outcome(number, name, urlsplit(self._site).netloc)
            begun = time.monotonic()
            try:
                disturb(outcome)
            except NotApplicable as reason:
                outcome.verdict = "n/a"
                outcome.note(str(reason))
            except (ChildError, OSError) as error:
                outcome.fail(str(error))
            outcome.took = round(time.monotonic() - begun, 1)
            yield outcome
            if outcome.verdict == "fail" and disturb in (self._read, self._cut):
                return  # without readers nothing can be compared

    def end(self) -> None:
        """End the readers' process."""
        self._audience.end()

    def _read(self, outcome: Outcome) -> None:
        outcome.note(f"the stream's cursor is {fresh(self._site, STREAM).cursor}")

    def _cut(self, outcome: Outcome) -> None:
        outcome.readers = self._readers
        self._audience.join(self._readers, [self._site], [{STREAM: None}])
        self._audience.until_joined(seconds=30)
        for cut in range(CUTS):
            some = list(range(cut, self._readers, CUTS + 1))
            self._audience.leave(some)
            time.sleep(0.5)
            self._audience.come_back(some)
        for number, transport in enumerate(TRANSPORTS):
            self._audience.change_transport([number], transport)
        self._audience.until_joined(seconds=30)

    def _halt(self, outcome: Outcome) -> None:
        self._plain_only()
        with ExitStack() as open_:
            for _ in range(HALTED):
                open_.enter_context(halted_reader(self._site, [STREAM]))
            time.sleep(3)
        outcome.note(f"{HALTED} readers stopped reading for 3 s; the comparison below shows more")

    def _herd(self, outcome: Outcome) -> None:
        everyone = list(range(self._readers))
        self._audience.leave(everyone)
        begun = time.monotonic()
        self._audience.come_back(everyone)
        self._audience.until_joined(seconds=30)
        outcome.readers = self._readers
        outcome.note(f"all had reconnected after {time.monotonic() - begun:.1f} s")

    def _send_wrong_cursors(self, outcome: Outcome) -> None:
        send_wrong_cursors(self._site, STREAM, outcome)

    def _send_malformed(self, outcome: Outcome) -> None:
        send_malformed(self._site, outcome)

    def _misbehave(self, outcome: Outcome) -> None:
        self._plain_only()
        with RawSocket(self._site) as line:
            status = line.handshake(origin=FOREIGN)
        outcome.require(status == 403, f"a foreign origin was answered {status}")
        flood = flood_handshakes(self._site, FLOOD)
        outcome.require(max(flood) < 500, f"a flood of handshakes was answered {dict(flood)}")
        code = send_oversized(self._site)
        outcome.require(code == 1009, f"an oversized frame was closed with {code}")
        outcome.note(f"{FLOOD} handshakes at once were answered {dict(flood)}")

    def _compare(self, outcome: Outcome) -> None:
        state = fresh(self._site, STREAM)
        records = self._records_at(str(state.cursor), outcome)
        outcome.take(judge(records, {STREAM: history_of(STREAM, records, state)}))
        if "DATABASE_URL" in os.environ or "STOPPRESS_DATA" in os.environ:
            log = read_histories([STREAM], os.environ)
            outcome.take(judge(self._records_at(log[STREAM].head, outcome), log))
            outcome.note(
                "the readers were compared with each other, and with the log of the installation "
                "that the environment names"
            )
        else:
            outcome.note(
                "the readers were compared with each other; set STOPPRESS_DATA or DATABASE_URL of "
                "the installation to compare them with its log too"
            )
        events = sum(one.frame["type"] == "event" for r in records[:1] for one in r.applied)
        outcome.note(f"{events} events came during the drill")

    def _records_at(self, cursor: str, outcome: Outcome) -> list[Record]:
        there = self._audience.until_at({STREAM: cursor}, EQUAL_SECONDS, beyond=True)
        outcome.require(there, f"after {EQUAL_SECONDS:g} s some readers are not at {cursor}")
        return [up_to(record, cursor) for record in self._audience.records()]

    def _plain_only(self) -> None:
        if not self._site.startswith("http://"):
            raise NotApplicable("It needs a server without TLS: give its http:// address.")


def drill_from_outside(url: str, readers: int) -> Iterator[Outcome]:
    """Disturb a running site; yield the outcome of each disturbance.

    Args:
        url: the site's address. Only its public stream `news` is read.
    """
    with tempfile.TemporaryDirectory(prefix="stoppress-drill-") as name:
        outside = Outside(url, readers, Path(name))
        try:
            yield from outside.run()
        finally:
            outside.end()
