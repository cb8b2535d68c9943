import pytest

from stoppress.live.protocol.refusals import too_much_replayed
from stoppress.live.readers.limits.replay import (
    FREE_BYTES,
    FREE_POLL_BYTES,
    PIECE_BYTES,
    POLL_PIECE_BYTES,
    PollReplay,
    Replay,
)


class Allowance:
    """Gives away pieces until there is none, and keeps what was asked of it."""

    def __init__(self, size):
        self.left = size
        self.asked = []

    def draw(self, cells, size, spend):
        self.asked.append((size, spend))
        if size > self.left:
            return too_much_replayed(3)
        self.left -= size if spend else 0
        return None


@pytest.fixture
def allowance():
    return Allowance(4 * PIECE_BYTES)


def test_an_ordinary_join_draws_nothing_from_the_allowance(allowance):
    replay = Replay(allowance.draw, (), FREE_BYTES)
    assert all(replay.affords(FREE_BYTES // 64) for _ in range(64))
    assert not allowance.asked and replay.refusal is None


def test_a_larger_replay_draws_in_pieces(allowance):
    replay = Replay(allowance.draw, (), 100)
    assert replay.affords(90) and replay.affords(20) and replay.affords(2000)
    assert allowance.asked == [(PIECE_BYTES, True)]
    assert replay.affords(2 * PIECE_BYTES)
    assert allowance.asked[1:] == [(2 * PIECE_BYTES, True)]


def test_an_exhausted_allowance_refuses_any_further_byte(allowance):
    replay = Replay(allowance.draw, (), 100)
    assert not replay.affords(5 * PIECE_BYTES)
    assert replay.refusal.code == 4429 and not replay.affords(1) and not replay.may_begin()
    assert len(allowance.asked) == 1 and allowance.left == 4 * PIECE_BYTES


def test_the_check_before_a_replay_draws_nothing(allowance):
    replay = Replay(allowance.draw, (), 0)
    assert replay.may_begin() and allowance.left == 4 * PIECE_BYTES
    allowance.left = PIECE_BYTES - 1
    assert not replay.may_begin() and replay.refusal.wait == 3


def test_a_replay_that_is_no_ordinary_join_pays_for_every_byte(allowance):
    replay = Replay(allowance.draw, (), FREE_BYTES)
    replay.charge_all()
    assert replay.affords(1) and allowance.left == 3 * PIECE_BYTES


def test_a_repeated_poll_pays_for_little_more_than_it_is_sent(allowance):
    replay = PollReplay(allowance.draw, (), FREE_POLL_BYTES)
    replay.charge_all()
    assert replay.may_begin()
    assert replay.affords(FREE_POLL_BYTES + 1)
    assert allowance.left == 4 * PIECE_BYTES - POLL_PIECE_BYTES
