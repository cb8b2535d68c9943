"""A live model: saving or deleting an object publishes it to every open page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from stoppress.live.database import log_database
from stoppress.live.log.transaction import atomic, pending_entries
from stoppress.live.models import LoggedEvent

from .verbs import publish, remove


class LiveModel(models.Model):
    """A mixin that publishes in the transaction of `save` and `delete`.

        class Match(live.LiveModel):
            def live_streams(self):
                return ["scores"]

            def live_item(self):
                return {"key": f"match:{self.pk}", "order": self.kickoff.isoformat(), …}

    It does not use Django's signals: in autocommit a signal runs outside any transaction, and a
    crash in between would lose the event. `QuerySet.update`, `bulk_create`, `QuerySet.delete` and
    cascades call neither `save` nor `delete`: publish their changes with `live.touch` or
    `live.remove`.
    """

    class Meta:
        abstract = True

    def live_streams(self) -> Iterable[str]:
        """Return the streams that show this object now; none where it is hidden."""
        raise NotImplementedError

    def live_item(self) -> Mapping[str, object]:
        """Return the object's complete state as an item: `{"key", "order", "version"?, …}`."""
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; publish the object to its streams, and remove it from those that it has left."""
        with atomic():
            before = _Shown.of(self._saved())
            super().save(*args, **kwargs)
            # Read back, so that the saved state is published, also with `update_fields` and `F()`.
            saved = self._saved()
            assert saved is not None
            saved._tell("changed" if before.key else "created", before)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the object, and remove it from its streams."""
        with atomic():
            before = _Shown.of(self._saved())
            deleted = super().delete(*args, **kwargs)
            _remove(before.key, before.streams, _event(self, "deleted"))
        return deleted

    def _saved(self) -> "LiveModel | None":
        """Return the object as stored in the database, locked until the transaction ends."""
        if self.pk is None:
            return None
        rows: models.QuerySet[LiveModel] = type(self)._base_manager.select_for_update()
        return rows.filter(pk=self.pk).first()

    def _tell(self, what: str, before: "_Shown") -> None:
        now = set(self.live_streams())
        for stream in sorted(now):
            publish(stream, _event(self, what), self.live_item())
        _remove(before.key, before.streams - now, _event(self, "left"))


@dataclass(frozen=True)
class _Shown:
    """Where an object was shown before a change that may hide it."""

    key: str
    streams: frozenset[str]

    @classmethod
    def of(cls, live_object: LiveModel | None) -> "_Shown":
        if live_object is None:
            return cls("", frozenset())
        return cls(str(live_object.live_item()["key"]), frozenset(live_object.live_streams()))


def touch(objects: Iterable[LiveModel]) -> int:
    """Publish the present state of objects after a change that did not go through `save`.

    Call it in the same `live.atomic()` as the change; returns the number of published objects. If a
    stream's log no longer has an object's events, because they were trimmed, `touch` cannot find
    that stream: pass its name to `live.remove`.
    """
    count = 0
    with atomic():
        for live_object in objects:
            key = str(live_object.live_item()["key"])
            live_object._tell("changed", _Shown(key, _streams_that_show(key)))
            count += 1
    return count


def _remove(key: str, streams: Iterable[str], event: str) -> None:
    for stream in sorted(streams):
        remove(stream, event, key)


def _event(live_object: LiveModel, what: str) -> str:
    return f"{live_object._meta.model_name}.{what}"


def _streams_that_show(key: str) -> frozenset[str]:
    """Return the streams where a key's last event, logged or collected, is a put."""
    events = LoggedEvent.objects.using(log_database()).filter(key=key)
    last = events.values("stream").annotate(last=models.Max("position"))
    shown = {
        row["stream"]
        for row in last
        if events.get(stream=row["stream"], position=row["last"]).op == "put"
    }
    for entry in pending_entries():
        if entry.key == key and entry.stream is None:
            shown.clear()
        elif entry.key == key and entry.stream is not None:
            (shown.add if entry.op == "put" else shown.discard)(entry.stream)
    return frozenset(shown)
