from operator import attrgetter

import pytest

from stoppress import live
from stoppress.live.database import log_database
from stoppress.live.log.rows import EventRow, HeadRow, event_rows, head_rows, links
from stoppress.live.models import LoggedEvent, StreamHead
from tests.live.conftest import put

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


def test_a_head_equals_that_of_the_orm():
    put("a")
    put("b", stream="other:x")
    heads = StreamHead.objects.using(log_database())
    known = [HeadRow(*row) for row in heads.order_by("name").values_list(*HeadRow._fields)]
    found = head_rows(log_database(), ["board", "other:x", "other:unwritten"])
    assert sorted(found) == known
    assert [row.head for row in known] == [1, 1]


def test_an_event_equals_that_of_the_orm():
    put("a", headline="Hawthorn & “Söhne” 100 %s")
    live.remove("board", "thing.unsaid", "b")
    live.redact("a", "thing.withdrawn")
    events = LoggedEvent.objects.using(log_database()).filter(stream="board").order_by("position")
    known = [EventRow._make(attrgetter(*EventRow._fields)(event)) for event in events]
    found = event_rows(log_database(), "board", 1, slice(0, 9))
    assert found == known
    assert [tuple(map(type, row)) for row in found] == [tuple(map(type, row)) for row in known]
    assert [(row.redacts, row.redacted) for row in found] == [
        (False, True),
        (False, False),
        (True, False),
    ]


@pytest.mark.parametrize(
    ("position", "some", "newest_first", "positions"),
    [
        (2, slice(0, 2), False, [2, 3]),
        (2, slice(2, 9), False, [4, 5]),
        (4, slice(0, 2), True, [4, 3]),
        (4, slice(3, 9), True, [1]),
        (6, slice(0, 9), False, []),
    ],
)
def test_events_are_read_upwards_or_downwards_from_a_position(
    position, some, newest_first, positions
):
    for key in "abcde":
        put(key)
        put(key, stream="other:x")
    found = event_rows(log_database(), "board", position, some, newest_first=newest_first)
    assert [row.position for row in found] == positions


def test_times_are_right_on_a_site_without_time_zones(settings):
    settings.USE_TZ = False
    put("a")
    [event] = LoggedEvent.objects.using(log_database()).filter(stream="board")
    [row] = event_rows(log_database(), "board", 1, slice(0, 1))
    assert row.time == event.time
    assert row.time.tzinfo is None


def test_links_are_found_in_their_own_streams():
    for key in "abc":
        put(key)
        put(key, stream="other:x")
    events = LoggedEvent.objects.using(log_database())
    known = {
        stream: events.get(stream=stream, position=position).link
        for stream, position in (("board", 2), ("other:x", 3))
    }
    asked = [("board", 2), ("other:x", 3), ("other:y", 1)]
    assert links(log_database(), asked) == known
    assert links(log_database(), [("board", 4)]) == {}
