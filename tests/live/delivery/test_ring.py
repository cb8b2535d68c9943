import json
from datetime import UTC, datetime

from stoppress.live.delivery.ring import Ring
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import event_frame

START = Cursor(10, "a" * 16)


def frames(*keys, redacts=()):
    made, after = [], START
    for position, key in enumerate(keys, start=11):
        cursor = Cursor(position, f"{position:016x}")
        made.append(
            event_frame(
                "board",
                after,
                cursor,
                op="remove" if position in redacts else "put",
                event="thing.said",
                key=key,
                version=position,
                time=datetime.now(UTC),
                item=json.dumps({"key": key, "order": key, "text": f"words of {key}"}),
                redacts=position in redacts,
                redacted=False,
            )
        )
        after = cursor
    return made


def test_it_gives_the_event_after_a_position():
    ring = Ring(START)
    ring.extend(frames("a", "b", "c"))
    assert [ring.after(p).key for p in (10, 11, 12)] == ["a", "b", "c"]
    assert ring.after(13) is None and ring.after(9) is None
    assert ring.head == Cursor(13, f"{13:016x}")


def test_it_holds_its_own_cursors_and_no_other():
    ring = Ring(START)
    ring.extend(frames("a", "b"))
    assert all(ring.holds(c) for c in (START, Cursor(11, f"{11:016x}"), ring.head))
    assert not ring.holds(Cursor(11, "b" * 16))
    assert not ring.holds(Cursor(12, "b" * 16))
    assert not ring.holds(Cursor(13, "b" * 16))


def test_it_forgets_the_oldest_and_knows_where_it_begins():
    ring = Ring(START)
    ring.extend(frames("a", "b", "c"))
    size = ring.size
    ring.shrink(1)
    assert ring.start.position == 12 and len(ring) == 1 and 0 < ring.size < size
    assert ring.after(11) is None and ring.after(12).key == "c"


def test_a_redaction_purges_the_texts_before_it_and_keeps_their_places():
    ring = Ring(START)
    ring.extend(frames("a", "b", "a", redacts={13}))
    told = json.loads(ring.after(10).data)
    assert told["op"] == "remove" and told["redacted"] is True
    assert told["item"] == {"key": "a", "version": 11}
    assert (told["after"], told["cursor"]) == (str(START), f"11-{11:016x}")
    assert b"words of a" not in b"".join(ring.after(p).data for p in (10, 11, 12))
    assert b"words of b" in ring.after(11).data
    assert ring.size == sum(len(ring.after(p).data) for p in (10, 11, 12))


def test_what_was_trimmed_from_the_log_is_forgotten_here_too():
    ring = Ring(START)
    own = frames("a", "b", "c")
    ring.extend(own)
    ring.forget_before(own[1].cursor)
    assert (ring.start, len(ring), ring.size) == (own[1].cursor, 1, len(own[2].data))
    ring.forget_before(START)
    assert len(ring) == 1
    ring.forget_before(Cursor(99, "b" * 16))
    assert (ring.start, len(ring), ring.size) == (ring.head, 0, 0)
