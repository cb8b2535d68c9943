import queue
import socket

import pytest

from stoppress.site.processes.lifeline import LEAVE, RETIRE, Lifeline


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    yield ours, Lifeline(theirs.detach())
    ours.close()


def test_a_word_is_sent_each_way(ends):
    supervisor, lifeline = ends
    heard = queue.Queue()
    lifeline.ready()
    assert supervisor.recv(64) == b"ready\n"
    lifeline.listen(heard.put)
    supervisor.sendall(b"retire\n")
    assert heard.get(timeout=10) == RETIRE


def test_a_process_without_its_supervisor_shuts_down(ends):
    supervisor, lifeline = ends
    heard = queue.Queue()
    lifeline.listen(heard.put)
    supervisor.close()
    assert heard.get(timeout=10) == LEAVE
    lifeline.ready()
