"""Record the use of tokens; if the database refuses writes, the call continues without."""

import logging
import time
from collections.abc import Callable

from django.db import InternalError, OperationalError

logger = logging.getLogger("stoppress.newsroom.token_uses")

REST_SECONDS = 10.0


class Resting:
    """A pause after a failed write, so that no other call waits for the same lock."""

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self, seconds: float = REST_SECONDS) -> None:
        self._until = time.monotonic() + seconds

    def now(self) -> bool:
        return time.monotonic() < self._until


resting = Resting()


def write_use(write: Callable[[], object]) -> None:
    """Record a token's use, unless the database has just refused a write."""
    if resting.now():
        return
    try:
        write()
    except (OperationalError, InternalError) as error:
        resting.begin()
        logger.warning("the use of a token is not recorded: %s", error)
