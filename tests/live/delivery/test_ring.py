import json
from datetime import UTC, datetime

from stoppress.live.delivery import ring as rings
from stoppress.live.delivery.ring import Batch, Ring
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import event_frame

START = Cursor(10, "a" * 16)


def words_of(key, **said):
    return json.dumps({"key": key, "order": key, "text": f"words of {key}", **said})


def frames(*keys, redacts=(), facts="", after=START):
    made = []
    for position, key in enumerate(keys, start=after.position + 1):
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
                item=facts if position in redacts else words_of(key),
                redacts=position in redacts,
                redacted=False,
            )
        )
        after = cursor
    return made


def test_a_ring_gives_the_event_after_a_position():
    ring = Ring(START)
    ring.extend(frames("a", "b", "c"))
    assert [ring.after(p).key for p in (10, 11, 12)] == ["a", "b", "c"]
    assert ring.after(13) is None and ring.after(9) is None
    assert ring.head == Cursor(13, f"{13:016x}")


def test_a_ring_holds_the_cursors_of_its_events_and_no_other():
    ring = Ring(START)
    ring.extend(frames("a", "b"))
    assert all(ring.holds(c) for c in (START, Cursor(11, f"{11:016x}"), ring.head))
    assert not ring.holds(Cursor(11, "b" * 16))
    assert not ring.holds(Cursor(12, "b" * 16))
    assert not ring.holds(Cursor(13, "b" * 16))


def test_a_full_ring_forgets_the_oldest_event_and_knows_its_start():
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


def test_a_redaction_keeps_its_own_facts():
    ring = Ring(START)
    ring.extend(frames("a", "a", redacts={12}, facts=words_of("a", reason="wrong")))
    assert b"words of a" not in ring.after(10).data
    assert json.loads(ring.after(11).data)["item"]["reason"] == "wrong"


def test_many_redactions_at_once_purge_the_events_before_each_and_none_after():
    ring, some = Ring(START), frames("a", "b", "c", "a", "b", "a", redacts={14, 15})
    ring.extend(some[:2])
    ring.extend(some[2:])
    purged = [b'"redacted":true' in ring.after(10 + n).data for n in range(6)]
    assert purged == [True, True, False, False, False, False]
    assert b"words of a" in ring.after(15).data


def test_events_trimmed_from_the_log_are_forgotten_in_the_ring():
    ring = Ring(START)
    own = frames("a", "b", "c")
    ring.extend(own)
    ring.forget_before(own[1].cursor)
    assert (ring.start, len(ring), ring.size) == (own[1].cursor, 1, len(own[2].data))
    ring.forget_before(START)
    assert len(ring) == 1
    ring.forget_before(Cursor(99, "b" * 16))
    assert (ring.start, len(ring), ring.size) == (ring.head, 0, 0)


def ring_of(*keys):
    ring, own = Ring(START), frames(*keys)
    ring.extend(own)
    return ring, own


def sizes(own):
    return [len(frame.data) for frame in own]


def test_a_ring_counts_the_bytes_after_a_position_up_to_a_limit():
    ring, own = ring_of("a", "bbb", "cc")
    a, b, c = sizes(own)
    assert [ring.bytes_after(p, a + b + c) for p in (10, 11, 12, 13)] == [a + b + c, b + c, c, 0]
    assert ring.bytes_after(99, 0) == 0, "ahead of the head nothing comes"
    assert ring.bytes_after(10, c - 1) == c, "one is too many: the others are not counted"
    assert ring.bytes_after(10, c) == b + c, "just as many are not too many yet"


def test_all_events_after_a_cursor_are_one_batch():
    ring, (a, b, c) = ring_of("a", "b", "c")
    assert ring.batch(START) == Batch(START, c.cursor, (a.data, b.data, c.data))
    assert ring.batch(b.cursor) == Batch(b.cursor, c.cursor, (c.data,))


def test_the_head_and_unknown_cursors_have_no_batch():
    ring, own = ring_of("a", "b")
    assert ring.batch(ring.head) is None
    assert ring.batch(Cursor(9, "a" * 16)) is None
    assert ring.batch(Cursor(11, "b" * 16)) is None, "another history"
    ring.forget_before(own[0].cursor)
    assert ring.batch(START) is None


def test_events_too_large_for_one_write_are_no_batch_unless_there_is_only_one(monkeypatch):
    ring, own = ring_of("a", "b")
    monkeypatch.setattr(rings, "BATCH_BYTES", sum(sizes(own)))
    assert ring.batch(START) is not None
    monkeypatch.setattr(rings, "BATCH_BYTES", sum(sizes(own)) - 1)
    assert ring.batch(START) is None
    monkeypatch.setattr(rings, "BATCH_BYTES", 1)
    assert ring.batch(own[0].cursor).frames == (own[1].data,)


def test_a_redaction_changes_no_redaction_of_its_key():
    ring, own = Ring(START), frames("a", "a", "a", redacts={12, 13})
    ring.extend(own)
    assert [ring.after(p) for p in (11, 12)] == own[1:]
    assert json.loads(ring.after(10).data)["redacted"] is True
