import random
import socket

from stoppress.drill import free_port as module
from stoppress.drill.free_port import EPHEMERAL, free_port


def test_no_outgoing_connection_takes_the_port():
    first = int(EPHEMERAL.read_text().split()[0])
    ports = {free_port() for _ in range(50)}
    assert max(ports) < first and len(ports) > 40


def test_a_seed_of_a_test_draws_no_ports_of_another_process():
    drawn = set()
    for _ in range(10):
        random.seed(3)
        drawn.add(free_port())
    assert len(drawn) > 5


def test_a_port_in_use_is_passed_over(monkeypatch):
    with socket.socket() as taken:
        taken.bind((module.HOST, 0))
        used = taken.getsockname()[1]
        drawn = iter([used, used, 20_001, 20_002, 20_003])
        monkeypatch.setattr(module.chance, "randint", lambda *_: next(drawn))  # chance has no seed
        assert free_port() in {20_001, 20_002, 20_003}
