"""A feed that a real server polls by itself."""

import json
import urllib.request
from collections.abc import Callable

import pytest

from tests.ingest.test_follow import item, rss
from tests.services.serve import Server
from tests.services.web import Web
from tests.webhooks.waiting import wait_for

# The shortest interval is a minute, which is long for a test.
MAKE_DUE = """
from django.db.models.functions import Now
from stoppress.ingest.models import Source
Source.objects.update(next_poll=Now())
"""
TOLD = """
import json
from stoppress.live.models import LoggedEvent
rows = LoggedEvent.objects.filter(stream="news").order_by("position")
print(json.dumps([row.key for row in rows]))
"""


@pytest.mark.backend("sqlite", "postgres")
@pytest.mark.slow("it starts a server")
def test_a_later_entry_of_a_feed_is_shown_on_the_front_page(
    serve: Callable[..., Server], web: Web
) -> None:
    server = serve(env={"STOPPRESS_FETCH_PRIVATE": "1"})
    server.run("follow", web.serve("/feed", rss(item(1)), etag='"1"'))
    web.serve("/feed", rss(item(1), item(2, headline="Bridge opens")), etag='"2"')

    def front_page() -> str:
        with urllib.request.urlopen(server.url, timeout=30) as page:
            return str(page.read().decode())

    assert "Bridge opens" not in front_page()
    server.shell(MAKE_DUE)
    wait_for(lambda: "Bridge opens" in front_page())
    asked = len(web.requests)
    server.shell(MAKE_DUE)
    wait_for(lambda: len(web.requests) > asked)
    assert web.requests[-1][1]["if-none-match"] == '"2"'
    assert server.stop() == 0
    told = json.loads(server.shell(TOLD))
    assert len(told) == len(set(told)) == 2  # nothing twice
