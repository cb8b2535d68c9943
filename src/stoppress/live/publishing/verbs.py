"""The publishing verbs of a site: publish, remove, redact.

Each is told at the end of the open transaction, and refuses what is not valid at once.
"""

from collections.abc import Iterable, Mapping

from asgiref.sync import sync_to_async

from stoppress.live.log.marks import Entry
from stoppress.live.log.transaction import mark
from stoppress.live.protocol.items import check_event, check_key, check_version

from .items import encoded_item
from .registry import check_stream, find_registered


def publish(
    stream: str, event: str, item: Mapping[str, object], *, using: str | None = None
) -> None:
    """Put an item into a stream, or replace it there.

        live.publish("scores", "goal.scored", {"key": "match:1", "order": "1", "home": 1})

    Args:
        stream: the name of a registered stream, such as `section:world`.
        event: what happened, for people, logs and webhooks, such as `article.published`.
        item: the complete new state: `{"key", "order", "version"?, …}`, anything that is JSON.

    Raises:
        UnknownStream, InvalidItem, InvalidView, StreamBusy.
    """
    _, text = encoded_item(item, find_registered(stream))
    version = check_version(item.get("version"))
    key = check_key(item["key"])
    mark(Entry(stream, check_event(event), "put", key, version, text), using)


async def apublish(
    stream: str, event: str, item: Mapping[str, object], *, using: str | None = None
) -> None:
    """Publish from a coroutine; as `publish` otherwise.

        await live.apublish("scores", "goal.scored", {"key": "match:1", "order": "1", "home": 1})

    Raises:
        UnknownStream, InvalidItem, InvalidView, StreamBusy.
    """
    await sync_to_async(publish)(stream, event, item, using=using)


def remove(
    stream: str, event: str, key: str, *, version: int | None = None, using: str | None = None
) -> None:
    """Remove an item from a stream.

        live.remove("scores", "match.cancelled", "match:1")

    Args:
        version: higher than every version of the item that the stream was given, if it has
            versions.

    Raises:
        UnknownStream, InvalidItem, StreamBusy.
    """
    entry = Entry(
        check_stream(stream),
        check_event(event),
        "remove",
        check_key(key),
        check_version(version),
        "",
    )
    mark(entry, using)


def redact(
    key: str,
    event: str,
    *,
    version: int | None = None,
    shown_in: Iterable[str] = (),
    using: str | None = None,
) -> None:
    """Withdraw an item everywhere: blank its texts in the log, and remove it from its streams.

        live.redact("comment:7", "comment.withdrawn")

    Every stream that the key was ever in gets a `remove`, at which each process purges its memory.

    Args:
        version: as for `remove`.
        shown_in: streams that show the item now; a trimmed log no longer knows them.

    Raises:
        UnknownStream, InvalidItem, StreamBusy.
    """
    entry = Entry(
        stream=None,
        event=check_event(event),
        op="remove",
        key=check_key(key),
        version=check_version(version),
        item="",
        redacts=True,
        shown_in=tuple(check_stream(stream) for stream in shown_in),
    )
    mark(entry, using)
