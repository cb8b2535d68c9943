import pytest

from stoppress.live.shared_pages import recent
from stoppress.live.shared_pages.recent import Recent


def test_a_key_is_remembered_for_its_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(recent, "monotonic", lambda: now)  # the test's clock
    some = Recent(2.0, 10)
    some.add(("a",))
    assert ("a",) in some and ("b",) not in some
    now = 101.9
    assert ("a",) in some
    now = 102.0
    assert ("a",) not in some


def test_the_oldest_keys_are_dropped_if_there_are_too_many() -> None:
    some = Recent(60.0, 3)
    for key in "abcad":
        some.add((key,))
    assert [key for key in "abcd" if (key,) in some] == ["a", "c", "d"]


def test_expired_keys_are_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(recent, "monotonic", lambda: now)  # the test's clock
    some = Recent(2.0, 10)
    for key in "abc":
        some.add((key,))
    now = 103.0
    some.add(("d",))
    assert list(some._until) == [("d",)]
