"""The site's own answer to who may read: asked for on threads of its own, in time."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from django.db import close_old_connections

logger = logging.getLogger("stoppress.live")
Result = TypeVar("Result")

# Enough that a slow answer does not hold up all the others.
THREADS = 4
# What an answer may take, the wait for a thread included.
SECONDS = 10.0
# Seconds between two complaints of the same fault: it may meet every reader there is.
COMPLAIN_EVERY = 60.0

_complained: dict[tuple[str, type[Exception]], float] = {}


async def ask_site(question: Callable[[], Result]) -> Result:
    """Return what a function of the site's gives; it may read the database.

    Raises:
        TimeoutError: it took longer than SECONDS. Its thread is not free before it ends.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(SECONDS):
        return await loop.run_in_executor(_threads(), _tended, question)


def complain(what: str, error: Exception) -> None:
    """Log a fault of the site's, once a minute however many readers it meets."""
    now, fault = time.monotonic(), (what, type(error))
    if now - _complained.get(fault, -COMPLAIN_EVERY) >= COMPLAIN_EVERY:
        _complained[fault] = now
        logger.error("could not ask who may read %s: %r", what, error, exc_info=error)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="stoppress-hook")


def _tended(question: Callable[[], Result]) -> Result:
    # As around a request: a connection that broke is not taken for the next question.
    close_old_connections()
    try:
        return question()
    finally:
        close_old_connections()
