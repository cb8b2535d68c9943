"""Apply the events of a paper's wire, each in one transaction with the cursor."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import DataError

from stoppress import live
from stoppress.ingest.models import Copy, Source
from stoppress.ingest.sanitize import one_line
from stoppress.live.clock import database_time
from stoppress.live.shown_url import shown_url
from stoppress.newsroom.body.limits import TooCostly
from stoppress.newsroom.language import in_english
from stoppress.newsroom.publishing import NewsroomError, prepare

from . import pictures
from .body import as_ours, picture_numbers
from .item import Item, Unreadable, read_item, read_withdrawal
from .taking_in import Prepared, address_there, take_in
from .tally import Tally
from .withdrawing import article_of, retract, retract_what_owes, withdraw

logger = logging.getLogger("stoppress.ingest")


class CursorMoved(Exception):
    """The stored cursor has changed: another process reads the wire, or the cursor was reset."""


class Reading:
    """Applies the frames of one paper's wire.

    Args:
        source: the paper, with the cursor of the last event that was applied.
        pause: waits some seconds before another try.
        going_on: called with the source after each item of a long history.
    """

    def __init__(
        self,
        source: Source,
        pause: Callable[[float], object] = time.sleep,
        going_on: Callable[[Source], object] = lambda source: None,
    ) -> None:
        self.source, self._pause, self._going_on = source, pause, going_on
        self.tally = Tally()

    def apply(self, event: Mapping[str, Any]) -> None:
        """Apply an event and store its cursor, in one transaction.

        An event that cannot be applied is left out and logged. The next event of the same article
        has the whole article again.

        Raises:
            CursorMoved, LiveError, DatabaseError: nothing was changed; another try may succeed.
        """
        prepared, refused = None, event["op"] == "put"
        with in_english(), self.leaving_out(event):
            if event["op"] == "put":
                prepared = self._prepared(read_item(event.get("item")))
        with in_english(), live.atomic():
            self._move_cursor(event["after"], event["cursor"])
            with self.leaving_out(event), live.atomic():
                if prepared is not None:
                    self._take_in(prepared)
                    refused = False
                elif event["op"] == "remove" and event.get("redacts"):
                    withdraw(
                        self.source, read_withdrawal(event.get("item")), str(event.get("event"))
                    )
            if refused:
                with self.leaving_out(event), live.atomic():
                    retract_what_owes(self.source, str(event.get("key")))
        self.source.cursor = event["cursor"]

    def put(self, item: Item, *, anew: bool = False) -> None:
        """Take in an item without an event, in a separate transaction. The cursor stays.

        Args:
            anew: see `take_in`.

        Raises:
            CursorMoved, LiveError, DatabaseError: nothing was changed.
        """
        with in_english(), self.leaving_out(item):
            prepared = self._prepared(item)
            with live.atomic():
                self._move_cursor(self.source.cursor, self.source.cursor)
                with live.atomic():
                    self._take_in(prepared, anew=anew, gap=True)
        self._going_on(self.source)

    def retract(self, copy: Copy, note: str) -> None:
        """Retract an article that the paper no longer shows.

        Raises:
            CursorMoved, LiveError, DatabaseError: nothing was changed.
        """
        with in_english(), live.atomic():
            self._move_cursor(self.source.cursor, self.source.cursor)
            with self.leaving_out(copy), live.atomic():
                if (article := article_of(copy)) is not None:
                    retract(copy, article, note)

    def leave_out(self, key: str, why: str) -> None:
        """Count and log something that was left out."""
        self.tally.leave_out(why)
        # The log line has no headline, since the article may have been withdrawn.
        logger.warning("%s: %s is left out: %s", shown_url(self.source.url), key, why)

    @contextmanager
    def leaving_out(self, of: Item | Copy | Any) -> Iterator[None]:
        """Leave something out if the block raises an error about its content.

        Args:
            of: an item, a copy, or a frame; the log names its key.
        """
        key = of.get("key") if isinstance(of, Mapping) else getattr(of, "key", "")
        try:
            yield
        except (NewsroomError, Unreadable) as error:
            self.leave_out(str(key)[:200], one_line(str(error)))
        except TooCostly as error:
            self.leave_out(str(key)[:200], f"body {error.message}")
        except (DataError, ValueError) as error:
            # Another try would fail too. The error may quote the text, so only its type is logged.
            self.leave_out(str(key)[:200], f"it cannot be taken in ({type(error).__name__})")

    def finish(self, cursor: str) -> None:
        """Store the cursor of a snapshot after it is taken in.

        Raises:
            CursorMoved: nothing was changed.
        """
        self._move_cursor(self.source.cursor, cursor)
        self.source.cursor = cursor

    def _take_in(self, prepared: Prepared, *, anew: bool = False, gap: bool = False) -> None:
        refusal = take_in(self.source, prepared, anew=anew, gap=gap)
        self.tally.read += 1
        self.tally.miss(prepared.missing)
        if refusal:
            self.leave_out(prepared.item.key, refusal)

    def _prepared(self, item: Item) -> Prepared:
        """Return an item with its fetched pictures and its adapted text.

        Raises:
            NewsroomError, TooCostly: the item cannot be taken in.
        """
        ours, missing = pictures.bring_in(self.source, pictures.told_in(item), self._pause)
        base = address_there(self.source, item)
        addresses = dict.fromkeys(picture_numbers(item.body, item.body_format), base)
        for each in item.pictures:
            picture = ours.get(each.url)
            there = pictures.address_there(self.source, each)
            addresses[each.id] = picture.reference if picture else there
        body = as_ours(item.body, item.body_format, addresses, base)
        prepare({"body": body[0], "body_format": body[1]})
        return Prepared(item, body, ours, tuple(missing))

    def _move_cursor(self, before: str, after: str) -> None:
        rows = Source.objects.filter(pk=self.source.pk, kind=Source.Kind.PAPER, cursor=before)
        if not rows.update(cursor=after, last_polled=database_time()):
            raise CursorMoved
