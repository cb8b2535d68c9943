from stoppress.live.fast_path.allowance import AT_ONCE, PER_SECOND, spend


def test_a_burst_of_frames_is_limited():
    until = 0.0
    for _ in range(AT_ONCE):
        until = spend(until, 1, now=100.0)
        assert until is not None
    assert spend(until, 1, now=100.0) is None
    assert spend(0.0, AT_ONCE + 1, now=100.0) is None


def test_time_refills_the_allowance():
    until = spend(0.0, AT_ONCE, now=100.0)
    assert until is not None
    assert spend(until, 1, now=100.05) is None
    assert spend(until, 1, now=100.0 + 1.01 / PER_SECOND) is not None


def test_silence_does_not_raise_the_allowance_above_its_limit():
    assert spend(0.0, AT_ONCE + 1, now=1e9) is None
