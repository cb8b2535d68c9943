"""A model that is live: saving and deleting it tells every open page."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from .models import LoggedEvent
from .writing import atomic, publish, remove


class LiveModel(models.Model):
    """A mixin that publishes in the transaction of `save` and `delete`.

        class Match(live.LiveModel):
            def live_streams(self):
                return ["scores"]

            def live_item(self):
                return {"key": f"match:{self.pk}", "order": self.kickoff.isoformat(), …}

    Not a signal after the fact: in autocommit one runs outside any transaction, and a crash
    between the two would lose the event. `QuerySet.update`, `bulk_create`, `QuerySet.delete` and
    cascades call no `save` and no `delete`: tell of them with `live.touch`, or `live.remove`.
    """

    class Meta:
        abstract = True

    def live_streams(self) -> Iterable[str]:
        """Return the streams that show this object now; none where it is hidden."""
        raise NotImplementedError

    def live_item(self) -> Mapping[str, object]:
        """Return the object's whole state on the wire: `{"key", "order", "version"?, …}`."""
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and put the object into its streams, out of those that it has left."""
        with atomic():
            before = self._saved()
            super().save(*args, **kwargs)
            self._tell("created" if before is None else "changed", before)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and take the object out of its streams."""
        with atomic():
            before = self._saved()
            deleted = super().delete(*args, **kwargs)
            if before is not None:
                _remove(before, before.live_streams(), "deleted")
        return deleted

    def _saved(self) -> "LiveModel | None":
        """Return the object as it is in the database, locked until the transaction ends."""
        if self.pk is None:
            return None
        rows: models.QuerySet[LiveModel] = type(self)._base_manager.select_for_update()
        return rows.filter(pk=self.pk).first()

    def _tell(self, what: str, before: "LiveModel | None") -> None:
        now = list(self.live_streams())
        for stream in now:
            publish(stream, _event(self, what), self.live_item())
        if before is not None:
            _remove(before, set(before.live_streams()) - set(now), "left")


def touch(objects: Iterable[LiveModel]) -> int:
    """Tell every open page how objects are now, after a change that passed `save` by.

    Call it in the same `live.atomic()` as the change; returns how many objects were told of.
    """
    count = 0
    with atomic():
        for count, live_object in enumerate(objects, start=1):  # noqa: B007  the count is returned
            live_object._tell("changed", None)
            shown = _streams_that_show(str(live_object.live_item()["key"]))
            _remove(live_object, shown - set(live_object.live_streams()), "left")
    return count


def _remove(live_object: LiveModel, streams: Iterable[str], what: str) -> None:
    key = str(live_object.live_item()["key"])
    for stream in streams:
        remove(stream, _event(live_object, what), key)


def _event(live_object: LiveModel, what: str) -> str:
    return f"{live_object._meta.model_name}.{what}"


def _streams_that_show(key: str) -> set[str]:
    """Return the streams in which the last event of a key put it there."""
    events = LoggedEvent.objects.filter(key=key).order_by("stream", "position")
    last = dict(events.values_list("stream", "op"))
    return {stream for stream, op in last.items() if op == "put"}
