from stoppress.live.delivery.cached_snapshot import CachedSnapshot
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import snapshot_frame
from stoppress.live.publishing.snapshots import Snapshot

HERE = Cursor(7, "a" * 16)


def test_each_reason_has_its_frame_which_is_encoded_once():
    # An item may say the same of itself as the frame does.
    items = [{"key": "k", "order": "2", "reason": "start"}]
    cached = CachedSnapshot(Snapshot("board", HERE, 30, "1", items))
    assert cached.cursor == HERE
    for reason in ("start", "fork", "behind"):
        frame = cached.frame(reason)
        assert frame == snapshot_frame("board", HERE, reason, 30, "1", items)
        assert cached.frame(reason) is frame


def test_the_size_is_the_sum_of_all_frames():
    cached = CachedSnapshot(Snapshot("board", HERE, 30, None, []))
    start = len(cached.frame("start"))
    assert cached.size == start
    fork = len(cached.frame("fork"))
    cached.frame("fork")
    assert cached.size == start + fork


def test_a_snapshot_knows_whether_an_item_has_a_view():
    viewed = [{"key": "k", "order": "2", "view": ["p", "words"]}]
    assert CachedSnapshot(Snapshot("board", HERE, 30, None, viewed)).has_views is True
    assert CachedSnapshot(Snapshot("board", HERE, 30, None, [])).has_views is False
