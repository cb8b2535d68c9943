import pytest
from websockets.frames import Frame, Opcode

from stoppress.live.fast_path.hearing import Hearing


def masked(opcode, data=b"", fin=True):
    return Frame(opcode, data, fin).serialize(mask=True)


def test_whole_messages_leave_nothing_behind():
    hearing = Hearing(4096)
    assert hearing.take(masked(Opcode.TEXT, "aü".encode())) == ["aü"]
    assert hearing.take(masked(Opcode.BINARY, b"\0")) == [None]
    assert hearing.idle() and hearing.frames == 2


def test_a_begun_frame_and_a_begun_message_are_kept():
    hearing = Hearing(4096)
    data = masked(Opcode.TEXT, b"abc", fin=False)
    assert hearing.take(data[:2]) == [] and not hearing.idle()
    assert hearing.take(data[2:]) == [] and not hearing.idle()
    assert hearing.take(masked(Opcode.PING)) == [] and not hearing.idle()
    assert hearing.take(masked(Opcode.CONT, b"d")) == ["abcd"] and hearing.idle()


def test_every_split_of_the_bytes_gives_the_same():
    said = masked(Opcode.TEXT, b"a" * 200) + masked(Opcode.PING, b"?") + masked(Opcode.TEXT, b"b")
    for cut in range(1, len(said)):
        hearing = Hearing(4096)
        heard = hearing.take(said[:cut]) + hearing.take(said[cut:])
        assert heard == ["a" * 200, "b"]
        assert hearing.idle() and hearing.frames == 3


def test_a_ping_is_answered():
    hearing = Hearing(4096)
    hearing.take(masked(Opcode.PING, b"abc"))
    assert hearing.answer() == b"\x8a\x03abc"
    assert hearing.answer() == b""


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (masked(Opcode.CLOSE, b"\x03\xe8"), 1000),
        (masked(Opcode.CLOSE), 1005),
        (masked(Opcode.TEXT, b"\xff"), 1007),
        (masked(Opcode.TEXT, b"x" * 5000), 1009),
        (b"\xf1\x80\0\0\0\0", 1002),
    ],
)
def test_it_ends_with_its_code(said, code):
    hearing = Hearing(4096)
    assert hearing.ended() is None
    hearing.take(said)
    ended = hearing.ended()
    assert ended is not None and ended.code == code
    assert hearing.answer()[:1] == b"\x88"
    assert not hearing.idle()


def test_a_close_of_ours_waits_for_the_readers():
    hearing = Hearing(4096)
    hearing.close(4400, "no")
    hearing.close(4408, "again")
    assert hearing.answer() == b"\x88\x04" + (4400).to_bytes(2) + b"no"
    assert hearing.ended() is None
    hearing.take(masked(Opcode.CLOSE, (4400).to_bytes(2)))
    ended = hearing.ended()
    assert ended is not None and ended.code == 4400
    assert hearing.answer() == b""


def test_a_failure_of_ours_waits_for_nobody():
    hearing = Hearing(4096)
    hearing.fail(1008, "too many")
    ended = hearing.ended()
    assert ended is not None and ended.code == 1008
