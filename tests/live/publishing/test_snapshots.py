import pytest

from stoppress import live
from stoppress.live.errors import InvalidItem
from stoppress.live.publishing import registry
from tests.live.conftest import put

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


@pytest.fixture
def shelf():
    shown = []
    live.stream("shelf", public=True, limit=2)(lambda limit: iter(shown))
    yield shown
    registry.unregister("shelf")


def test_all_that_there_is_has_no_floor(shelf):
    shelf += [{"key": "b", "order": "2"}, {"key": "a", "order": "1"}]
    taken = live.snapshot("shelf")
    assert (taken.floor, [item["key"] for item in taken.items]) == (None, ["b", "a"])


def test_where_there_is_more_the_floor_is_the_lowest_that_is_shown(shelf):
    shelf += [{"key": key, "order": order} for key, order in ("c3", "b2", "a1", "x0")]
    taken = live.snapshot("shelf")
    assert (taken.floor, [item["key"] for item in taken.items]) == ("2", ["c", "b"])


def test_items_out_of_order_are_refused_in_words(shelf):
    shelf += [{"key": "a", "order": "1"}, {"key": "b", "order": "2"}]
    with pytest.raises(InvalidItem, match="largest order first"):
        live.snapshot("shelf")


def test_an_item_that_cannot_go_on_the_wire_is_refused(shelf):
    shelf.append({"key": "a"})
    with pytest.raises(InvalidItem, match="order"):
        live.snapshot("shelf")


def test_parameters_are_given_to_the_function():
    live.stream("shelf:<letter>", public=True)(
        lambda limit, letter: [{"key": letter, "order": str(limit)}]
    )
    try:
        assert live.snapshot("shelf:q").items == [{"key": "q", "order": "30"}]
    finally:
        registry.unregister("shelf:<letter>")


def test_the_cursor_is_of_the_state_that_was_read():
    put("a")
    before = live.snapshot("board")
    put("b")
    after = live.snapshot("board")
    assert (before.cursor.position, len(before.items)) == (1, 1)
    assert (after.cursor.position, len(after.items)) == (2, 2)


def test_equal_orders_stand_by_key(shelf):
    shelf += [{"key": "b", "order": "1"}, {"key": "a", "order": "1"}]
    assert [item["key"] for item in live.snapshot("shelf").items] == ["a", "b"]
