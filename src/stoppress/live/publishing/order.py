"""Encode a field's value as an item's `order`: text that is larger for items that come first."""

import datetime
import math
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from stoppress.live.errors import InvalidItem

# For a missing value; every other text begins with a letter or digit.
_LOWEST, _HIGHEST = "!", "~"
_LENGTH = 200  # characters of an order on the wire
# Whole numbers below 10^30 and 20 decimal places fit.
_WHOLE, _PLACES = 30, 20


def encode_order(value: object, *, descending: bool, nulls_largest: bool) -> str:
    """Return a value's order, so that items are sorted as `order_by` would sort them.

    Args:
        value: a number, a date, a time, a duration, text, a UUID, or None. Text is compared by code
            points, and by its first 99 bytes in UTF-8.
        descending: the largest value comes first, as with `order_by("-kickoff")`.
        nulls_largest: the database sorts a missing value above all others.

    Raises:
        InvalidItem: the value is of another type, or too large a number.
    """
    text = _ascending(value, nulls_largest)
    # A client puts the largest text first.
    return text if descending else _reversed(text)


def _ascending(value: object, nulls_largest: bool) -> str:
    """Return text that is larger for a larger value."""
    match value:
        case None:
            return _HIGHEST if nulls_largest else _LOWEST
        case bool() | int() | Decimal():
            return _number(Decimal(value))
        case float():
            return _number(Decimal(value))
        case datetime.datetime():
            return _moment(value)
        case datetime.date():
            return value.isoformat()
        case datetime.time():
            return value.isoformat(timespec="microseconds")
        case datetime.timedelta():
            return _number(Decimal(value // datetime.timedelta(microseconds=1)))
        case UUID():
            return value.hex
        case str():
            return "0" + value.encode().hex()[: _LENGTH - 2]
    raise InvalidItem(
        f"live_order cannot sort by {value!r}: name another field, or write a method."
    )


def _number(value: Decimal) -> str:
    if value.is_nan():
        raise InvalidItem(
            f"live_order cannot sort by {value}: it is neither above nor below others."
        )
    if not value.is_finite() or abs(value) >= 10**_WHOLE:
        raise InvalidItem(f"live_order cannot sort by {value}: it must be below 10^{_WHOLE}.")
    scaled = math.floor(Fraction(value) * 10**_PLACES)
    return f"{scaled + 10 ** (_WHOLE + _PLACES):0{_WHOLE + _PLACES + 1}d}"


def _moment(value: datetime.datetime) -> str:
    if value.tzinfo is not None:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)
    return value.isoformat(timespec="microseconds")


def _reversed(text: str) -> str:
    """Return text that sorts in reverse: larger if the given text is smaller."""
    # If one text is a prefix of another, the shorter one becomes the larger.
    return "".join(chr(ord(" ") + ord("~") - ord(char)) for char in text) + "~"
