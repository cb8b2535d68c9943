import pytest

from stoppress import live
from stoppress.live import registry


@pytest.fixture
def declared():
    before = dict(registry._registered)
    yield
    registry._registered.clear()
    registry._registered.update(before)


def test_a_pattern_answers_to_its_names(declared):
    live.stream("league:<country>:<number>", public=True)(lambda limit, country, number: [])
    named = registry.find("league:uk:2")
    assert named.parameters == {"country": "uk", "number": "2"}
    assert registry.find("league:uk") is None
    assert registry.find("league:uk:2:3") is None
    assert registry.find("League:uk:2") is None
    assert registry.find("league:" + "x" * 64 + ":1") is None


def test_who_may_read_must_be_said():
    with pytest.raises(ValueError, match="public"):
        live.stream("open")
    with pytest.raises(ValueError, match="public"):
        live.stream("open", public=True, may_read=lambda user: True)


@pytest.mark.parametrize("pattern", ["", "Upper", "with space", "-x", "a<Bad>"])
def test_a_pattern_must_be_of_names(pattern):
    with pytest.raises(ValueError, match="names"):
        live.stream(pattern, public=True)


def test_a_limit_is_at_least_one():
    with pytest.raises(ValueError, match="limit"):
        live.stream("open", public=True, limit=0)
