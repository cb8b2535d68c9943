"""Ordered lists that show the numbers that the author wrote."""

from typing import Any

List = list[Any]


def counted(
    items: list[List], start: int | None, written: dict[int, int], backwards: bool = False
) -> list[List]:
    """Return one or more lists that show each item's own number.

    A list in a body counts up by one. An item whose number does not follow the one before it, as in
    a countdown or for a shared rank, begins a new list.

    Args:
        start: the number of the first item; None if the list does not have one.
        written: the written number of each item that has one, by the item's `id()`.
        backwards: the list counts down.
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
