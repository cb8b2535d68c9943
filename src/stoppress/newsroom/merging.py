"""The three-way merge of an article's fields.

Two editors have read an article. One has saved; now the other does. For each field three values
count: the one that was read, the present one, and the editor's own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

# Fields that mean something only together: a change of one is a change of the other.
TOGETHER: tuple[tuple[str, ...], ...] = (("body", "body_format"),)


@dataclass
class Merge:
    """What becomes of each field of which not all three values are the same.

    Attributes:
        saved: changed by the editor alone, or saved over.
        kept: changed by others alone.
        conflicts: changed by both, to different values. So is a field whose read value is not
            known, and whose two others differ.
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
    """Return what is saved, what is kept, and what the editor has to decide.

    All values are as a version stores them, so that `==` compares them.

    Args:
        read: the fields that the editor has read; those that are not known are missing.
        present: all fields.
        own: the editor's fields; those that the editor cannot write are missing.
        asked: conflicts that the editor was shown before. They stay conflicts until the editor
            takes the other value or says `over`.
        over: those in which the editor's value shall replace the one that was read.
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
    """Return the fields, those that belong together in one."""
    joined = {name: unit for unit in TOGETHER for name in unit}
    return list(dict.fromkeys(joined.get(name, (name,)) for name in names))
