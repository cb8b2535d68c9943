import pytest
from websockets.frames import Frame, Opcode

from stoppress.live.fast_path.message_decoder import MessageDecoder


def masked(opcode, data=b"", fin=True):
    return Frame(opcode, data, fin).serialize(mask=True)


def test_whole_messages_leave_no_bytes_behind():
    decoder = MessageDecoder(4096)
    assert decoder.take(masked(Opcode.TEXT, "aü".encode())) == ["aü"]
    assert decoder.take(masked(Opcode.BINARY, b"\0")) == [None]
    assert decoder.idle() and decoder.frames == 2


def test_a_begun_frame_and_a_begun_message_are_kept():
    decoder = MessageDecoder(4096)
    data = masked(Opcode.TEXT, b"abc", fin=False)
    assert decoder.take(data[:2]) == [] and not decoder.idle()
    assert decoder.take(data[2:]) == [] and not decoder.idle()
    assert decoder.take(masked(Opcode.PING)) == [] and not decoder.idle()
    assert decoder.take(masked(Opcode.CONT, b"d")) == ["abcd"] and decoder.idle()


def test_every_split_of_the_bytes_gives_the_same():
    said = masked(Opcode.TEXT, b"a" * 200) + masked(Opcode.PING, b"?") + masked(Opcode.TEXT, b"b")
    for cut in range(1, len(said)):
        decoder = MessageDecoder(4096)
        heard = decoder.take(said[:cut]) + decoder.take(said[cut:])
        assert heard == ["a" * 200, "b"]
        assert decoder.idle() and decoder.frames == 3


def test_a_ping_is_answered():
    decoder = MessageDecoder(4096)
    decoder.take(masked(Opcode.PING, b"abc"))
    assert decoder.answer() == b"\x8a\x03abc"
    assert decoder.answer() == b""


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
def test_a_decoder_ends_with_its_close_code(said, code):
    decoder = MessageDecoder(4096)
    assert decoder.ended() is None
    decoder.take(said)
    ended = decoder.ended()
    assert ended is not None and ended.code == code
    assert decoder.answer()[:1] == b"\x88"
    assert not decoder.idle()


def test_a_close_by_the_server_waits_for_the_readers_close():
    decoder = MessageDecoder(4096)
    decoder.close(4400, "no")
    decoder.close(4408, "again")
    assert decoder.answer() == b"\x88\x04" + (4400).to_bytes(2) + b"no"
    assert decoder.ended() is None
    decoder.take(masked(Opcode.CLOSE, (4400).to_bytes(2)))
    ended = decoder.ended()
    assert ended is not None and ended.code == 4400
    assert decoder.answer() == b""
