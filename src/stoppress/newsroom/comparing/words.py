"""Compares two texts of one paragraph, word by word."""

from enum import StrEnum
from typing import NamedTuple

import regex

from .matching import matches

# Words with their marks; letters of scripts without spaces, one by one; flags; signs; spaces.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = regex.compile(
    rf"(?V1)\s++|[{_UNSPACED}]\p{{M}}*+|"
    rf"[\p{{L}}\p{{N}}--[{_UNSPACED}]][[\p{{L}}\p{{N}}\p{{M}}\p{{Pc}}\p{{Cf}}'’\-]--[{_UNSPACED}]]*+|"
    # `\X` looks back over all flags before it, so a run of them would take quadratic time.
    r"\p{RI}{1,2}+\p{M}*+|\X"
)


# Characters that change the writing direction, up to an end character or the end of the paragraph
# (Unicode UAX 9).
_BEGINS = regex.compile("[\u202a\u202b\u202d\u202e\u2066-\u2068]")


class Kind(StrEnum):
    """Whether a run of words was kept, deleted or inserted."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


class Run(NamedTuple):
    """Neighbouring words of the same kind."""

    kind: Kind
    text: str

    @property
    def shown(self) -> str:
        """Its text, with an end for each writing direction that it begins.

        The text's own end may be in another run.
        """
        begun = reversed(_BEGINS.findall(self.text))
        # An end without a beginning has no effect, so too many ends do no harm.
        return self.text + "".join("\u2069" if sign >= "\u2066" else "\u202c" for sign in begun)


def tokens(text: str) -> list[str]:
    """Return a text's words, signs and spaces; joined, they are the text again."""
    return list(_TOKEN.findall(text))


def runs(before: str, after: str, most: int) -> list[Run]:
    """Return the kept, deleted and inserted runs of words, in the order of reading.

    Args:
        most: the largest number of edits; with more, the whole text is deleted and inserted.
    """
    old, new = tokens(before), tokens(after)
    found = matches(old, new, most) or []
    told: list[Run] = []
    i = j = 0
    for match in [*found, None]:
        to_i, to_j = match or (len(old), len(new))
        told += _run(Kind.DELETED, old[i:to_i]) + _run(Kind.INSERTED, new[j:to_j])
        if match:
            told += _run(Kind.SAME, old[to_i : to_i + 1])
        i, j = to_i + 1, to_j + 1
    return _joined(_without_islands(_joined(told)))


def _run(kind: Kind, words: list[str]) -> list[Run]:
    return [Run(kind, "".join(words))] if words else []


def _joined(told: list[Run]) -> list[Run]:
    """Join neighbours of one kind; between two kept runs, deletions come before insertions."""
    result: list[Run] = []
    changed: dict[Kind, list[str]] = {Kind.DELETED: [], Kind.INSERTED: []}
    kept: list[str] = []

    def end_kept() -> None:
        result.extend(_run(Kind.SAME, kept))
        kept.clear()

    def end_changed() -> None:
        for kind, texts in changed.items():
            result.extend(_run(kind, texts))
            texts.clear()

    for run in told:
        if run.kind == Kind.SAME:
            end_changed()
            kept.append(run.text)
        else:
            end_kept()
            changed[run.kind].append(run.text)
    end_kept()
    end_changed()
    return result


def _without_islands(told: list[Run]) -> list[Run]:
    """Make spaces and signs between two changes part of both, so that a phrase stays together."""
    result: list[Run] = []
    for place, run in enumerate(told):
        between = run.kind == Kind.SAME and 0 < place < len(told) - 1
        if between and not any(map(str.isalnum, run.text)):
            result += [Run(Kind.DELETED, run.text), Run(Kind.INSERTED, run.text)]
        else:
            result.append(run)
    return result
