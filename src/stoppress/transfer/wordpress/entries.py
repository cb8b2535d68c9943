"""The entries of a live blog of the plugin Liveblog, by Automattic.

The plugin keeps entries as comments of the type `liveblog`. A change adds a comment that names the
entry by the meta key `liveblog_replaces`, and also changes the entry's own text. A deletion adds
such a comment without a text, and puts the entry into the trash.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .dates import utc
from .node import Node

KEY = "liveblog"
REPLACES, KEY_EVENT = "liveblog_replaces", "liveblog_key_entry"
HIDES_AUTHORS, CONTRIBUTORS = "liveblog_hide_authors", "liveblog_contributors"
# A list as PHP serializes it: `a:2:{i:0;i:5;i:1;s:1:"7";}`.
_MEMBER = re.compile(r'i:\d+;(?:i:(\d+)|s:\d+:"(\d+)");')


@dataclass(frozen=True)
class Entry:
    """An entry with its latest text.

    Attributes:
        date: the time of its first version, in UTC.
        author: the name; empty if the entry does not show it.
        contributors: the numbers of the other users whom the entry names.
    """

    id: str
    date: datetime | None
    content: str
    author: str
    contributors: tuple[str, ...] = ()
    key_event: bool = False


@dataclass(frozen=True)
class _Comment:
    id: str
    date: datetime | None
    content: str
    author: str
    state: str
    meta: dict[str, str]


def entries_of(item: Node) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Return an item's entries, the oldest first, and the ids of its deleted entries."""
    comments = [_comment(node) for node in item.all("wp:comment")]
    replaced = {each.id: each.meta.get(REPLACES, "") for each in comments}
    groups: dict[str, list[_Comment]] = {}
    for comment in comments:
        groups.setdefault(_first(comment.id, replaced), []).append(comment)
    entries, deleted = [], []
    for id_, group in groups.items():
        group.sort(key=lambda each: _number(each.id))
        if _is_deleted(id_, group):
            deleted.append(id_)
        else:
            entries.append(_entry(id_, group))
    entries.sort(key=lambda each: (each.date is not None, each.date, _number(each.id)))
    return tuple(entries), tuple(deleted)


def _first(id_: str, replaced: dict[str, str]) -> str:
    """Return the id of the entry that a comment changes; a circular chain ends where it began."""
    seen = {id_}
    while (before := replaced.get(id_, "")) and before not in seen:
        seen.add(before)
        id_ = before
    return id_


def _is_deleted(id_: str, group: Iterable[_Comment]) -> bool:
    return any(
        each.state in {"trash", "post-trashed", "spam", "0"}
        if each.id == id_
        else not each.content.strip()
        for each in group
    ) or not any(each.content.strip() for each in group)


def _entry(id_: str, group: list[_Comment]) -> Entry:
    """Return an entry with its own text, or with that of its latest change if the file lacks it."""
    first = next((each for each in group if each.id == id_), group[0])
    written = [each for each in group if each.content.strip()]
    last = first if first in written and first.id == id_ else written[-1]
    hidden = first.meta.get(HIDES_AUTHORS, "") not in {"", "0", "false"}
    members = _MEMBER.findall(first.meta.get(CONTRIBUTORS, ""))
    return Entry(
        id=id_,
        date=first.date,
        content=last.content,
        author="" if hidden else first.author,
        contributors=() if hidden else tuple(one or other for one, other in members),
        key_event=first.meta.get(KEY_EVENT, "") == "true",
    )


def _comment(node: Node) -> _Comment:
    return _Comment(
        id=node.text("wp:comment_id"),
        date=utc(node.text("wp:comment_date_gmt")) or utc(node.text("wp:comment_date")),
        content=node.raw("wp:comment_content"),
        author=" ".join(node.raw("wp:comment_author").split()),
        state=node.text("wp:comment_approved"),
        meta=node.meta("wp:commentmeta"),
    )


def _number(id_: str) -> int:
    return int(id_) if id_.isdecimal() else 0
