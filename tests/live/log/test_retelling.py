import pytest
from asgiref.sync import sync_to_async
from django.core.management import CommandError, call_command

from stoppress import live
from stoppress.live.hub.hub import Hub
from stoppress.live.log.history import read_head
from stoppress.live.log.retelling import retell_stream
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry
from tests.live.conftest import put
from tests.live.reader import Reader

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


@pytest.fixture
def offers():
    shown = [{"key": "a", "order": "a", "text": "as the old template has it"}]
    live.stream("offers", public=True)(lambda limit: shown)
    yield shown
    registry.unregister("offers")


@pytest.mark.parametrize("events", [0, 3])
async def test_every_reader_gets_a_snapshot_of_what_the_stream_holds_now(hub: Hub, offers, events):
    for _ in range(events):
        await sync_to_async(live.publish)("offers", "offer.made", offers[0])
    reader = await Reader(hub).join("offers")
    before = reader.cursor("offers")
    offers[0] = {"key": "a", "order": "a", "text": "as the new one has it"}
    await sync_to_async(retell_stream)("offers")
    await reader.until(2, "snapshot")
    late = await Reader(hub).join(offers=before)
    for told in (reader.of("snapshot")[-1], late.of("snapshot")[-1]):
        assert (told["reason"], told["items"]) == ("trimmed", offers)
    await sync_to_async(live.publish)("offers", "offer.made", offers[0])
    await reader.until(1)
    await late.until(1)
    assert reader.cursor("offers") == late.cursor("offers")


def test_other_streams_go_on_and_the_log_has_no_hole():
    for key in "abc":
        put(key)
        put(key, stream="other:x")
    other = read_head("other:x")
    call_command("retell", "board")
    head = read_head("board")
    assert head.cursor == head.floor and head.cursor.position == 4
    assert read_head("other:x") == other
    assert not LoggedEvent.objects.filter(stream="board").exists()
    put("d")
    assert LoggedEvent.objects.get(stream="board").position == 5


@pytest.mark.parametrize(
    ("names", "words"),
    [(["board", "nowhere"], "nowhere.*Nothing was done"), (["live:signouts"], "has no items")],
)
def test_a_stream_that_cannot_be_told_is_refused_in_words(names, words):
    put("a")
    with pytest.raises(CommandError, match=words):
        call_command("retell", *names)
    assert LoggedEvent.objects.filter(stream="board").exists()
