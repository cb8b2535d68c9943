"""Compares two texts: pairs their paragraphs, and compares the words of each pair."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .matching import Match, matches
from .words import Kind, Run, runs, tokens

# The approximate number of elements that are compared; a million take a fraction of a second.
EFFORT = 4_000_000
FEWEST_EDITS, MOST_EDITS = 20, 400
# The number of paragraphs in which the new form of a paragraph is searched, and the share of words
# that the two must have in common.
LOOK_AHEAD, ALIKE = 6, 0.3


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the earlier or the later text, or of both."""

    runs: tuple[Run, ...]

    @property
    def is_same(self) -> bool:
        return all(run.kind == Kind.SAME for run in self.runs)


def compared(before: Sequence[str], after: Sequence[str]) -> list[Paragraph]:
    """Return the paragraphs of both texts in the order of reading, with their runs of words.

    The time is bounded by the texts' length: of a long text with many changes, whole paragraphs are
    shown as deleted and inserted.
    """
    words = sum(map(len, before)) + sum(map(len, after))
    most_words = _edits(words // 3)
    found = matches(before, after, _edits(len(before) + len(after))) or []
    told: list[Paragraph] = []
    i = j = 0
    for match in [*found, Match(len(before), len(after))]:
        told += _changed(before[i : match.before], after[j : match.after], most_words)
        if match.before < len(before):
            told.append(_whole(Kind.SAME, before[match.before]))
        i, j = match.before + 1, match.after + 1
    return told


def _edits(elements: int) -> int:
    return min(max(EFFORT // max(elements, 1), FEWEST_EDITS), MOST_EDITS)


def _changed(before: Sequence[str], after: Sequence[str], most: int) -> Iterator[Paragraph]:
    """Compare the paragraphs that lie between two unchanged ones."""
    if len(before) == len(after) == 1:
        yield Paragraph(tuple(runs(before[0], after[0], most)))
        return
    sets = [_words(text) for text in after]
    j = 0
    for text in before:
        became = _became(_words(text), sets[j : j + LOOK_AHEAD])
        if became is None:
            yield _whole(Kind.DELETED, text)
            continue
        for inserted in after[j : j + became]:
            yield _whole(Kind.INSERTED, inserted)
        j += became
        yield Paragraph(tuple(runs(text, after[j], most)))
        j += 1
    for inserted in after[j:]:
        yield _whole(Kind.INSERTED, inserted)


def _became(words: set[str], others: Sequence[set[str]]) -> int | None:
    """Return the index of the paragraph with most words in common; None if all have too few."""
    shares = [2 * len(words & other) / max(len(words) + len(other), 1) for other in others]
    best = max(shares, default=0)
    return shares.index(best) if best >= ALIKE else None


def _words(text: str) -> set[str]:
    return {token for token in tokens(text) if token[0].isalnum()}


def _whole(kind: Kind, text: str) -> Paragraph:
    return Paragraph((Run(kind, text),) if text else ())
