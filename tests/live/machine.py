"""A state machine: publishers, one hub, and pages that come, stall, lose frames and come back.

Every thread, every clock and every wake-up is in the machine's hand: a read of the database may
be made now and answered after the next commit, and what fails once fails again.
"""

import asyncio
from contextlib import suppress
from copy import deepcopy
from itertools import pairwise
from random import Random
from unittest.mock import patch

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from stoppress import live
from stoppress.live.client.state import StreamState
from stoppress.live.delivery import sends
from stoppress.live.delivery.connection import Connection
from stoppress.live.hub.cursor_checks import LOOKS_APART
from stoppress.live.hub.hub import Hub
from stoppress.live.log.history import read_head
from stoppress.live.log.removing import remove_gone_heads
from stoppress.live.log.trimming import trim_streams
from stoppress.live.protocol.cursor import Cursor, parse_cursor

from . import truth
from .kernel import Kernel, WiredLine
from .page import Line, Page
from .publisher import KEYS, VERBS, Change, Publisher
from .stepped import SteppedLoop
from .truth import LIMIT, STREAMS, Backup, Truth
from .witness import Witness

HEARTBEAT, LAG_SECONDS, REPLAY_LIMIT, RING_EVENTS, PAGES = 5.0, 10.0, 12, 6, 5

streams = st.sampled_from(STREAMS)
some_streams = st.lists(streams, min_size=1, unique=True)
change = st.tuples(st.sampled_from(VERBS), streams, st.sampled_from(KEYS), st.integers(0, 9))
changes = st.lists(change, min_size=1, max_size=8)
OLD = [f"old {n}" for n in range(12)]
GARBAGE = ["", "rubbish", "1-", "-1-0000000000000000", "01-0000000000000000"]
FORGED = ["ahead 1", "ahead 3", "forged 0", "forged 3", "forged 9"]
ask = st.sampled_from([None, *OLD, *GARBAGE, *FORGED])

TO_PAGES = ["read", "read", "read", "cut", "stall", "take", "take", "lose", "close"]
COUNTS = [0, 1, 2, 5, 100]
SECONDS = [1.0, HEARTBEAT, LAG_SECONDS + 1, 61.0]
KEPT = [0, 3, 6, 10, 15, 20]
MANY_EVENTS = 10_000
HAPPENINGS = {
    "publish": 10,
    "go on": 12,
    "rest": 4,
    "page": 14,
    "open": 5,
    "time": 1,
    "trim": 0.3,
    "fold": 0.4,
    "lose heads": 0.4,
    "backup": 0.6,
    "restore": 0.4,
    "restart": 0.2,
    "settle": 0.5,
    "newcomer": 0.5,
}


class RolledBack(Exception):
    """The error that fails a publisher's transaction."""


class Newsroom(RuleBasedStateMachine):
    """Publishers, one hub, and pages that come, stall, lose frames and come back."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = SteppedLoop()
        self.truth = Truth()
        self.pages: list[Page] = []
        self.bookmarks: dict[str, list[StreamState]] = {name: [] for name in STREAMS}
        self.backup: Backup | None = None
        self.publisher = Publisher(self.truth)
        self.witness = Witness(self.truth)
        self.joining: dict[Connection, asyncio.Task[None]] = {}
        self.kernel = Kernel()
        self.sending = patch.object(sends, "_send", self.kernel.send)  # the system's call
        self.sending.start()

    @initialize(
        changes=st.lists(change, min_size=10, max_size=30),
        pages=st.lists(st.lists(streams, min_size=1, max_size=3, unique=True), max_size=2),
    )
    def start(self, changes: list[Change], pages: list[list[str]]) -> None:
        self.start_hub()
        self.commit(changes, True, False)
        for names in pages:
            self.open(Page(dict.fromkeys(names), False))

    def start_hub(self) -> None:
        async def make() -> Hub:
            hub = Hub()
            # Wake-ups are the machine's own to give, to lose and to repeat.
            hub.abandon()
            return hub

        self.hub = self.loop.finish(make())

    # The newsroom

    @rule(changes=changes, gathered=st.booleans(), woken=st.booleans())
    def publish(self, changes: list[Change], gathered: bool, woken: bool) -> None:
        self.commit(changes, gathered, woken)

    @rule(change=change, woken=st.booleans())
    def publish_one(self, change: Change, woken: bool) -> None:
        self.commit([change], True, woken)

    @rule(changes=changes, kept=changes, inner=st.booleans())
    def roll_back(self, changes: list[Change], kept: list[Change], inner: bool) -> None:
        with suppress(RolledBack), live.atomic():
            if inner:
                self.publisher.make(kept)
                with suppress(RolledBack), self.publisher.taken_back(), live.atomic():
                    self.publisher.make(changes)
                    raise RolledBack
            else:
                with self.publisher.taken_back():
                    self.publisher.make(changes)
                    raise RolledBack
        self.truth.note()

    def commit(self, changes: list[Change], gathered: bool, woken: bool) -> None:
        with live.atomic() if gathered else transaction.atomic():
            self.publisher.make(changes)
        self.truth.note()
        if woken:
            self.hub.watch.wake()

    def _make(self, changes: list[Change]) -> None:
        for verb, stream, key, more in changes:
            getattr(self, f"_{verb}")(stream, key, more)

    # History is rewritten, or forgotten

    @rule()
    def back_up(self) -> None:
        self.backup = self.truth.back_up()

    @precondition(lambda self: self.backup is not None)
    @rule(changes=st.one_of(st.just([]), changes), at_once=st.booleans(), woken=st.booleans())
    def restore(self, changes: list[Change], at_once: bool, woken: bool) -> None:
        assert self.backup is not None
        with transaction.atomic():
            self.truth.restore(self.backup)
            if at_once:
                self.publisher.make(changes)
        self.truth.note()
        if not at_once and changes:
            self.commit(changes, True, False)
        self.backup = None
        self.witness.history_has_changed()
        if woken:
            self.hub.watch.wake()

    @rule(keep=st.sampled_from(KEPT))
    def trim(self, keep: int) -> None:
        trim_streams(timezone.now(), keep_events=keep, keep_hours=0)

    @rule(names=some_streams)
    def fold(self, names: list[str]) -> None:
        """Trim after some streams have had no event for long: they keep their heads only."""
        floors = {name: read_head(name).floor for name in STREAMS}
        self.truth.fall_quiet(names)
        trim_streams(timezone.now(), keep_events=MANY_EVENTS, keep_hours=0, keep_quiet_days=30)
        for name in STREAMS:
            floor = self.truth.head(name) if name in names else floors[name]
            assert (read_head(name).cursor, read_head(name).floor) == (self.truth.head(name), floor)

    @rule(names=some_streams, folded=st.booleans())
    def lose_heads(self, names: list[str], folded: bool) -> None:
        """Have the site say that some streams are gone, although their readers are still there."""
        if folded:
            self.fold(names)
        list(remove_gone_heads(lambda name: name in names))
        self.truth.begin()

    # Time and threads

    @rule(
        steps=st.lists(st.sampled_from(["turn", "make", "answer"]), max_size=8), first=st.booleans()
    )
    def go_on(self, steps: list[str], first: bool) -> None:
        """Let the loop turn, a read be made, or its answer come."""
        for step in steps:
            if step == "turn":
                self.loop.turn()
            elif step == "make":
                self.loop.make_read(0 if first else -1)
            else:
                self.loop.answer_read(0 if first else -1)

    @rule(seconds=st.sampled_from(SECONDS), rest=st.booleans())
    def time_passes(self, seconds: float, rest: bool) -> None:
        self.loop.now += seconds
        if rest:
            self.loop.rest()

    # Readers

    @precondition(lambda self: len(self.pages) < PAGES)
    @rule(asks=st.dictionaries(streams, ask, min_size=1, max_size=3), full=st.booleans())
    def open_page(self, asks: dict[str, str | None], full: bool) -> None:
        page = Page({}, full)
        for name, asked in asks.items():
            page.asks[name] = self._ask(page, name, asked)
        self.open(page)

    def _ask(self, page: Page, name: str, asked: str | None) -> str | None:
        """Return what to ask for; a page from an old cache knows what it shows there."""
        kind, _, count = (asked or "").partition(" ")
        if kind == "old":
            marks = self.bookmarks[name]
            if not marks:
                return None
            state = page.states[name] = deepcopy(marks[-1 - int(count) % len(marks)])
            assert state.cursor is not None
            page.applied[name] = [state.cursor]
            return str(state.cursor)
        if kind in ("ahead", "forged"):
            head = self.truth.head(name).position if kind == "ahead" else 0
            return str(Cursor(head + int(count), "0123456789abcdef"))
        return asked

    def open(self, page: Page) -> None:
        self.pages.append(page)
        self._connect(page)

    def _connect(self, page: Page) -> None:
        connection = page.connect(self._line(self.pages.index(page)))
        page.line.filled = lambda: (
            connection.leave_rows(),
            self.hub.timekeeper.watch_stalled(connection),
        )
        joining = self.hub.join(connection, page.wanted(), page.full)
        self.joining[connection] = self.loop.create_task(joining)

    def _line(self, number: int) -> Line:
        """Return a way to a page: the portable path, one that takes batches, and the fast path."""
        if number < 2:
            return Line(self.witness.written, batch_bytes=300 * number)
        return WiredLine(self.kernel, self.witness.written)

    @precondition(lambda self: self.pages)
    @rule(
        which=st.integers(0, PAGES),
        what=st.sampled_from(TO_PAGES),
        count=st.sampled_from(COUNTS),
    )
    def page(self, which: int, what: str, count: int) -> None:
        getattr(self, what)(self.pages[which % len(self.pages)], count)

    def read(self, page: Page, count: int) -> None:
        if page.read(count) == "ask":
            self._come_back(page)
        self._bookmark(page)

    def cut(self, page: Page, count: int) -> None:
        """Break a connection; what the page has not read by then is lost."""
        page.read(count)
        self._come_back(page)

    def stall(self, page: Page, count: int) -> None:
        page.line.stalled = True

    def take(self, page: Page, count: int) -> None:
        page.line.take()
        page.connection.pump()

    def lose(self, page: Page, count: int) -> None:
        """Lose one frame of many: no network does, but the rule must notice."""
        if page.line.frames:
            del page.line.frames[count % len(page.line.frames)]
            page.damaged = True

    def close(self, page: Page, count: int) -> None:
        self._leave(page.connection)
        self.pages.remove(page)

    def _bookmark(self, page: Page) -> None:
        """Remember what a page shows: another one may come from there."""
        for name, state in page.states.items():
            if not page.blanked.get(name) and not any(
                mark.cursor == state.cursor for mark in self.bookmarks[name]
            ):
                self.bookmarks[name].append(deepcopy(state))

    def _come_back(self, page: Page) -> None:
        self._leave(page.connection)
        self._connect(page)

    def _leave(self, connection: Connection) -> None:
        self.hub.leave(connection)
        if isinstance(connection.sink, WiredLine):
            connection.sink.ended = True

    # The server

    @rule()
    def restart(self) -> None:
        self.end_hub()
        self.start_hub()
        for page in self.pages:
            self._connect(page)

    def end_hub(self) -> None:
        for connection, task in self.joining.items():
            self.hub.leave(connection)
            task.cancel()
        self.joining.clear()
        self.loop.rest()
        self.loop.finish(self.hub.stop())

    # Much at once

    @rule(seed=st.integers(0, 2**16), steps=st.integers(1, 60))
    def busy_hour(self, seed: int, steps: int) -> None:
        """Let many things happen by chance; the same ones for the same seed."""
        chance = Random(seed)
        for _ in range(steps):
            self._happen(chance)
            self.nothing_wrong_came()

    def _happen(self, chance: Random) -> None:
        [what] = chance.choices(list(HAPPENINGS), list(HAPPENINGS.values()))
        match what:
            case "publish":
                changes = [
                    (chance.choice(VERBS), chance.choice(STREAMS), chance.choice(KEYS), number)
                    for number in chance.choices(range(10), k=chance.choice([1, 1, 2, 5]))
                ]
                self.commit(changes, chance.random() < 0.5, chance.random() < 0.7)
            case "go on":
                steps = chance.choices(["turn", "turn", "make", "answer"], k=chance.randint(1, 8))
                self.go_on(steps, chance.random() < 0.7)
            case "rest":
                self.loop.rest()
            case "page" if self.pages:
                self.page(chance.randrange(PAGES), chance.choice(TO_PAGES), chance.choice(COUNTS))
            case "open" if len(self.pages) < PAGES:
                names = chance.sample(STREAMS, chance.randint(1, len(STREAMS)))
                asks = {name: chance.choice([None, *OLD, *GARBAGE, *FORGED]) for name in names}
                self.open_page(asks, chance.random() < 0.5)
            case "newcomer" if len(self.pages) < PAGES:
                asked = chance.choice([None, *OLD, *GARBAGE, *FORGED])
                self.come_at_rest(chance.choice(STREAMS), asked, chance.random() < 0.5)
            case "time":
                self.loop.now += chance.choice(SECONDS)
            case "trim":
                self.trim(chance.choice(KEPT))
            case "fold":
                self.fold(chance.sample(STREAMS, chance.randint(1, len(STREAMS))))
            case "lose heads":
                names = chance.sample(STREAMS, chance.randint(1, len(STREAMS)))
                self.lose_heads(names, chance.random() < 0.8)
            case "backup":
                self.back_up()
            case "restore" if self.backup is not None:
                self.restore([], True, chance.random() < 0.7)
            case "restart":
                self.restart()
            case "settle":
                self.settle()

    # What must be true

    @invariant()
    def nothing_wrong_came(self) -> None:
        wrong = self.witness.faults + self.kernel.faults
        wrong += [fault for page in self.pages for fault in page.faults]
        wrong += [f"a read failed: {error!r}" for error in self.loop.failed]
        joined = [task for task in self.joining.values() if task.done() and not task.cancelled()]
        wrong += [f"a join failed: {error!r}" for task in joined if (error := task.exception())]
        assert not wrong, "\n".join(wrong)

    @rule()
    def settle(self) -> None:
        """Let everything come to rest: then every page is at the head, and shows what is there."""
        for page in self.pages:
            self.take(page, 0)
        self.hub.watch.wake()
        self.rest()
        if any(page.damaged for page in self.pages):
            # What was lost last is noticed at a heartbeat; a newcomer's first may be its second.
            for _ in range(2 * int(HEARTBEAT) + 1):
                self.loop.now += 1
                self.rest()
        self.witness.all_has_been_seen()
        self.nothing_wrong_came()
        for page in self.pages:
            for name in page.asks:
                self._check_page(page, name)
            self._bookmark(page)

    def rest(self) -> None:
        """Go on until every page has read all, and none has to ask again."""
        busy = True
        while busy:
            self.loop.rest()
            while self.hub._checks._next is not None:  # readers' looks are some time apart
                self.loop.now += LOOKS_APART
                self.loop.rest()
            busy = False
            for page in self.pages:
                if page.read(len(page.line.frames)) == "ask" or page.line.closed:
                    assert page.line.closed in (None, (4002, "too slow"))
                    self._come_back(page)
                    busy = True

    @precondition(lambda self: len(self.pages) < PAGES)
    @rule(name=streams, asked=ask, full=st.booleans())
    def come_at_rest(self, name: str, asked: str | None, full: bool) -> None:
        """Where nothing else happens, a newcomer gets a snapshot for the reason that there is."""
        self.settle()
        self.open_page({name: asked}, full)
        page = self.pages[-1]
        reason = self._reason(name, page.asks[name], full)
        self.rest()
        assert page.reasons.get(name) == reason, f"{name}@{page.asks[name]}, {full=}"

    def _reason(self, name: str, asked: str | None, full: bool) -> str | None:
        chain, floor = self.truth.chain[name], read_head(name).floor
        assert chain[-1] == read_head(name).cursor
        if asked is None:
            return "start"
        cursor = parse_cursor(asked)
        if cursor is None:
            return "unknown"
        if cursor.position >= len(chain):
            return "ahead"
        if cursor.position < floor.position:
            return "trimmed"
        if chain[cursor.position] != cursor:
            return "fork"
        far = chain[-1].position - cursor.position > REPLAY_LIMIT
        return "behind" if far and not full else None

    def _check_page(self, page: Page, name: str) -> None:
        assert name in page.states, f"{name} was never given"
        state, chain, applied = page.states[name], self.truth.chain[name], page.applied[name]
        assert state.cursor == chain[-1], f"{name} is at {state.cursor}, the log at {chain[-1]}"
        assert applied == chain[applied[0].position :], f"{name} has not applied the log"
        if self.truth.brought_back(name, page.blanked.get(name, set())):
            return
        shown = truth.shown_in(name)
        meant = [item for item in shown if state.floor is None or item["order"] >= state.floor]
        assert state.items() == meant, (
            f"from {state.floor} {name} shows {state.items()}, not {meant}; since {applied[0]} "
            f"the log says {[self.truth.line(name, *pair) for pair in pairwise(applied)]}"
        )
        assert len(meant) <= LIMIT

    def teardown(self) -> None:
        try:
            if hasattr(self, "hub"):
                self.settle()
        finally:
            self.end()

    def end(self) -> None:
        try:
            if hasattr(self, "hub"):
                self.end_hub()
        finally:
            self.sending.stop()
            self.loop.close()
