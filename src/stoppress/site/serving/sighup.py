"""SIGHUP where it replaces nothing: it is answered in words, and ends nobody."""

import logging
import signal
from types import FrameType

logger = logging.getLogger("stoppress.site")


def answer_sighup(words: str) -> None:
    """Say these words at each SIGHUP from now on; by default it would end the process."""

    def answer(signum: int, frame: FrameType | None) -> None:
        logger.warning("SIGHUP: %s", words)

    signal.signal(signal.SIGHUP, answer)
