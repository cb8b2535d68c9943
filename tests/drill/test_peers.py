from stoppress.drill.judge import judge
from stoppress.drill.peers import history_of, up_to
from stoppress.live.client.state import StreamState

from .doctored import cursor, event, log, record, snapshot

LOG = log(10)


def fresh(position):
    state = StreamState()
    state.replace(snapshot(LOG, position))
    return state


def readers():
    first = record(snapshot(LOG, 2), *(event(LOG, n) for n in range(3, 11)))
    later = record(snapshot(LOG, 6), *(event(LOG, n) for n in range(7, 11)))
    return [first, later]


def test_readers_who_agree_are_right():
    assert judge(readers(), {"news": history_of("news", readers(), fresh(10))}).clean


def test_a_reader_that_lacks_an_event_of_another_is_found():
    told = readers()
    del told[1].applied[2]
    assert judge(told, {"news": history_of("news", told, fresh(10))}).missing == 1


def test_frames_after_a_cursor_are_left_out():
    cut = [up_to(reader, cursor(8)) for reader in readers()]
    assert {reader.applied[-1].frame["cursor"] for reader in cut} == {cursor(8)}
    assert judge(cut, {"news": history_of("news", cut, fresh(8))}).clean
