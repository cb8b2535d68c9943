import asyncio

from stoppress.live.fast_path.gathering import HELD_BYTES, Gathering


class Below:
    """A transport that notes what is done to it."""

    def __init__(self):
        self.done = []

    def write(self, data):
        self.done.append(data)

    def close(self):
        self.done.append("closed")

    def abort(self):
        self.done.append("aborted")

    def is_closing(self):
        return bool({"closed", "aborted"} & set(self.done))

    def get_write_buffer_size(self):
        return 0


def gathering():
    below = Below()
    return below, Gathering(below)


async def test_the_first_write_of_a_turn_goes_out_at_once_and_the_others_together():
    below, transport = gathering()
    for _ in range(2):
        for data in (b"a", b"b", b"c"):
            transport.write(data)
        assert below.done[-1] == b"a" and transport.get_write_buffer_size() == 2
        await asyncio.sleep(0)  # one turn of the loop
        assert below.done[-1] == b"bc" and transport.get_write_buffer_size() == 0


async def test_all_writes_of_a_turn_go_out_together_when_requested():
    below, transport = gathering()
    transport.gather()
    transport.write(b"a")
    transport.gather()
    transport.write(b"b")
    assert below.done == []
    await asyncio.sleep(0)  # one turn of the loop
    assert below.done == [b"ab"]


async def test_a_large_write_does_not_wait_for_the_end_of_the_turn():
    below, transport = gathering()
    transport.gather()
    transport.write(b"a")
    transport.write(b"b" * HELD_BYTES)
    assert below.done == [b"a" + b"b" * HELD_BYTES]


async def test_a_close_follows_held_bytes_and_an_abort_discards_them():
    for end, done in (("close", [b"a", "closed"]), ("abort", ["aborted"])):
        below, transport = gathering()
        transport.gather()
        transport.write(b"a")
        getattr(transport, end)()
        await asyncio.sleep(0)  # one turn of the loop
        assert below.done == done
