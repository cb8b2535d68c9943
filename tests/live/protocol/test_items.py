import json
from datetime import UTC, datetime

import pytest

from stoppress.live.errors import InvalidItem
from stoppress.live.protocol.items import (
    check_event,
    check_key,
    check_version,
    encode_item,
    encode_removed,
)


def test_an_item_is_one_line_of_json_as_django_writes_dates():
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    text = encode_item({"key": "a:1", "order": "x", "headline": "Ünïcode\n", "at": at})
    assert "\n" not in text and "Ünïcode" in text
    assert json.loads(text)["at"] == "2026-11-22T09:00:00Z"


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ({"order": "x"}, "key"),
        ({"key": "", "order": "x"}, "key"),
        ({"key": "with space", "order": "x"}, "key"),
        ({"key": "é", "order": "x"}, "key"),
        ({"key": "k" * 201, "order": "x"}, "key"),
        ({"key": "k"}, "order"),
        ({"key": "k", "order": 5}, "order"),
        ({"key": "k", "order": "é"}, "order"),
        ({"key": "k", "order": "x", "version": "1"}, "version"),
        ({"key": "k", "order": "x", "version": True}, "version"),
        ({"key": "k", "order": "x", "n": float("nan")}, "k"),
        ({"key": "k", "order": "x", "n": object()}, "k"),
        ({"key": "k", "order": "x", "n": "\ud800"}, "k"),
        ({"key": "k", "order": "x", "n": "x" * 2_000_000}, "too large"),
    ],
)
def test_an_item_that_cannot_be_encoded_is_refused_with_a_message(broken, named):
    with pytest.raises(InvalidItem, match=named):
        encode_item(broken)


def test_the_messages_explain_orders_and_keys():
    with pytest.raises(InvalidItem) as refused:
        encode_item({"key": "k", "order": 5})
    assert str(refused.value) == (
        "order must be text of 1 to 200 printable ASCII characters, which is larger for what "
        "stands first; it is 5"
    )
    with pytest.raises(InvalidItem) as refused:
        encode_item({"key": "a b", "order": "x"})
    assert str(refused.value) == "key must be 1 to 200 visible ASCII characters; it is 'a b'"


def test_names_of_events_look_like_names():
    assert check_event("article.published") == "article.published"
    for wrong in ("", "Article", "a b", ".x", None, "x" * 65):
        with pytest.raises(InvalidItem, match="event must look like"):
            check_event(wrong)


def test_keys_and_versions_are_returned():
    assert (check_key("article:42"), check_version(3), check_version(None)) == (
        "article:42",
        3,
        None,
    )


@pytest.mark.parametrize("version", [0, 1, 2**53 - 1])
def test_a_version_is_a_number_that_javascript_counts_exactly(version):
    assert check_version(version) == version


@pytest.mark.parametrize("version", [-1, 2**53, 1.0, True, "1"])
def test_another_version_is_refused(version):
    with pytest.raises(InvalidItem, match="whole number below 2\\^53"):
        check_version(version)


def test_an_item_is_encoded_without_spaces_or_escapes():
    assert encode_item({"key": "a", "order": "x", "headline": "Ü"}) == (
        '{"key":"a","order":"x","headline":"Ü"}'
    )


def test_an_item_of_exactly_the_limit_is_taken(settings):
    settings.STOPPRESS_LIVE = {"ITEM_BYTES": 24}
    assert len(encode_item({"key": "a", "order": "xx"}).encode()) == 24
    with pytest.raises(InvalidItem, match="25 bytes"):
        encode_item({"key": "a", "order": "xxx"})


def test_a_removed_item_has_key_version_and_its_facts():
    facts = {"reason": "Ünïcode", "version": 7}
    assert encode_removed("a", 3, facts) == '{"reason":"Ünïcode","version":3,"key":"a"}'
    assert encode_removed("a", None, {}) == '{"key":"a"}'
