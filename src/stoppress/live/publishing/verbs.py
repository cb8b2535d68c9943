"""The publishing verbs of a site: publish, remove, redact, retell.

Each takes effect at the end of the open transaction. Invalid arguments raise an error at once.
"""

from collections.abc import Iterable, Mapping

from asgiref.sync import sync_to_async

from stoppress.live.database import log_database
from stoppress.live.errors import UnknownStream
from stoppress.live.log.marks import Entry, Retelling
from stoppress.live.log.transaction import mark, within_a_transaction
from stoppress.live.protocol.items import check_event, check_key, check_version, encode_removed
from stoppress.live.protocol.names import OWN

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
    """Publish from a coroutine; otherwise the same as `publish`.

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
        version: for an item with versions, one above all that the stream has had of it.

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
    facts: Mapping[str, Mapping[str, object]] | None = None,
    using: str | None = None,
) -> None:
    """Withdraw an item everywhere: blank its texts in the log, and remove it from its streams.

        live.redact("comment:7", "comment.withdrawn")

    Every stream that the key was ever in gets a `remove`, at which each process purges its memory.

    Args:
        version: as for `remove`.
        shown_in: streams that show the item now; a trimmed log no longer knows them.
        facts: further fields of the `remove`, such as the public reason, by stream. In all other
            streams it has the key and the version only. These streams get the `remove` as those in
            `shown_in` do.

    Raises:
        UnknownStream, InvalidItem, StreamBusy.
    """
    facts = facts or {}
    entry = Entry(
        stream=None,
        event=check_event(event),
        op="remove",
        key=check_key(key),
        version=check_version(version),
        item="",
        redacts=True,
        shown_in=tuple(check_stream(stream) for stream in (*shown_in, *facts)),
        facts={stream: encode_removed(key, version, facts[stream]) for stream in facts},
    )
    mark(entry, using)


def retell(*streams: str, using: str | None = None) -> None:
    """Retell streams: every reader gets a snapshot of each, as it is after the commit.

        live.retell("comments:42", "comments")

    The streams' events and their texts are deleted in the transaction. Other events of the
    transaction in these streams are not sent. Use it for a change of very many items, such as all
    comments of a withdrawn article: otherwise readers would be sent an event for each.

    Args:
        streams: names, such as `section:world`.

    Raises:
        UnknownStream: no registered stream has a name. Nothing was marked.
        StreamBusy: another transaction held a stream's lock for too long.
    """
    for stream in streams:
        if check_stream(stream).startswith(OWN):
            raise UnknownStream(f"{stream} has no items: it is a stream of stoppress.live itself.")
    with within_a_transaction(using or log_database()):
        for stream in streams:
            mark(Retelling(stream), using)
