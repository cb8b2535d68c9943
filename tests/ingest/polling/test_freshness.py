"""How long a server says that its answer is fresh."""

from datetime import UTC, datetime

import pytest

from stoppress.ingest.polling.freshness import freshness

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LATER, EARLIER = "Sun, 22 Nov 2026 09:10:00 GMT", "Sun, 22 Nov 2026 08:50:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "max-age=300"}, 300),
        ({"cache-control": "public, Max-Age = 300, must-revalidate"}, 300),
        ({"cache-control": 'max-age="300"'}, 300),
        ({"cache-control": "s-maxage=300"}, 0),  # for caches that many share
        ({"cache-control": "max-age=300, no-cache"}, 0),
        ({"cache-control": "no-store"}, 0),
        ({"cache-control": "max-age=300", "age": "200"}, 100),
        ({"cache-control": "max-age=300", "age": "999"}, 0),
        ({"cache-control": "max-age=300", "age": "old"}, 300),
        ({"cache-control": "max-age=60", "expires": LATER}, 60),
        ({"cache-control": "max-age=soon", "expires": LATER}, 600),
        ({"expires": LATER}, 600),
        ({"expires": LATER, "date": EARLIER}, 1200),  # by the server's own clock
        ({"expires": EARLIER}, 0),
        ({"expires": "0"}, 0),
        ({"expires": "-1"}, 0),
    ],
)
def test_the_headers_give_the_time_of_freshness(headers: dict[str, str], seconds: float) -> None:
    assert freshness(headers, NOW) == seconds
