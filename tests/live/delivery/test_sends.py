import ctypes
import socket
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from stoppress.live.delivery import sends
from stoppress.live.delivery.sends import send_to_all
from tests.services.stand_in import StandIn


@pytest.fixture
def pairs():
    made = [socket.socketpair() for _ in range(3)]
    for near, far in made:
        near.setblocking(False)
        far.setblocking(False)
    yield made
    for pair in made:
        for each in pair:
            each.close()


def descriptors(pairs):
    return [near.fileno() for near, _ in pairs]


def everything(far):
    came = b""
    while True:
        try:
            came += far.recv(2**20)
        except BlockingIOError:
            return came


def test_every_socket_gets_all_of_the_bytes(pairs):
    data = bytes(range(256)) * 3
    assert send_to_all(descriptors(pairs), data) == []
    assert [everything(far) for _, far in pairs] == [data] * 3


def test_a_full_socket_returns_the_sent_bytes_and_the_others_get_all(pairs):
    full = pairs[1][0]
    data = bytes(100_000)
    before = 0
    while (short := send_to_all([full.fileno()], data)) == []:
        before += len(data)
    [(index, taken)] = short
    assert index == 0 and 0 <= taken < len(data)
    for _ in range(1000):  # until not one byte more is taken
        if send_to_all([full.fileno()], b"x") != []:
            break
        taken += 1
    assert send_to_all(descriptors(pairs), b"abc") == [(1, 0)]
    assert [len(everything(far)) for _, far in pairs] == [3, before + taken, 3]


def test_a_socket_whose_other_end_is_gone_takes_nothing(pairs):
    pairs[0][1].close()
    assert send_to_all(descriptors(pairs), b"abc") == [(0, 0)]
    assert everything(pairs[2][1]) == b"abc"


def test_a_socket_that_would_wait_is_not_waited_for(pairs):
    near, _ = pairs[0]
    near.setblocking(True)
    while send_to_all([near.fileno()], bytes(100_000)) == []:
        pass


def test_the_systems_send_function_is_found():
    assert sends._find_send().__name__ == "send"


PYPY = StandIn(sys, implementation=SimpleNamespace(name="pypy"))
NO_SEND = StandIn(ctypes, PyDLL=lambda name: object())


@pytest.mark.parametrize(
    ("name", "instead"),
    [("ctypes", None), ("_AT_ONCE", None), ("sys", PYPY), ("ctypes", NO_SEND)],
)
def test_a_system_or_python_without_the_function_has_no_send(name, instead, monkeypatch):
    monkeypatch.setattr(sends, name, instead)  # as the import finds it on such a machine
    assert sends._find_send() is None


def test_no_other_thread_runs_during_a_send_to_many(pairs, monkeypatch):
    ran, stop = [0], threading.Event()

    def want_the_lock():
        while not stop.is_set():
            ran[0] += 1
            time.sleep(0)  # gives it back

    def ran_meanwhile():
        before = ran[0]
        send_to_all(descriptors(pairs) * 4, bytes(20_000))
        during = ran[0] - before
        for _, far in pairs:
            everything(far)
        return during

    interval = sys.getswitchinterval()
    sys.setswitchinterval(60)  # nobody is made to give it away
    other = threading.Thread(target=want_the_lock)
    other.start()
    try:
        assert [ran_meanwhile() for _ in range(50)] == [0] * 50
        # As it would be with any other call of C: that such a thread is there is proved so.
        monkeypatch.setattr(sends, "_send", ctypes.CDLL(None).send)  # the same, without our way
        assert any(ran_meanwhile() for _ in range(5000))
    finally:
        stop.set()
        sys.setswitchinterval(interval)
        other.join()
