"""Calls the site's `may_read` functions: on separate threads, with a timeout."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import close_old_connections

logger = logging.getLogger("stoppress.live")
Result = TypeVar("Result")

# Enough that one slow call does not block all others.
THREADS = 4
# Seconds for one call, including the wait for a thread.
SECONDS = 10.0
# Seconds between two log messages about the same error: it may affect every reader.
COMPLAIN_EVERY = 60.0

_complained: dict[tuple[str, type[Exception]], float] = {}


async def ask_site(question: Callable[[], Result]) -> Result:
    """Run a function of the site's on a thread; it may read the database.

    Raises:
        TimeoutError: it took longer than SECONDS. Its thread stays busy until it ends.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(SECONDS):
        return await loop.run_in_executor(_threads(), _tended, question)


def log_fault(what: str, error: Exception) -> None:
    """Log an error of the site's function, once a minute however many readers it affects."""
    now, fault = time.monotonic(), (what, type(error))
    if now - _complained.get(fault, -COMPLAIN_EVERY) >= COMPLAIN_EVERY:
        _complained[fault] = now
        logger.error(
            "the permission check of %s failed: %r%s", what, error, _advice(error), exc_info=error
        )


def _advice(error: Exception) -> str:
    if not isinstance(error, ValueError | ValidationError):
        return ""
    return (
        ". If a part of the stream's name was no value of its field, say in the pattern what it "
        "must be, such as <int:id>: any other name is then of no stream"
    )


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="stoppress-hook")


def _tended(question: Callable[[], Result]) -> Result:
    # As Django does around a request: a broken connection is not reused for the next call.
    close_old_connections()
    try:
        return question()
    finally:
        close_old_connections()
