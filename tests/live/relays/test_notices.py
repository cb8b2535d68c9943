import socket
import threading
from contextlib import closing

import pytest

from stoppress.live.relays import notices as module
from stoppress.live.relays.notices import Notices


@pytest.fixture
def bell():
    bell, rope = socket.socketpair()
    with bell, rope:
        yield bell, rope


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "log"
    path.write_text("")
    return path


@pytest.fixture
def notices(file, bell):
    with closing(Notices((str(file), f"{file}-away"), bell[0])) as made:
        yield made


def append(file):
    with file.open("a") as opened:
        opened.write("x")


def test_a_write_gives_one_notice(notices, file):
    assert not notices.take()
    append(file)
    append(file)
    assert notices.wait(10)
    assert not notices.take()


def test_the_bell_ends_the_waiting(notices, bell):
    threading.Timer(0.05, bell[1].close).start()
    assert not notices.wait(60)


def test_another_file_gives_no_notice(notices, tmp_path):
    append(tmp_path / "other")
    assert not notices.wait(0.01)


def has_no_room():
    raise OSError("too many open files")


@pytest.mark.parametrize("instead", [None, lambda nonblocking: has_no_room()])
def test_without_file_notices_only_the_bell_wakes(monkeypatch, file, bell, instead):
    monkeypatch.setattr(module, "INotify", instead)  # a system without, or with none left
    with closing(Notices((str(file),), bell[0])) as notices:
        append(file)
        assert not notices.wait(0.01)
        bell[1].close()
        assert not notices.wait(60)


def test_a_file_that_cannot_be_watched_leaves_nothing_open(monkeypatch, file, bell):
    made = []

    class NoMoreWatches(module.INotify):
        def add_watch(self, path, mask):
            made.append(self)
            has_no_room()

    monkeypatch.setattr(module, "INotify", NoMoreWatches)  # a system with none left
    with closing(Notices((str(file),), bell[0])) as notices:
        assert not notices.take()
    assert made[0].closed
