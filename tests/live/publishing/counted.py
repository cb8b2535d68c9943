"""Counts the statements of a change."""

from collections.abc import Callable
from typing import Any

from django.db import connection


def statements(change: Callable[[], object]) -> int:
    """Return how many statements a change takes, without the COMMIT."""
    count = 0

    def see(execute: Callable[..., Any], *statement: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*statement)

    with connection.execute_wrapper(see):
        change()
    return count
