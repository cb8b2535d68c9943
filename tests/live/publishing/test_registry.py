import pytest

from stoppress import live
from stoppress.live.publishing import registry


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


def test_one_item_is_enough_of_a_stream(declared):
    live.stream("last", public=True, limit=1)(lambda limit: [])
    assert registry.find("last").stream.limit == 1


def test_a_name_exists_where_its_check_says_so_or_there_is_none(declared):
    live.stream("any:<id>", public=True)(lambda limit, id: [])
    live.stream("odd:<id>", public=True, exists=lambda id: id == "1")(lambda limit, id: [])
    assert registry.find("any:2").exists()
    assert registry.find("odd:1").exists() and not registry.find("odd:2").exists()


def test_the_most_literal_pattern_answers_whichever_was_registered_first(declared):
    live.stream("<kind>:<id>", public=True)(lambda limit, kind, id: [])
    live.stream("room:<id>", may_read=lambda user, id: True)(lambda limit, id: [])
    assert not registry.find("room:1").stream.public
    assert registry.find("hall:1").stream.public


def test_a_pattern_is_registered_once(declared):
    live.stream("once", may_read=lambda user: True)(lambda limit: [])
    with pytest.raises(ValueError, match="registered already"):
        live.stream("once", public=True)
    with pytest.raises(ValueError, match="first argument"):
        live.stream("x:<limit>", public=True)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("news", "news", True),
        ("news", "new", False),
        ("news", "<name>", True),
        ("section:<slug>", "<name>", False),
        ("section:<slug>", "<kind>:<id>", True),
        ("section:<slug>", "story:<id>", False),
        ("a-<x>", "<y>-b", True),
        ("a<x>c", "ab<y>", True),
        ("a:<x>", "a:", False),
        ("<x>:<y>", "<z>", False),
    ],
)
def test_patterns_meet_where_a_name_can_be_of_both(one, other, meet):
    assert registry.may_meet(one, other) is registry.may_meet(other, one) is meet
