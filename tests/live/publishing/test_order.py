import datetime as dt
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest

from stoppress.live.errors import InvalidItem
from stoppress.live.protocol.items import encode_item
from stoppress.live.publishing.order import encode_order

NINE = dt.datetime(2026, 11, 29, 9, tzinfo=dt.UTC)
# Each from the smallest to the largest.
RISING = [
    [-(10**29), -11, -2, -1, 0, 1, 2, 10, 11, 10**29],
    [Decimal("-2.5"), Decimal("-2.49"), Decimal(0), Decimal("0.01"), Decimal("10.5")],
    [-1e20, -1.5, -1e-9, 0.0, 1e-9, 0.1, 1.5, 2.0, 1e20],
    [False, True],
    [dt.date(99, 1, 1), dt.date(2026, 2, 28), dt.date(2026, 11, 2)],
    [NINE, NINE + dt.timedelta(microseconds=1), NINE + dt.timedelta(seconds=1)],
    [dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, 0, 0, 0, 5), dt.datetime(2026, 1, 2)],
    [dt.time(0), dt.time(9, 30), dt.time(9, 30, 0, 1), dt.time(23)],
    [dt.timedelta(days=-2), dt.timedelta(0), dt.timedelta(microseconds=1), dt.timedelta(weeks=9)],
    ["", " ", "A", "B", "a", "a ", "ab", "abc", "b", "é", "日本", "😀"],
    [UUID(int=0), UUID(int=7), UUID(int=2**127)],
]


@pytest.mark.parametrize("values", RISING, ids=lambda values: type(values[0]).__name__)
@pytest.mark.parametrize("descending", [True, False])
def test_the_first_of_the_list_has_the_largest_text(values, descending):
    orders = [encode_order(v, descending=descending, nulls_largest=False) for v in values]
    if not descending:
        orders.reverse()
    for lower, higher in pairwise(orders):
        assert lower < higher
    for order in orders:
        encode_item({"key": "a", "order": order})


@pytest.mark.parametrize("values", RISING, ids=lambda values: type(values[0]).__name__)
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("largest", [True, False])
def test_a_missing_value_is_where_the_database_sorts_it(values, descending, largest):
    missing, *others = (
        encode_order(value, descending=descending, nulls_largest=largest)
        for value in (None, *values)
    )
    assert all((missing > order) == (largest == descending) for order in others)
    encode_item({"key": "a", "order": missing})


def test_one_moment_has_one_order_in_every_zone():
    elsewhere = NINE.astimezone(dt.timezone(dt.timedelta(hours=5, minutes=30)))
    assert encode_order(elsewhere, descending=True, nulls_largest=False) == encode_order(
        NINE, descending=True, nulls_largest=False
    )


def test_texts_that_are_too_long_are_compared_by_their_beginnings():
    order = encode_order("é" * 500, descending=False, nulls_largest=False)
    encode_item({"key": "a", "order": order})


@pytest.mark.parametrize("value", [10**30, float("nan"), float("inf"), Decimal("NaN"), b"x", []])
def test_a_value_without_order_is_refused_with_a_message(value):
    with pytest.raises(InvalidItem, match="live_order cannot sort by"):
        encode_order(value, descending=True, nulls_largest=False)
