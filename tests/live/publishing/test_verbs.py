import pytest

from stoppress import live
from stoppress.live.errors import InvalidItem
from stoppress.live.models import LoggedEvent
from tests.live.conftest import item, put

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


def test_an_unknown_stream_is_refused_before_anything_is_written():
    with pytest.raises(live.UnknownStream, match="nowhere"), live.atomic():
        put("a")
        live.publish("nowhere", "thing.said", item("b"))
    assert not LoggedEvent.objects.exists()


def test_a_broken_item_is_refused():
    with pytest.raises(InvalidItem):
        live.publish("board", "thing.said", {"key": "a"})
    with pytest.raises(InvalidItem):
        live.remove("board", "Not A Name", "a")
