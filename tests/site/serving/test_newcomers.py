from stoppress.site.serving import newcomers
from stoppress.site.serving.newcomers import Newcomers


def test_a_place_given_back_can_be_taken_again(monkeypatch):
    monkeypatch.setattr(newcomers, "MOST", 1)
    door = Newcomers()
    assert door.take("192.0.2.1") and not door.take("192.0.2.1")
    assert door.take("192.0.2.2")
    door.give_back("192.0.2.1")
    assert door.take("192.0.2.1")


def test_an_address_without_connections_is_forgotten():
    door = Newcomers()
    door.take("192.0.2.1")
    door.give_back("192.0.2.1")
    assert not door._held
