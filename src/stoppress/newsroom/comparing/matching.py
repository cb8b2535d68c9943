"""Finds the common elements of two sequences, in order and in bounded time."""

from collections.abc import Sequence
from typing import NamedTuple


class Match(NamedTuple):
    """The positions of two equal elements in the two sequences."""

    before: int
    after: int


def matches(before: Sequence[object], after: Sequence[object], most: int) -> list[Match] | None:
    """Return the matches of a shortest series of edits; None if it has more than `most` edits.

    The time grows with the length times the edits (E. W. Myers, "An O(ND) Difference Algorithm and
    Its Variations", 1986), so `most` bounds it.
    """
    start, end = _same_ends(before, after)
    inner = _shortest(before[start : len(before) - end], after[start : len(after) - end], most)
    if inner is None:
        return None
    head = [Match(place, place) for place in range(start)]
    middle = [Match(i + start, j + start) for i, j in inner]
    tail = [Match(len(before) - left, len(after) - left) for left in range(end, 0, -1)]
    return head + middle + tail


def _same_ends(before: Sequence[object], after: Sequence[object]) -> tuple[int, int]:
    """Return how many elements the sequences share at their beginning and at their end."""
    short, start, end = min(len(before), len(after)), 0, 0
    while start < short and before[start] == after[start]:
        start += 1
    while end < short - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, end


def _shortest(a: Sequence[object], b: Sequence[object], most: int) -> list[Match] | None:
    # `far[k]` is the furthest position in `a` that the edits so far reach on the diagonal k. The
    # diagonal is the position in `a` minus the position in `b`.
    far = {1: 0}
    steps: list[dict[int, int]] = []
    for edits in range(min(most, len(a) + len(b)) + 1):
        steps.append(far.copy())
        for k in range(-edits, edits + 1, 2):
            i = far[k + 1] if _inserts(far, k, edits) else far[k - 1] + 1
            while i < len(a) and i - k < len(b) and a[i] == b[i - k]:
                i += 1
            far[k] = i
            if i >= len(a) and i - k >= len(b):
                return _traced(steps, len(a), len(b))
    return None


def _inserts(far: dict[int, int], k: int, edits: int) -> bool:
    """Return whether an insertion reaches the diagonal, and not a deletion."""
    return k == -edits or (k != edits and far[k - 1] < far[k + 1])


def _traced(steps: list[dict[int, int]], i: int, j: int) -> list[Match]:
    """Return the matches, found by following the steps back from the end."""
    found: list[Match] = []
    for edits in range(len(steps) - 1, -1, -1):
        far, k = steps[edits], i - j
        last = k + 1 if _inserts(far, k, edits) else k - 1
        from_i, from_j = far[last], far[last] - last
        while i > from_i and j > from_j and i > 0 and j > 0:
            i, j = i - 1, j - 1
            found.append(Match(i, j))
        i, j = from_i, from_j
    return found[::-1]
