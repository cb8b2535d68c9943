from stoppress.live.readers.limits import failures
from stoppress.live.readers.limits.failures import Failures


def test_an_address_with_too_many_failures_waits_for_the_end_of_the_window():
    wrong = Failures(most=2, seconds=60.0)
    assert [wrong.count("a", now) for now in (0.0, 10.0, 20.0, 59.0)] == [0.0, 0.0, 40.0, 1.0]
    assert wrong.count("b", 20.0) == 0.0
    assert wrong.count("a", 60.0) == 0.0


def test_the_number_of_remembered_addresses_is_bounded(monkeypatch):
    monkeypatch.setattr(failures, "ADDRESSES", 2)
    wrong = Failures(most=1, seconds=60.0)
    for address in ("a", "b", "c"):
        wrong.count(address, 0.0)
    assert len(wrong._of) == 2
    assert wrong.count("a", 1.0) == 0.0
    assert wrong.count("c", 1.0) == 59.0
