"""Ordered lists whose numbers are those that were written."""

from typing import Any

List = list[Any]


def counted(
    items: list[List], start: int | None, written: dict[int, int], backwards: bool = False
) -> list[List]:
    """Return the lists that show each item's own number.

    A list of the closed set counts up by one. An item whose number does not follow the one before
    it (shared places, a countdown) begins a list of its own.

    Args:
        start: the number of the first item; None where it was not said.
        written: by `id()` of an item, the number that it says itself.
    """
    step = -1 if backwards else 1
    number = start if start is not None else len(items) if backwards else 1
    lists: list[List] = []
    following: int | None = None
    for item in items:
        number = written.get(id(item), number)
        if number != following:
            lists.append(["ol"] if number == 1 else ["ol", {"start": str(number)}])
        lists[-1].append(item)
        following = number + 1
        number += step
    return lists
