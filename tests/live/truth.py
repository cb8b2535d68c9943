"""The oracle: a site of rows, what its log has said in each of its lives, and a way to rewrite it.

The site's own state is a table beside the log, written in the same transactions: a rollback, a
backup and a read-only transaction treat both alike.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db import connection, connections, transaction
from django.utils import timezone

from stoppress import live
from stoppress.live.database import log_database
from stoppress.live.log.history import read_heads
from stoppress.live.models import Installation, LoggedEvent, StreamHead
from stoppress.live.protocol.cursor import Cursor

STREAMS = ("wire:a", "wire:b", "wire:c")
LIMIT = 3
QUIET = timedelta(days=31)
NOWHERE = Cursor(-1, "")

Item = dict[str, Any]


def make_table() -> None:
    run(
        "CREATE TABLE wire_item (stream varchar(64), key varchar(64), place varchar(64), item text)"
    )


def drop_table() -> None:
    run("DROP TABLE wire_item")


def run(sql: str, *values: object) -> None:
    with connection.cursor() as database:
        database.execute(sql, values)


def take(limit: int, name: str) -> list[Item]:
    """Return what a stream shows; the snapshot function of `wire:<name>`."""
    return shown_in(f"wire:{name}")[: limit + 1]


def shown_in(stream: str) -> list[Item]:
    """Return all that a stream shows, the largest order first."""
    with connections[log_database()].cursor() as database:
        database.execute(
            "SELECT item FROM wire_item WHERE stream = %s ORDER BY place DESC", [stream]
        )
        return [json.loads(item) for (item,) in database.fetchall()]


@dataclass
class Backup:
    """All that a backup of the database holds."""

    events: list[LoggedEvent]
    heads: list[StreamHead]
    rows: list[tuple[str, ...]]
    versions: dict[str, int]
    chain: dict[str, list[Cursor]]
    installation: Installation


class Truth:
    """The current state of the site, and every event ever committed.

    Attributes:
        chain: each stream's cursors in this life, also of what was trimmed; the index is the
            position. Where there was none, it is NOWHERE.
        told: every event of every life, by stream and both cursors.
        shown: what a stream showed at a cursor at which a transaction ended.
        texts: every text that a key ever had.
        withdrawn: texts that may be given out no more.
        withdrawn_by: those that a redaction withdrew, by its stream and cursor.
        redacting: what the open transaction withdraws.
    """

    def __init__(self) -> None:
        with transaction.atomic():
            LoggedEvent.objects.all().delete()
            StreamHead.objects.all().delete()
            Installation.objects.update(first=0)
            run("DELETE FROM wire_item")
        self.versions: dict[str, int] = {}
        self.told: dict[tuple[str, Cursor, Cursor], LoggedEvent] = {}
        self.shown: dict[tuple[str, Cursor], list[Item]] = {}
        self.texts: dict[str, set[str]] = defaultdict(set)
        self.withdrawn: set[str] = set()
        self.redacting: list[set[str]] = []
        self.withdrawn_by: dict[tuple[str, Cursor], set[str]] = {}
        self.chain: dict[str, list[Cursor]] = {name: [] for name in STREAMS}
        for name, head in read_heads(STREAMS).items():
            self._begin(name, head.cursor)

    def head(self, stream: str) -> Cursor:
        return self.chain[stream][-1]

    def line(self, stream: str, after: Cursor, cursor: Cursor) -> str:
        """Return an event in words."""
        row = self.told[stream, after, cursor]
        return f"{row.position} {row.op} {row.key} {row.version or ''} {row.item}"

    def note(self) -> None:
        """Take down what the log says now."""
        self.withdrawn.update(*self.redacting)
        self.redacting = []
        for stream, chain in self.chain.items():
            rows = LoggedEvent.objects.filter(stream=stream, position__gte=len(chain))
            for row in rows.order_by("position"):
                cursor = Cursor(row.position, row.link)
                self.told[stream, chain[-1], cursor] = row
                chain.append(cursor)
                if row.redacts:
                    self.withdrawn_by[stream, cursor] = set(self._texts_of(stream, row.key))
        self.begin()
        for stream, chain in self.chain.items():
            self.shown[stream, chain[-1]] = shown_in(stream)

    def _texts_of(self, stream: str, key: str) -> list[str]:
        rows = [self.told.get((stream, *pair)) for pair in pairwise(self.chain[stream])]
        said = [row.item for row in rows if row is not None and row.key == key and row.item]
        return [json.loads(item)["text"] for item in said]

    def brought_back(self, stream: str, blanked: set[Cursor]) -> bool:
        """Return whether a backup has given a text back to an event that a page was sent without.

        A link is never over content: a page that was cut off between such an event and the
        redaction, and comes back when the redaction is lost, is at a cursor of this log.
        """
        positions = [cursor.position for cursor in blanked]
        rows = LoggedEvent.objects.filter(stream=stream, position__in=positions, redacted=False)
        return any(Cursor(row.position, row.link) in blanked for row in rows)

    # What a newsroom does; within a transaction

    def put(self, stream: str, item: Item) -> None:
        run("DELETE FROM wire_item WHERE stream = %s AND key = %s", stream, item["key"])
        values = (stream, item["key"], item["order"], json.dumps(item))
        run("INSERT INTO wire_item (stream, key, place, item) VALUES (%s, %s, %s, %s)", *values)
        live.publish(stream, "thing.said", item)

    def remove(self, stream: str, key: str, version: int | None) -> None:
        run("DELETE FROM wire_item WHERE stream = %s AND key = %s", stream, key)
        live.remove(stream, "thing.left", key, version=version)

    def redact(self, key: str, version: int | None) -> None:
        shown = [s for s in STREAMS if any(item["key"] == key for item in shown_in(s))]
        run("DELETE FROM wire_item WHERE key = %s", key)
        self.redacting.append(set(self.texts[key]))
        live.redact(key, "thing.withdrawn", version=version, shown_in=shown)

    def retell(self, stream: str, key: str) -> None:
        run("DELETE FROM wire_item WHERE stream = %s AND key = %s", stream, key)
        live.retell(stream)

    def taken_away(self, stream: str, key: str) -> Item | None:
        """Return an item whose removal from a stream, without a version, was its last change."""
        rows = LoggedEvent.objects.filter(stream=stream, key=key).order_by("-position")
        match list(rows[:2]):
            case [
                LoggedEvent(op="remove", version=None, redacts=False),
                LoggedEvent(op="put") as it,
            ]:
                item: Item | None = json.loads(it.item) if it.item else None
                return item
        return None

    # Time passes

    def fall_quiet(self, streams: Sequence[str]) -> None:
        """Make all events of some streams so old that trimming calls the streams quiet."""
        LoggedEvent.objects.filter(stream__in=streams).update(time=timezone.now() - QUIET)

    def begin(self) -> None:
        """Take down where streams begin that lost their heads or were told anew.

        No event had these positions.
        """
        for stream, head in read_heads(STREAMS).items():
            chain = self.chain[stream]
            if head.cursor != chain[-1]:
                assert head.cursor == head.floor and head.cursor.position >= len(chain)
                self._begin(stream, head.cursor)

    def _begin(self, stream: str, cursor: Cursor) -> None:
        chain = self.chain[stream]
        chain += [NOWHERE] * (cursor.position - len(chain))
        chain.append(cursor)
        self.shown[stream, cursor] = shown_in(stream)

    # Another history

    def back_up(self) -> Backup:
        with connection.cursor() as database:
            database.execute("SELECT stream, key, place, item FROM wire_item")
            rows = database.fetchall()
        return Backup(
            list(LoggedEvent.objects.all()),
            list(StreamHead.objects.all()),
            rows,
            dict(self.versions),
            {name: list(chain) for name, chain in self.chain.items()},
            Installation.objects.get(),
        )

    def restore(self, backup: Backup) -> None:
        """Put a backup back, as a failover that lost the last commits does; in a transaction."""
        LoggedEvent.objects.all().delete()
        StreamHead.objects.all().delete()
        LoggedEvent.objects.bulk_create(backup.events)
        StreamHead.objects.bulk_create(backup.heads)
        backup.installation.save()
        run("DELETE FROM wire_item")
        for row in backup.rows:
            run("INSERT INTO wire_item (stream, key, place, item) VALUES (%s, %s, %s, %s)", *row)
        self.versions = dict(backup.versions)
        self.chain = {name: list(chain) for name, chain in backup.chain.items()}
        items = [event.item for event in backup.events if event.item]
        items += [item for *_, item in backup.rows]
        self.withdrawn -= {json.loads(item)["text"] for item in items}
