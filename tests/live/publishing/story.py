"""Stories of made-up changes, within transactions and without, that open pages must follow.

`make long` runs many more of them (STOPPRESS_MACHINE).
"""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from stoppress import live
from stoppress.live.client.state import StreamState
from stoppress.live.log.history import read_after, read_head
from stoppress.live.log.reading import reading
from stoppress.live.models import LoggedEvent, StreamHead

MANY = int(os.environ.get("STOPPRESS_MACHINE", "0"))


class Page:
    """An open page: a snapshot, and every event since."""

    def __init__(self, stream: str) -> None:
        self.stream, self.state = stream, StreamState()
        taken = live.snapshot(stream)
        frame = {"limit": taken.limit, "floor": taken.floor, "items": taken.items}
        self.state.replace({**frame, "cursor": str(taken.cursor)})

    def check(self, now: Sequence[Mapping[str, Any]]) -> None:
        """Follow the stream, whose items are these now."""
        assert self.state.cursor is not None
        frames = read_after(self.stream, self.state.cursor, read_head(self.stream), 1000)
        assert frames is not None
        for frame in frames:
            self.state.apply(json.loads(frame.data))
        floor = self.state.floor or ""
        meant = [item for item in now if item["order"] >= floor]
        shown = [dict(item) for item in self.state.items()]
        assert shown == meant, f"{self.stream} is {meant}, and a page shows {shown}"


class Story(RuleBasedStateMachine):
    """Opens and ends transactions; `self.blocks` are the open ones."""

    idle = False  # the last step changed nothing
    blocks: list[transaction.Atomic]
    pages: list[Page]

    def open_pages(self, *streams: str) -> None:
        LoggedEvent.objects.all().delete()
        StreamHead.objects.all().delete()
        self.blocks = []
        self.savepoints: list[tuple[int, Any]] = []
        self.pages = [Page(stream) for stream in streams]

    @precondition(lambda self: len(self.blocks) < 3)
    @rule(savepoint=st.booleans())
    def open(self, savepoint: bool) -> None:
        block = transaction.atomic(savepoint=savepoint)
        block.__enter__()
        self.blocks.append(block)

    @precondition(lambda self: self.blocks)
    @rule(kept=st.booleans())
    def end(self, kept: bool) -> None:
        self.leave(self.blocks.pop(), None if kept else ZeroDivisionError())
        while transaction.get_connection().needs_rollback:  # it had no savepoint of its own
            self.leave(self.blocks.pop(), ZeroDivisionError())
        self.savepoints = [s for s in self.savepoints if s[0] <= len(self.blocks)]

    def leave(self, block: transaction.Atomic, error: Exception | None) -> None:
        block.__exit__(type(error) if error else None, error, None)

    @precondition(lambda self: self.blocks)
    @rule()
    def mark_a_place(self) -> None:
        self.savepoints.append((len(self.blocks), connection.savepoint()))

    @precondition(lambda self: self.savepoints)
    @rule(again=st.booleans())
    def go_back_to_it(self, again: bool) -> None:
        depth, savepoint = self.savepoints[-1]
        if depth == len(self.blocks):
            connection.savepoint_rollback(savepoint)
        if not again:
            self.savepoints.pop()

    @precondition(lambda self: self.savepoints)
    @rule()
    def forget_it(self) -> None:
        depth, savepoint = self.savepoints.pop()
        if depth == len(self.blocks):
            connection.savepoint_commit(savepoint)

    @invariant()
    def every_page_equals_the_database(self) -> None:
        if not getattr(self, "blocks", True) and not self.idle:
            self.check_pages()
        self.idle = False

    def check_pages(self) -> None:
        with reading():
            streams = {page.stream for page in self.pages}
            now = {stream: live.snapshot(stream).items for stream in streams}
            for page in self.pages:
                page.check(now[page.stream])

    def teardown(self) -> None:
        while getattr(self, "blocks", []):
            self.end(True)
        if hasattr(self, "pages"):
            self.check_pages()


def run_stories(of: type[Story], *, steps: int) -> None:
    run_state_machine_as_test(
        of,
        settings=settings(
            max_examples=MANY or 8,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not MANY,
            database=None,
            phases=[Phase.generate, Phase.shrink] if MANY else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
