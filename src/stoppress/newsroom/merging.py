"""The three-way merge of an article's fields.

Two editors have read an article. One has saved; now the other does. For each field three values
count: the one that was read, the present one, and the editor's own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

# Fields that have a meaning only together: a change of one is a change of both.
TOGETHER: tuple[tuple[str, ...], ...] = (("body", "body_format"),)


@dataclass
class Merge:
    """The result for each field whose three values are not all the same.

    Attributes:
        saved: fields changed only by the editor, or overwritten.
        kept: fields changed only by others.
        conflicts: fields changed by both to different values; and fields whose read value is not
            known and whose other two values differ.
    """

    saved: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    conflicts: set[str] = field(default_factory=set)


def merge(
    read: Mapping[str, object],
    present: Mapping[str, object],
    own: Mapping[str, object],
    *,
    asked: Collection[str] = (),
    over: Collection[str] = (),
) -> Merge:
    """Return the fields to save, the fields to keep, and the fields that the editor must decide.

    All values are as a version stores them, so that `==` compares them.

    Args:
        read: the fields that the editor has read; fields that are not known are missing.
        present: all fields.
        own: the editor's fields; fields that the editor cannot write are missing.
        asked: conflicts that the editor was shown before. They stay conflicts until the editor
            takes the other value or names them in `over`.
        over: conflicts in which the editor's value replaces the read value.
    """
    result = Merge()
    for names in _units(present):
        wanted = {name: own.get(name, read.get(name, present[name])) for name in names}
        known = all(name in read for name in names)
        theirs = not known or any(read[name] != present[name] for name in names)
        mine = not known or any(read[name] != wanted[name] for name in names)
        differ = any(wanted[name] != present[name] for name in names)
        undecided = not set(names).isdisjoint(asked) and set(names).isdisjoint(over)
        if known and theirs and not mine:
            result.kept.update(names)
        elif differ and (theirs or undecided):
            result.conflicts.update(names)
        elif differ:
            result.saved.update(name for name in names if wanted[name] != present[name])
    return result


def _units(names: Collection[str]) -> list[tuple[str, ...]]:
    """Return the fields as tuples; fields that belong together are in one tuple."""

    joined = {name: unit for unit in TOGETHER for name in unit}
    return list(dict.fromkeys(joined.get(name, (name,)) for name in names))
