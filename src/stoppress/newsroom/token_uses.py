"""Record the use of tokens where the database takes writes, and let the call go on elsewhere."""

import logging
import time
from collections.abc import Callable

from django.db import InternalError, OperationalError

logger = logging.getLogger("stoppress.newsroom.token_uses")

REST_SECONDS = 10.0


class Resting:
    """Whether writing has just failed: no call shall wait for the same lock again."""

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self, seconds: float = REST_SECONDS) -> None:
        self._until = time.monotonic() + seconds

    def now(self) -> bool:
        return time.monotonic() < self._until


resting = Resting()


def write_use(write: Callable[[], object]) -> None:
    """Write what a token's use leaves, unless the database has just taken no writes."""
    if resting.now():
        return
    try:
        write()
    except (OperationalError, InternalError) as error:
        resting.begin()
        logger.warning("the use of a token is not recorded: %s", error)
