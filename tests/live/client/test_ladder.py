from stoppress.live.client.ladder import Ladder


def test_the_ladder_goes_down_a_step_after_two_failures():
    ladder = Ladder(["ws", "sse", "poll"])
    assert not ladder.failed(held_back=False)
    assert ladder.failed(held_back=False) and ladder.transport == "sse"


def test_the_ladder_goes_down_at_once_when_frames_are_held_back():
    ladder = Ladder(["ws", "sse", "poll"])
    assert ladder.failed(held_back=True) and ladder.transport == "sse"


def test_a_transport_that_has_worked_is_kept_after_one_failure():
    ladder = Ladder(["ws", "sse"])
    ladder.failed(held_back=False)
    ladder.heard()
    assert not ladder.failed(held_back=False) and ladder.transport == "ws"


def test_the_ladder_stays_on_the_last_step():
    ladder = Ladder(["poll"])
    assert ladder.last
    assert not any(ladder.failed(held_back=True) for _ in range(5))
    assert ladder.transport == "poll"
