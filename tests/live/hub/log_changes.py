"""Changes of a stream's log for tests, also some that only a failure makes."""

from stoppress import live
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.protocol.cursor import next_link
from stoppress.live.relays import hints
from tests.live.conftest import put


def put_all(keys, **more):
    """Publish in one transaction."""
    with live.atomic():
        for key in keys:
            put(key, **more)


def trim(position):
    floor = LoggedEvent.objects.get(stream="board", position=position)
    with live.atomic():
        LoggedEvent.objects.filter(stream="board", position__lte=position).delete()
        StreamHead.objects.filter(name="board").update(floor=position, floor_link=floor.link)


def rewrite():
    """Lose the last two events, as a failover can, and write two others in their place."""
    with live.atomic():
        LoggedEvent.objects.filter(stream="board", position__gt=1).delete()
        first = LoggedEvent.objects.get(stream="board")
        link = first.link
        for position in (2, 3):
            uid = bytes([position] * 16)
            link = next_link(link, position, uid)
            first.pk, first.link, first.uid, first.key = ("board", position), link, uid, "x"
            first.save(force_insert=True)
        StreamHead.objects.filter(name="board").update(link=link)
    hints.announce()


def lose_last():
    LoggedEvent.objects.filter(stream="board", position=2).delete()
    last = LoggedEvent.objects.get(stream="board")
    StreamHead.objects.filter(name="board").update(head=1, link=last.link)
    hints.announce()


async def forget_streams(hub):
    """Have a hub forget its readers and streams, as if its process had just started."""
    for reader in list(hub.connections):
        hub.leave(reader)
    hub.streams.clear()
