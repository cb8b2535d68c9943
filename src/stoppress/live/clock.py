"""The authoritative clock: the database's, which all machines share; on SQLite the machine's."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db import connections
from django.utils import timezone

from stoppress.live import metrics
from stoppress.live.database import log_database

logger = logging.getLogger("stoppress.live")

# Seconds of difference that are logged, and below which the clocks are said to agree again.
LOGGED_SECONDS, AGREED_SECONDS = 1.0, 0.5


def has_clock(using: str | None = None) -> bool:
    """Return whether a database has a clock of its own: PostgreSQL has, SQLite uses the machine's.

    Args:
        using: the database; the log's own by default.
    """
    return connections[using or log_database()].vendor == "postgresql"


def database_time(using: str | None = None) -> datetime:
    """Return the database's present time, which all machines share.

    It is not the time at which the transaction began. Call it once the rows are locked, because
    waiting for a lock takes time.

    Args:
        using: the database; the log's own by default.
    """
    alias = using or log_database()
    if not has_clock(alias):
        return timezone.now()
    with connections[alias].cursor() as database:
        database.execute("SELECT statement_timestamp()")
        now: datetime = database.fetchone()[0]
    return now


class MachineClock:
    """This machine's clock, and how far it is ahead of the database's.

    Args:
        stopwatch: a monotonic clock in seconds, which times the database's answers.

    Attributes:
        ahead: seconds, below 0 if it is behind; 0 on SQLite, and before the first comparison.
        compared: whether there was a comparison.
    """

    def __init__(self, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._stopwatch = stopwatch
        self.ahead = 0.0
        self.compared = False
        self._logged = False

    def compare(self, using: str | None = None) -> datetime:
        """Ask the database for its time, update the difference, and return that time.

        The error of the difference is up to half of the answer's duration. If the old difference is
        within that error, it stays: a slow answer does not change it.

        Args:
            using: the database; the log's own by default.
        """
        alias = using or log_database()
        if not has_clock(alias):
            return timezone.now()
        began = self._stopwatch()
        with connections[alias].cursor() as database:
            # Without time zones (USE_TZ), a time of day alone would be ambiguous once a year.
            sql = "SELECT statement_timestamp(), EXTRACT(EPOCH FROM statement_timestamp())"
            database.execute(sql)
            now: datetime
            now, seconds = database.fetchone()
        here, took = time.time(), self._stopwatch() - began
        half = took / 2
        ahead = here - half - float(seconds)
        if not self.compared or abs(ahead - self.ahead) > half:
            self.ahead = ahead
        self.compared = True
        metrics.CLOCK_AHEAD.labels(alias).set(self.ahead)
        self._log()
        return now

    def seconds(self) -> float:
        """Return an estimate of the database's time, in seconds since 1970, without a query.

        Use it for measurements only.
        """
        return time.time() - self.ahead

    def __str__(self) -> str:
        way = "ahead of" if self.ahead > 0 else "behind"
        return f"this machine's clock is {abs(self.ahead):.1f} s {way} the database's"

    def _log(self) -> None:
        """Log when the clocks begin to differ, and when they agree again."""
        if not self._logged and abs(self.ahead) > LOGGED_SECONDS:
            self._logged = True
            logger.warning("%s: one of the two is wrong, and the database's decides", str(self))
        elif self._logged and abs(self.ahead) < AGREED_SECONDS:
            self._logged = False
            logger.info("this machine's clock agrees with the database's again")


machine_clock = MachineClock()
