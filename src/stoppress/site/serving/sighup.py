"""SIGHUP for a process that replaces no workers: it logs a message and does not end."""

import logging
import signal
from types import FrameType

logger = logging.getLogger("stoppress.site")


def answer_sighup(words: str) -> None:
    """Log these words at each SIGHUP from now on; by default the signal ends the process."""

    def answer(signum: int, frame: FrameType | None) -> None:
        logger.warning("SIGHUP: %s", words)

    signal.signal(signal.SIGHUP, answer)
