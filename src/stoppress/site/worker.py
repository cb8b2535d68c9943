"""The background worker: publishes what is due."""

import logging
import threading

from django.db import close_old_connections
from django.utils import timezone

from stoppress.newsroom.publishing import publish_due

logger = logging.getLogger("stoppress.site")

SECONDS_BETWEEN_LOOKS = 1.0


class Worker(threading.Thread):
    """Looks each second for articles whose time has come."""

    def __init__(self) -> None:
        super().__init__(name="stoppress-worker", daemon=True)
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.is_set():
            close_old_connections()
            try:
                publish_due(timezone.now())
            except Exception:
                # Nothing is lost: what is due is still due at the next look.
                logger.exception("could not publish what is due")
            close_old_connections()
            self._ended.wait(SECONDS_BETWEEN_LOOKS)

    def stop(self) -> None:
        """End the thread after the look under way."""
        self._ended.set()
        if self.is_alive():
            self.join(timeout=10)
