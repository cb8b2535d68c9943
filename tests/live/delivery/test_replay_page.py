from stoppress.live.delivery.replay_page import ReplayPage
from stoppress.live.protocol.cursor import Cursor

from .test_ring import START, frames


def test_each_event_is_freed_once_it_is_taken():
    own = frames("a", "b", "c")
    page = ReplayPage(own)
    assert page.size == sum(len(frame.data) for frame in own)
    assert page.take(START) is own[0]
    assert (len(page), page.size) == (2, sum(len(frame.data) for frame in own[1:]))
    assert page.take(own[1].cursor) is own[2]
    assert (len(page), page.size) == (0, 0)


def test_a_page_gives_only_the_event_that_comes_next():
    page = ReplayPage(frames("a", "b"))
    assert page.take(Cursor(9, "b" * 16)) is None and len(page) == 2
    assert page.take(Cursor(99, "b" * 16)) is None and not page


def test_pages_of_one_read_are_distinguished_from_others():
    own = frames("a", "b")
    one, other = ReplayPage(own), ReplayPage(own)
    one.take(START)
    assert one.shared == other.shared != ReplayPage(frames("a", "b")).shared
