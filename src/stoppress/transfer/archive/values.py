"""Check the values of a row, which are untrusted input."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from stoppress.newsroom.publishing.errors import InvalidField
from stoppress.newsroom.publishing.text_checks import UNSTORABLE, clipped
from stoppress.newsroom.publishing.time_checks import moment_of_event

from .kinds import Kind

# Half of the range of JSON readers and of the database's integers, to leave room for later rows.
MOST = 2**52
_MOST_OF = {
    models.PositiveSmallIntegerField: 2**14,
    models.PositiveIntegerField: 2**30,
    models.BigAutoField: MOST,
}


class WrongRow(Exception):
    """A row is refused. The message names the field and the reason."""


def decoded(kind: Kind, row: object) -> dict[str, Any]:
    """Return a row's columns with the values to store. A missing column has the model's default.

    Raises:
        WrongRow.
    """
    if not isinstance(row, dict):
        raise WrongRow("is not an object.")
    unknown = row.keys() - {*kind.columns, *kind.beside}
    if unknown:
        raise WrongRow(f"{clipped(min(unknown))} is not a known field.")
    missing = kind.needed - row.keys()
    if missing:
        raise WrongRow(f"{min(missing)}: is missing.")
    made = {}
    for name in kind.columns:
        field: Any = kind.model._meta.get_field(name)
        made[name] = stored(name, field, row[name]) if name in row else field.get_default()
    return made


def stored(name: str, field: Any, value: object) -> object:
    """Return a value as a model's field stores it."""
    if value is None:
        if field.null:
            return None
        raise WrongRow(f"{name}: must not be null.")
    if isinstance(field, models.DateTimeField):
        return moment(name, value)
    if isinstance(field, models.BooleanField):
        if not isinstance(value, bool):
            raise WrongRow(f"{name}: must be true or false.")
        return value
    for integers, most in _MOST_OF.items():
        if isinstance(field, integers):
            return number(name, value, most, least=1 if field.primary_key else 0)
    if isinstance(field, models.JSONField):
        return value  # each has a check of its own
    return _text(name, field, value)


def _text(name: str, field: Any, value: object) -> str:
    given = text(name, value, field.max_length or math.inf)
    may_be_empty = field.blank or not (field.choices or field.unique)
    if not given and not may_be_empty:
        raise WrongRow(f"{name}: must not be empty.")
    if given and field.choices and given not in {key for key, _ in field.flatchoices}:
        words = ", ".join(key for key, _ in field.flatchoices)
        raise WrongRow(f"{name}: must be one of {words}; it is {clipped(given)}.")
    return given


def text(name: str, value: object, most: float) -> str:
    """Check a text.

    Args:
        most: the largest number of characters.
    """
    if not isinstance(value, str):
        raise WrongRow(f"{name}: must be text.")
    if UNSTORABLE.search(value):
        raise WrongRow(f"{name}: contains a control character or half a surrogate pair.")
    if len(value) > most:
        raise WrongRow(f"{name}: is {len(value)} characters long; the limit is {most}.")
    return value


def number(name: str, value: object, most: int = MOST, least: int = 1) -> int:
    """Check a whole number."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise WrongRow(f"{name}: must be a whole number from {least} to {most}.")
    return value


def moment(name: str, value: object) -> datetime:
    """Check a time (ISO 8601 with its zone)."""
    try:
        given = datetime.fromisoformat(value) if isinstance(value, str) else None
        if given is not None:
            moment_of_event(name, given)
            return given
    except (ValueError, OverflowError):
        pass
    except InvalidField as error:
        raise WrongRow(str(error)) from error
    raise WrongRow(f"{name}: must be a time such as 2026-11-22T09:00:00+00:00.")


def names(name: str, value: object) -> list[str]:
    """Check a list of names without duplicates."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise WrongRow(f"{name}: must be a list of texts.")
    if len(set(value)) != len(value):
        raise WrongRow(f"{name}: has the same name twice.")
    return value


def looked_up(name: str, values: Iterable[Any], known: Mapping[Any, int]) -> list[int]:
    """Return the numbers of the rows with these names."""
    found = []
    for value in values:
        if not isinstance(value, str | int) or isinstance(value, bool) or value not in known:
            raise WrongRow(f"{name}: {clipped(str(value))} is not in the archive.")
        found.append(known[value])
    return found


def plain(name: str, value: object) -> dict[str, Any]:
    """Check an object whose values are texts, numbers, or lists of them."""
    if not isinstance(value, dict) or not all(map(_is_plain, value.values())):
        raise WrongRow(f"{name}: must be an object of texts, numbers and lists of texts.")
    for key, given in value.items():
        for each in (key, *(given if isinstance(given, list) else [given])):
            if isinstance(each, str):
                text(name, each, math.inf)
            elif isinstance(each, float) and not math.isfinite(each):
                raise WrongRow(f"{name}: has an invalid number.")
    return value


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    return value is None or isinstance(value, str | int | float)
