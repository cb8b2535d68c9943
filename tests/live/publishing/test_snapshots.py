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


def test_a_complete_snapshot_has_no_floor(shelf):
    shelf += [{"key": "b", "order": "2"}, {"key": "a", "order": "1"}]
    taken = live.snapshot("shelf")
    assert (taken.floor, [item["key"] for item in taken.items]) == (None, ["b", "a"])


def test_the_floor_of_a_cut_snapshot_is_its_lowest_item(shelf):
    shelf += [{"key": key, "order": order} for key, order in ("c3", "b2", "a1", "x0")]
    taken = live.snapshot("shelf")
    assert (taken.floor, [item["key"] for item in taken.items]) == ("2", ["c", "b"])


@pytest.fixture
def letters():
    """A ranged stream of the letters a to e."""

    @live.stream("letters", public=True, limit=2)
    def take(limit, *, below=None):
        found = [letter for letter in "edcba" if below is None or letter < below]
        return [{"key": letter, "order": letter} for letter in found[: limit + 1]]

    yield
    registry.unregister("letters")


def taken(name, **asked):
    found = live.snapshot(name, **asked)
    return "".join(item["key"] for item in found.items), found.floor, found.limit


def test_a_range_has_the_items_below_an_order(letters):
    assert taken("letters") == ("ed", "d", 2)
    assert taken("letters", below="d") == ("cb", "b", 2)
    assert taken("letters", below="bb", limit=3) == ("ba", None, 3)
    assert taken("letters", below="a") == ("", None, 2)
    assert taken("letters", limit=4) == ("edcb", "b", 4)


def test_a_stream_without_older_items_refuses_a_range(shelf):
    with pytest.raises(ValueError, match="must accept `below`"):
        live.snapshot("shelf", below="1")
    assert taken("shelf", limit=1) == ("", None, 1)


def test_a_wrong_request_for_a_range_is_refused_with_a_message(letters):
    with pytest.raises(ValueError, match="order must be text"):
        live.snapshot("letters", below="é")
    with pytest.raises(ValueError, match="limit must be 1 or more"):
        live.snapshot("letters", limit=0)


def test_items_that_are_not_below_are_refused_with_a_message():
    live.stream("all", public=True)(lambda limit, below=None: [{"key": "b", "order": "2"}])
    try:
        with pytest.raises(InvalidItem, match="return only items whose order is smaller"):
            live.snapshot("all", below="2")
    finally:
        registry.unregister("all")


def test_items_out_of_order_are_refused_with_a_message(shelf):
    shelf += [{"key": "a", "order": "1"}, {"key": "b", "order": "2"}]
    with pytest.raises(InvalidItem, match="largest order first"):
        live.snapshot("shelf")


def test_an_item_that_cannot_be_encoded_is_refused(shelf):
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


def test_the_cursor_belongs_to_the_state_that_was_read():
    put("a")
    before = live.snapshot("board")
    put("b")
    after = live.snapshot("board")
    assert (before.cursor.position, len(before.items)) == (1, 1)
    assert (after.cursor.position, len(after.items)) == (2, 2)


def test_equal_orders_are_sorted_by_key(shelf):
    shelf += [{"key": "b", "order": "1"}, {"key": "a", "order": "1"}]
    assert [item["key"] for item in live.snapshot("shelf").items] == ["a", "b"]
