"""An event loop that a test drives by hand: its clock, its turns and its reads of the database."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

# Turns of the loop until all that can happen must have happened.
TURNS_AT_MOST = 20_000


class Read:
    """A call of a thread that is started and answered when the test asks for it."""

    def __init__(self, future: asyncio.Future[Any], call: Callable[[], Any]) -> None:
        self._future = future
        self._call = call
        self._result: Any = None
        self.error: Exception | None = None

    def make(self) -> None:
        try:
            self._result = self._call()
        except Exception as error:
            self.error = error

    def answer(self) -> None:
        if self._future.done():
            return  # nobody waits any more
        if self.error is not None:
            self._future.set_exception(self.error)
        else:
            self._future.set_result(self._result)


class SteppedLoop(asyncio.SelectorEventLoop):
    """A deterministic schedule: a failing test repeats its steps exactly.

    Attributes:
        now: the loop's clock, in seconds.
        asked: reads that nobody has made yet.
        made: reads whose answers are still under way.
        failed: what reads raised.
    """

    now = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Read] = []
        self.made: list[Read] = []
        self.failed: list[Exception] = []

    def time(self) -> float:
        return self.now

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        if getattr(executor, "_shutdown", False):
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = self.create_future()
        self.asked.append(Read(future, lambda: func(*args)))
        return future

    def turn(self) -> None:
        """Let every callback run that is ready."""
        self.call_soon(self.stop)
        self.run_forever()

    def make_read(self, which: int) -> None:
        if self.asked:
            read = self.asked.pop(which % len(self.asked))
            read.make()
            self.made.append(read)
            self.failed += [read.error] if read.error else []

    def answer_read(self, which: int) -> None:
        if self.made:
            self.made.pop(which % len(self.made)).answer()

    def rest(self) -> None:
        """Go on until there is nothing left to do before the clock moves."""
        self.turn()  # what the clock is due for is ready after one
        for _ in range(TURNS_AT_MOST):
            if self._ready:
                self.turn()
            elif self.made:
                self.answer_read(0)
            elif self.asked:
                self.make_read(0)
            else:
                return
        raise AssertionError("it comes to no rest")

    def finish(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine to its end."""
        task = self.create_task(work)
        self.rest()
        assert task.done(), "it waits for the clock"
        return task.result()
