import json
from datetime import UTC, datetime

import pytest

from stoppress.live.errors import InvalidItem
from stoppress.live.protocol.items import check_event, check_key, check_version, encode_item


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
def test_an_item_that_cannot_go_on_the_wire_is_refused_in_words(broken, named):
    with pytest.raises(InvalidItem, match=named):
        encode_item(broken)


def test_names_of_events_look_like_names():
    assert check_event("article.published") == "article.published"
    for wrong in ("", "Article", "a b", ".x", None, "x" * 65):
        with pytest.raises(InvalidItem):
            check_event(wrong)


def test_keys_and_versions_are_given_back():
    assert (check_key("article:42"), check_version(3), check_version(None)) == (
        "article:42",
        3,
        None,
    )
