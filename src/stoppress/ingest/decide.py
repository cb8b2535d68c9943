"""Decide which stories of a poll are new and which changed, and in which fields. Pure.

An item that has left the feed is not retracted: a feed is only a window on the latest items.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stoppress.newsroom.phrase import Phrase

from .aliases import Aliases
from .identity import NAME_BYTES, fingerprint, former_body, id_alias, link_alias, name
from .keys import assign_keys, possible_keys
from .known import Known
from .story import Story


@dataclass(frozen=True)
class New:
    """A story not seen before."""

    story: Story
    key: str


@dataclass(frozen=True)
class Changed:
    """A known story with changed fields; `known.key` may be an older key of it."""

    story: Story
    key: str
    known: Known
    fields: frozenset[str]


@dataclass(frozen=True)
class Unchanged:
    """A known story whose fields are unchanged."""

    story: Story
    key: str
    known: Known


@dataclass(frozen=True)
class Skipped:
    """A story that is left out, and why."""

    story: Story
    reason: str


Decision = New | Changed | Unchanged | Skipped


def decide(stories: Sequence[Story], known: Iterable[Known]) -> list[Decision]:
    """Return a decision for each story, in their order.

    Args:
        stories: the stories of a document, in its order.
        known: the source's known items under any of `names_to_look_up(stories)`.
    """
    memory = {item.key: item for item in known}
    reasons = [_unnamed(story) for story in stories]
    fit = [story for story, reason in zip(stories, reasons, strict=True) if not reason]
    keys = iter(assign_keys(fit, memory))
    named = [
        (story, reason, "" if reason else next(keys))
        for story, reason in zip(stories, reasons, strict=True)
    ]
    present = {key for _, _, key in named}
    distinct = [story for story, _, key in named if key]
    aliases = Aliases(distinct, (item for item in memory.values() if item.key not in present))
    return [
        Skipped(story, reason or Phrase("it repeats an entry above it"))
        if not key
        else _compare(story, key, memory.get(key) or aliases.take(story))
        for story, reason, key in named
    ]


def names_to_look_up(stories: Sequence[Story]) -> tuple[set[str], set[str], set[str]]:
    """Return every key, id alias and link alias that a decision may look for."""
    fit = [story for story in stories if not _unnamed(story)]
    keys = {key for story in fit for key in possible_keys(story)}
    return keys, set(map(id_alias, fit)) - {""}, set(map(link_alias, fit)) - {""}


def _unnamed(story: Story) -> str:
    """Return why a story could not be recognised at the next poll; empty if it could."""
    called = name(story)
    if not called:
        return Phrase("it has no id, no link and no text")
    if len(called.encode()) > NAME_BYTES:
        return Phrase("its id is longer than %(number)s bytes", number=format(NAME_BYTES, ","))
    return ""


def _compare(story: Story, key: str, known: Known | None) -> Decision:
    if known is None:
        return New(story, key)
    now = fingerprint(story)
    fields = frozenset(field for field in now if known.fingerprint.get(field) != now[field])
    if "body" in fields and known.fingerprint.get("body") == former_body(story):
        fields -= {"body"}
    if not fields:
        return Unchanged(story, key, known)
    return Changed(story, key, known, fields)
