"""The outbox: the marks of a connection's open transaction, until they are logged at its end."""

import logging
from collections.abc import Hashable
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live import metrics
from stoppress.live.errors import LiveError
from stoppress.live.relays import hints

from .append import busy_in_words, limit_of_lock_waits
from .ending import log_marks
from .marks import Mark, Subject
from .wiping import wipe_soon

logger = logging.getLogger("stoppress.live")

_ATTRIBUTE = "stoppress_outbox"


class Outbox:
    """A connection's marks, which are logged just before its COMMIT.

    Django has no hook there. So `commit`, and the calls that roll changes back, are replaced on the
    connection instance at its first mark. The marks are a list: each savepoint records its length,
    and a rollback to the savepoint cuts it to that length, also if the site made the savepoint by
    hand. Django's queue of on-commit callbacks holds only the site's own.

    Within a `TestCase` no transaction is ever committed. There the marks are logged by
    `captureOnCommitCallbacks(execute=True)`, for which each mark adds a callback to the queue, and
    whenever `stoppress.live` itself reads the log. If a savepoint is rolled back, the marks before
    it that were logged after it are logged again.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._marks: list[Mark] = []
        self._mark_index: dict[Hashable, int] = {}  # index of the mark with each object's old state
        self._logged = 0  # how many marks are logged
        self._events = 0  # how many events they made
        self._schema: str | None = None  # the tenant's schema at the first mark
        self._savepoints: dict[str, tuple[int, int]] = {}  # number of marks, and `_logged`, at each
        self._commit = connection.commit
        self._rollback = connection.rollback
        self._close = connection.close
        self._savepoint = connection.savepoint
        self._savepoint_rollback = connection.savepoint_rollback
        self._set_autocommit = connection.set_autocommit
        vars(connection).update(
            commit=self.commit,
            rollback=self.rollback,
            close=self.close,
            set_autocommit=self.set_autocommit,
            savepoint=self.savepoint,
            savepoint_rollback=self.savepoint_rollback,
        )

    @classmethod
    def of(cls, connection: BaseDatabaseWrapper) -> "Outbox":
        """Return the outbox of a connection."""
        outbox: Outbox | None = vars(connection).get(_ATTRIBUTE)
        if outbox is None:
            vars(connection)[_ATTRIBUTE] = outbox = cls(connection)
        return outbox

    def add(self, mark: Mark) -> None:
        """Add a mark, which is logged at the end of the open transaction."""
        if self._connection.closed_in_transaction:
            return  # the transaction and all its changes are lost
        if not self._marks:
            self._schema = self._schema_now()
        self._check_schema()
        if isinstance(mark, Subject) and mark.noted:
            self._mark_index[mark.identity] = len(self._marks)
        self._marks.append(mark)
        if _is_of_test(self._connection):
            transaction.on_commit(self.tell, using=self._connection.alias)

    def has(self, identity: Hashable) -> bool:
        """Return whether a mark has the object's state from before the open transaction."""
        place = self._mark_index.get(identity, -1)
        if not self._logged <= place < len(self._marks):
            return False
        mark = self._marks[place]
        return isinstance(mark, Subject) and mark.noted and mark.identity == identity

    def tell(self) -> bool:
        """Log the marks inside the open transaction; return whether a text was withdrawn.

        Raises:
            StreamBusy: another transaction held a stream's lock for too long.
        """
        marks = self._marks[self._logged :]
        if not marks:
            return False
        self._check_schema()
        self._logged = len(self._marks)
        connection = self._connection
        state = connection.in_atomic_block, connection.commit_on_exit
        # Atomic blocks opened from here on nest in the open transaction, also if it was begun by
        # hand.
        connection.in_atomic_block = connection.commit_on_exit = True
        try:
            with busy_in_words(connection.alias):
                self._events += log_marks(marks, connection)
        finally:
            connection.in_atomic_block, connection.commit_on_exit = state
        if len(self._marks) > self._logged:
            raise LiveError(
                "An object was changed, or an event published, while the transaction's objects "
                "were read: live_item(), live_key() and live_streams() must only read, and a "
                "template may change nothing that is live."
            )
        return any(not isinstance(mark, Subject) and mark.redacts for mark in marks)

    def commit(self) -> None:
        """Log the marks, commit, and announce; an error before COMMIT rolls back everything."""
        self._connection.validate_thread_sharing()
        if not self._marks:
            self._commit()
            self._forget()
            return
        self._connection.validate_no_atomic_block()
        try:
            self._prepare()
            withdrawn = self.tell()
        except BaseException:
            self._roll_back_or_close()  # Django itself rolls back for a DatabaseError only
            raise
        self._commit()
        metrics.PUBLISHED.inc(self._events)
        self._forget()
        self._announce(withdrawn)

    def rollback(self) -> None:
        self._rollback()
        self._forget()

    def close(self) -> None:
        self._connection.validate_thread_sharing()
        try:
            self._close()
        finally:
            self._forget()

    def savepoint(self) -> Any:
        sid = self._savepoint()
        if sid is not None:
            self._savepoints[sid] = len(self._marks), self._logged
        return sid

    def savepoint_rollback(self, sid: str | None) -> None:
        self._savepoint_rollback(sid)  # type: ignore[arg-type]
        if sid is not None:  # Django makes no savepoint in autocommit mode
            # An unknown savepoint is older than the first mark.
            length, self._logged = self._savepoints.get(sid, (0, 0))
            del self._marks[length:]

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:
        if autocommit and self._marks and self._connection.vendor == "sqlite":
            self.commit()  # SQLite's driver commits here
        self._set_autocommit(autocommit, *args, **kwargs)

    def _prepare(self) -> None:
        """Check deferred constraints, so that they fail before a stream is locked.

        From here on PostgreSQL has a lock timeout, and no JIT: it overestimates the cost of finding
        streams, and compiling that query would take 0.1 s.
        """
        if self._connection.vendor == "postgresql":
            with self._connection.cursor() as database:
                database.execute(
                    "SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL jit = off; " + limit_of_lock_waits()
                )

    def _schema_now(self) -> str | None:
        # Packages with a schema for each tenant keep its name there.
        return getattr(self._connection, "schema_name", None)

    def _check_schema(self) -> None:
        if self._schema_now() != self._schema:
            raise LiveError(
                f"The transaction has changed objects in the schema {self._schema!r}, and is in "
                f"{self._schema_now()!r} now: end it before another tenant's schema is chosen."
            )

    def _roll_back_or_close(self) -> None:
        try:
            self.rollback()
        except Exception:  # the connection is broken: the database rolls back
            self.close()

    def _announce(self, withdrawn: bool) -> None:
        try:
            hints.announce()
            if withdrawn:
                wipe_soon(self._connection.alias)
        except Exception:  # the events are committed: the safety poll finds them
            logger.exception("events were committed, but could not be announced")

    def _forget(self) -> None:
        self._marks.clear()
        self._mark_index.clear()
        self._savepoints.clear()
        self._logged = self._events = 0


def tell_in_test(connection: BaseDatabaseWrapper) -> None:
    """Within a `TestCase`, log the marks now: its transaction is never committed."""
    outbox: Outbox | None = vars(connection).get(_ATTRIBUTE)
    if outbox is not None and _is_of_test(connection):
        outbox.tell()


def _is_of_test(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the open transaction is a `TestCase`'s own."""
    blocks = connection.atomic_blocks
    return bool(blocks) and getattr(blocks[0], "_from_testcase", False)
