from datetime import UTC, datetime

import pytest

from stoppress.ingest.entry import Entry, ParsedFeed, from_json, to_json


def test_a_feed_goes_through_json_unchanged() -> None:
    nine = datetime(2026, 11, 22, 9, tzinfo=UTC)
    feed = ParsedFeed(
        "T", "https://x.example/", "en", (Entry(id="1", published=nine), Entry()), "odd"
    )
    assert from_json(to_json(feed)) == feed


@pytest.mark.parametrize("value", [{}, {"entries": 1}, {"entries": [{}]}, {"entries": [], "x": 1}])
def test_another_shape_is_refused(value: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_json(value)


def test_an_entry_knows_its_size_in_bytes() -> None:
    assert Entry(title="ü", content_html="abc").bytes() == 5
