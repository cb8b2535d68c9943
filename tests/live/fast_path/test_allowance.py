from stoppress.live.fast_path.allowance import AT_ONCE, PER_SECOND, spend


def test_so_many_frames_may_come_at_once_and_no_more():
    until = 0.0
    for _ in range(AT_ONCE):
        until = spend(until, 1, now=100.0)
        assert until is not None
    assert spend(until, 1, now=100.0) is None
    assert spend(0.0, AT_ONCE + 1, now=100.0) is None


def test_time_pays_for_more():
    until = spend(0.0, AT_ONCE, now=100.0)
    assert until is not None
    assert spend(until, 1, now=100.05) is None
    assert spend(until, 1, now=100.0 + 1.01 / PER_SECOND) is not None


def test_nothing_is_saved_up_by_silence():
    assert spend(0.0, AT_ONCE + 1, now=1e9) is None
