"""Coroutines run by hand: most of them never wait, and then need no task and no timer."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from types import coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


@coroutine
def rest(work: Coroutine[Any, Any, Result], waits_for: object) -> Generator[Any, Any, Result]:
    """Run a started coroutine to its end; `waits_for` is the future that it has yielded."""
    while True:
        try:
            value = yield waits_for
        except BaseException as error:
            step = partial(work.throw, error)
        else:
            step = partial(work.send, value)
        try:
            waits_for = step()
        except StopIteration as end:
            result: Result = end.value
            return result


async def unless_at_once(work: Coroutine[Any, Any, Result], act: Callable[[], object]) -> Result:
    """Run work; if it has to wait, call a function first."""
    try:
        waits_for = work.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    act()
    return await rest(work, waits_for)


async def within(seconds: float, work: Coroutine[Any, Any, Result]) -> Result:
    """Run work with a timeout that starts when it first has to wait.

    Raises:
        TimeoutError: the work took longer.
    """
    try:
        waits_for = work.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    async with asyncio.timeout(seconds):
        return await rest(work, waits_for)
