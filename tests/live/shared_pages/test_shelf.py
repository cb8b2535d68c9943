from stoppress.live.shared_pages.answer import Answer
from stoppress.live.shared_pages.kept_page import KeptPage
from stoppress.live.shared_pages.shelf import ENTRY_BYTES, Shelf


def page(size: int = 0, until: float = 1.0) -> KeptPage:
    return KeptPage(Answer(200, [], b"x" * size), until=until)


def test_the_page_not_asked_for_the_longest_goes_first() -> None:
    shelf = Shelf(2, 10**6)
    for name in ("a", "b"):
        shelf.put((name,), page())
    assert shelf.get(("a",))
    shelf.put(("c",), page())
    assert shelf.get(("b",)) is None
    assert shelf.get(("a",)) and shelf.get(("c",))


def test_the_bytes_of_the_cache_are_bounded_and_counted() -> None:
    shelf = Shelf(100, 3 * ENTRY_BYTES)
    for number in range(50):
        shelf.put((number,), page(1000))
        assert shelf.size <= 3 * ENTRY_BYTES
    assert len(shelf) == 2
    shelf.put((49,), page(10))
    assert shelf.size == 2 * ENTRY_BYTES + 1010
    shelf.put(("large",), page(3 * ENTRY_BYTES))
    assert (len(shelf), shelf.size) == (0, 0)


def test_expired_pages_are_removed() -> None:
    shelf = Shelf(10, 10**6)
    shelf.put(("a",), page(until=1.0))
    shelf.put(("b",), page(until=3.0))
    shelf.sweep(2.0)
    assert len(shelf) == 1 and shelf.get(("b",))
