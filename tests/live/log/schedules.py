"""Every order in which the steps of two transactions can follow one another.

Each transaction runs in a thread, and on a connection, of its own. It stops before every statement
that begins a step of the rule by which events are written, until it may take that step. One that
waits for the other's lock takes its step as soon as it gets the lock.

Of orders that differ only in steps which cannot notice each other, one is run: what a transaction
reads and writes before its COMMIT shows to no other, except that it locks rows.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connection, connections

from tests.live.reader import PATIENCE

Work = Callable[[], object]

# A step lasts until the next one begins. The first, "change", begins with the transaction, and the
# last one is "commit".
STEPS = {
    "find": re.compile(r"WITH RECURSIVE wanted"),
    "read": re.compile(r'SELECT .* FROM "auth_group" WHERE "auth_group"."id" IN'),
    "lock": re.compile(r'UPDATE "stoppress_live_streamhead" SET head = head|SELECT pg_advisory'),
}


@dataclass(frozen=True)
class Schedule:
    """The order of the steps, such as `1:change 2:change 1:find …`, and the errors."""

    steps: Sequence[str]
    errors: Sequence[BaseException]

    def __str__(self) -> str:
        return " ".join(self.steps)


def all_schedules(begin: Callable[[], Sequence[Work]]) -> Iterator[Schedule]:
    """Run transactions in every order of their steps.

    Args:
        begin: makes the state before, and returns what each transaction does; called each time.
    """
    with ExitStack() as ending:
        threads: list[ThreadPoolExecutor] = []
        turns: list[_Turn] = []
        while True:
            works = begin()
            while len(threads) < len(works):
                threads.append(ending.enter_context(ThreadPoolExecutor(1)))
                ending.callback(lambda own: own.submit(connections.close_all).result(), threads[-1])
            schedule = _run(works, threads, turns)
            if schedule is not None:
                yield schedule
            while turns and not turns[-1].another():
                turns.pop()
            if not turns:
                return


@dataclass
class _Turn:
    """A choice of the transaction that takes the next step.

    Attributes:
        steps: each one's next step, by its number; one that waits for a lock has none.
        idle: those that need no turn here: the same order, but for what nobody notices, was run.
    """

    steps: dict[int, str]
    idle: set[int]
    taken: int = 0
    tried: set[int] = field(default_factory=set)

    def another(self) -> bool:
        """Choose the next one; return whether there is any."""
        self.tried |= {self.taken} - {0}
        self.taken = next((n for n in self.steps if n not in self.idle | self.tried), 0)
        return bool(self.taken)

    def idle_after(self) -> set[int]:
        """Return who is idle at the next turn: whoever could as well have gone before this one."""
        earlier = (self.idle | self.tried) - {self.taken}
        return {n for n in earlier if not _notice(self.steps[n], self.steps[self.taken])}


def _notice(step: str, other: str) -> bool:
    return "commit" in (step, other) or step == other and step in ("change", "lock")


def _run(
    works: Sequence[Work], threads: Sequence[ThreadPoolExecutor], turns: list[_Turn]
) -> Schedule | None:
    """Take these turns, and then others, which are added; None if another run was the same."""
    stepped = [_Stepped(work) for work in works]
    running = [thread.submit(each.run) for thread, each in zip(threads, stepped, strict=True)]
    steps: list[str] = []
    taken = 0
    while True:
        for each in stepped:
            each.settle()
        if all(each.done for each in stepped):
            break
        ready = {n: each.next for n, each in enumerate(stepped, 1) if each.stands and not each.done}
        if not ready:  # a deadlock, which PostgreSQL ends after a second
            steps.append("deadlock")
            for each in stepped:
                each.wait()
            continue
        if taken == len(turns):
            turn = _Turn(ready, turns[-1].idle_after() if turns else set())
            if not turn.another():
                for each in stepped:
                    each.abandon()
                break
            turns.append(turn)
        turn, taken = turns[taken], taken + 1
        assert turn.steps == ready, f"{turn} comes to {ready} in another run"
        steps.append(f"{turn.taken}:{ready[turn.taken]}")
        stepped[turn.taken - 1].go()
    for future in running:
        future.result()
    if any(each.abandoned for each in stepped):
        return None
    return Schedule(steps, [each.error for each in stepped if each.error])


class _Abandoned(BaseException):
    """Ends a transaction that need not go on."""


class _Stepped:
    """A transaction that waits before each of its steps."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._backend = 0  # of its connection
        self._may_go = threading.Semaphore(0)
        self._stands = threading.Event()
        self.next = "change"
        self.done = self.abandoned = False
        self.error: Exception | None = None

    @property
    def stands(self) -> bool:
        """Whether it waits for its next turn, or is done."""
        return self._stands.is_set()

    def run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                [self._backend] = cursor.fetchone()
            self._stop()
            # No wrapper sees the COMMIT.
            connection._commit = partial(self._stop_before_commit, connection._commit)
            try:
                with connection.execute_wrapper(self._stop_before_steps):
                    self._work()
            finally:
                del connection._commit
        except _Abandoned:
            pass
        except Exception as error:
            self.error = error
        self.done = True
        self._stands.set()

    def go(self) -> None:
        """Let it take its next step."""
        self._stands.clear()
        self._may_go.release()

    def abandon(self) -> None:
        """Have it roll back."""
        self.abandoned = True
        self._may_go.release()

    def settle(self) -> None:
        """Return once it stands, or waits for a lock of the other's."""
        deadline = time.monotonic() + PATIENCE
        while not self._stands.wait(0.002) and not self._waits_for_a_lock():
            assert time.monotonic() < deadline

    def wait(self) -> None:
        """Return once it stands."""
        assert self._stands.wait(PATIENCE)

    def _stop_before_steps(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        for name, pattern in STEPS.items():
            if pattern.match(sql):
                self.next = name
                self._stop()
        return execute(sql, params, many, context)

    def _stop_before_commit(self, commit: Callable[[], None]) -> None:
        self.next = "commit"
        try:
            self._stop()
        except _Abandoned:
            connection.rollback()  # Django does it for the database's own errors only
            raise
        commit()

    def _stop(self) -> None:
        self._stands.set()
        assert self.abandoned or self._may_go.acquire(timeout=PATIENCE)
        if self.abandoned:
            raise _Abandoned

    def _waits_for_a_lock(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [self._backend])
            return bool(cursor.fetchone()[0])
