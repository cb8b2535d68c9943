"""Items on the wire: validated, and encoded once."""

import json
import re
from collections.abc import Mapping
from typing import TypeGuard

from django.core.serializers.json import DjangoJSONEncoder

from stoppress.live import conf
from stoppress.live.errors import InvalidItem

from .frames import bare_item

_KEY = re.compile(r"[!-~]{1,200}")
_ORDER = re.compile(r"[ -~]{1,200}")
EVENT_CHARS = 64
_EVENT = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,{EVENT_CHARS - 1}}}")


def is_key(key: object) -> TypeGuard[str]:
    """Return whether a key is valid."""
    return isinstance(key, str) and _KEY.fullmatch(key) is not None


def check_key(key: object) -> str:
    """Return a valid key: 1 to 200 visible ASCII characters, so all clients sort keys alike."""
    if not is_key(key):
        raise InvalidItem(f"key must be 1 to 200 visible ASCII characters; it is {key!r}")
    return key


def check_order(order: object) -> str:
    """Return a valid order: 1 to 200 printable ASCII characters."""
    if not isinstance(order, str) or not _ORDER.fullmatch(order):
        raise InvalidItem(
            "order must be text of 1 to 200 printable ASCII characters, which is larger for what "
            f"stands first; it is {order!r}"
        )
    return order


def check_event(event: object) -> str:
    """Return a valid event name, such as `article.published`."""
    if not isinstance(event, str) or not _EVENT.fullmatch(event):
        raise InvalidItem(
            f"event must look like 'article.published', with lower-case letters of ASCII, digits, "
            f"'.', '_' and '-', {EVENT_CHARS} at most; it is {event!r}"
        )
    return event


def check_version(version: object) -> int | None:
    """Return a valid version: a whole number, or None if the position serves as version."""
    if version is None:
        return None
    if isinstance(version, bool) or not isinstance(version, int) or not 0 <= version < 2**53:
        raise InvalidItem(f"version must be a whole number below 2^53; it is {version!r}")
    return version


def encode_item(item: Mapping[str, object]) -> str:
    """Return an item as one line of JSON.

    Args:
        item: `{"key": "article:42", "version": 3, "order": "2026-11-22T09:00:00.000Z", …}`; dates,
            decimals and UUIDs are encoded as Django does.

    Raises:
        InvalidItem: it has no valid key or order, is not JSON, or is too large.
    """
    check_key(item.get("key"))
    check_version(item.get("version"))
    check_order(item.get("order"))
    return _encoded(item)


def encode_removed(key: str, version: int | None, facts: Mapping[str, object]) -> str:
    """Return the item of a `remove` as one line of JSON.

    Args:
        facts: its fields besides key and version.

    Raises:
        InvalidItem: it is not JSON, or is too large.
    """
    return _encoded({**facts, **bare_item(key, version)})


def _encoded(item: Mapping[str, object]) -> str:
    try:
        text = json.dumps(
            item,
            cls=DjangoJSONEncoder,
            ensure_ascii=False,
            allow_nan=False,
            separators=(",", ":"),
        )
        size = len(text.encode())
    except (TypeError, ValueError) as error:
        raise InvalidItem(f"item {item['key']}: {error}") from error
    if size > conf.whole("ITEM_BYTES"):
        raise InvalidItem(f"item {item['key']} is {size} bytes as JSON: too large for the wire")
    return text
