from functools import partial
from uuid import UUID

import pytest
from django.urls import register_converter
from django.urls.converters import REGISTERED_CONVERTERS, get_converters

from stoppress import live
from stoppress.live.errors import UnknownStream
from stoppress.live.publishing import registry
from stoppress.live.publishing.pattern import Pattern


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


def test_may_read_is_required():
    with pytest.raises(ValueError, match="public"):
        live.stream("open")
    with pytest.raises(ValueError, match="public"):
        live.stream("open", public=True, may_read=lambda user: True)


@pytest.mark.parametrize("pattern", ["", "Upper", "with space", "-x", "a<Bad>"])
def test_a_pattern_must_be_of_names(pattern):
    with pytest.raises(ValueError, match="name"):
        live.stream(pattern, public=True)


def test_each_placeholder_has_a_unique_name():
    with pytest.raises(ValueError, match="a name of its own"):
        live.stream("a:<x>:<x>", public=True)


@pytest.mark.parametrize("name", ["limit", "below", "ceiling"])
def test_a_placeholder_takes_no_name_that_has_a_meaning(name):
    with pytest.raises(ValueError, match=f"<{name}> is the name of .*Name the placeholder"):
        live.stream(f"a:<{name}>", public=True)


def test_a_stream_is_ranged_where_its_function_takes_the_argument(declared):
    ranged = {
        "last": lambda limit: [],
        "any": lambda limit, **more: [],
        "older": lambda limit, below=None: [],
        "named": lambda limit, *, below=None: [],
        "partly": partial(lambda limit, below, which: [], which=1),
        "plain": range,
    }
    for name, take in ranged.items():
        live.stream(name, public=True)(take)
    found = [name for name in ranged if registry.find(name).stream.ranged]
    assert found == ["older", "named", "partly"]


def test_a_limit_is_at_least_one():
    with pytest.raises(ValueError, match="limit"):
        live.stream("open", public=True, limit=0)


def test_a_limit_of_one_is_accepted(declared):
    live.stream("last", public=True, limit=1)(lambda limit: [])
    assert registry.find("last").stream.limit == 1


def test_a_name_exists_if_its_check_returns_true_or_is_missing(declared):
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
        ("board:<int:id>", "board:all", False),
        ("board:<int:id>", "board:7", True),
        ("b:<path:x>", "b:<y>:secret", True),
        ("b:<str:x>", "b:<y>:secret", True),
        ("b:<slug:x>", "b:<y>:secret", False),
    ],
)
def test_patterns_meet_where_a_name_can_be_of_both(one, other, meet):
    one, other = Pattern(one), Pattern(other)
    assert one.may_meet(other) is other.may_meet(one) is meet


def test_a_placeholder_with_a_converter_is_given_as_its_value_or_there_is_no_stream(declared):
    live.stream("order:<int:id>", public=True)(lambda limit, id: [])
    live.stream("key:<uuid:key>", public=True)(lambda limit, key: [])
    assert registry.find("order:7").parameters == {"id": 7}
    key = "b2c5e0f4-0000-4000-8000-000000000001"
    assert registry.find(f"key:{key}").parameters == {"key": UUID(key)}
    for name in ("order:abc", "order:7x", "order:07", f"order:{2**63}", "key:b2c5"):
        assert registry.find(name) is None, name


def test_a_name_that_a_converter_refuses_can_match_another_pattern(declared):
    live.stream("order:<int:id>", public=True)(lambda limit, id: [])
    live.stream("<kind>:<slug>", public=True)(lambda limit, kind, slug: [])
    assert registry.find("order:abc").parameters == {"kind": "order", "slug": "abc"}
    assert registry.find("order:7").parameters == {"id": 7}


def test_a_converter_of_the_site_works_and_an_unknown_one_is_named(declared):
    class Year:
        regex = "[0-9]{4}"

        def to_python(self, value):
            if value == "0000":
                raise ValueError
            return int(value)

        def to_url(self, value):
            return str(value)

    register_converter(Year, "year")
    try:
        live.stream("season:<year:of>", public=True)(lambda limit, of: [])
        assert registry.find("season:2026").parameters == {"of": 2026}
        assert registry.find("season:0000") is None and registry.find("season:26") is None
    finally:
        REGISTERED_CONVERTERS.pop("year")
        get_converters.cache_clear()
    with pytest.raises(ValueError, match="no converter 'figure'.*int,.* path, slug, str, uuid"):
        live.stream("order:<figure:id>", public=True)


@pytest.mark.parametrize("name", ["Scores", "section:Großstadt", "a" * 65, ""])
def test_an_invalid_name_is_refused_with_the_rule(name):
    with pytest.raises(UnknownStream, match="lower-case letters of ASCII"):
        live.snapshot(name)


def test_a_name_in_upper_case_is_refused_with_the_right_one():
    with pytest.raises(UnknownStream, match="'Scores' is none. 'scores' is one."):
        live.publish("Scores", "a.b", {"key": "1", "order": "1"})
    with pytest.raises(ValueError, match="'Scores' is none. 'scores' is one."):
        live.stream("Scores", public=True)
