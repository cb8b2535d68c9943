from stoppress.live.delivery.beat import Beat, latest
from stoppress.live.protocol.cursor import Cursor


def test_the_last_two_heartbeats_are_remembered_oldest_first():
    first, second, third = (Beat(at, {}) for at in (1.0, 2.0, 3.0))
    assert latest() == ()
    assert latest((second,), ()) == (second,)
    assert latest((third,), (first, second)) == (second, third)


def test_two_heartbeats_of_the_same_moment_keep_their_order():
    # Their cursors have no order: only the time counts.
    one, other = (Beat(1.0, {"board": Cursor(n, "0" * 16)}) for n in (2, 1))
    assert latest((one,), (other,)) == (one, other)
