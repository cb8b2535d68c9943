"""Another process folds a quiet article's stream while a server has it in its memory."""

import json
import time
from urllib.request import urlopen

import pytest

PUBLISH = """
from stoppress.newsroom.publishing import create_article, publish_article, update_article
from stoppress.live.log.history import read_head
article = create_article({"headline": "First", "body": "Words."})
before = read_head(article.stream).cursor
article = update_article(publish_article(article), {"headline": "Second"})
print(article.stream, before, read_head(article.stream).cursor)
"""
FOLD = """
from datetime import timedelta
from django.core.management import call_command
from stoppress.live.models import LoggedEvent
from django.utils import timezone
LoggedEvent.objects.update(time=timezone.now() - timedelta(days=31))
call_command("trim")
"""
UPDATE = """
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import update_article
update_article(Article.objects.get(), {"headline": "Third"})
"""


def poll(server, stream, cursor):
    with urlopen(f"{server.url}/live/poll?stream={stream}@{cursor}") as answer:
        return json.load(answer)["frames"]


def polled(server, stream, cursor, kinds):
    """Poll until the server knows what another process has committed; return the frames."""
    frames = []
    while [frame["type"] for frame in frames] != kinds:
        frames = poll(server, stream, cursor)
        time.sleep(0.05)  # between two looks
    return frames


@pytest.mark.slow("it starts a server, and a command")
def test_readers_who_return_to_a_quiet_article_have_the_content_of_the_log(serve):
    server = serve()
    shell = server.shell
    stream, before, head = shell(PUBLISH).split()
    polled(server, stream, before, ["event", "event", "live"])
    assert "6 events were trimmed" in shell(FOLD)  # of news, the story and the wire
    snapshot, live = polled(server, stream, before, ["snapshot", "live"])
    assert (snapshot["reason"], snapshot["cursor"]) == ("trimmed", head)
    assert [item["headline"] for item in snapshot["items"]] == ["Second"]
    assert live == {"type": "live", "stream": stream, "cursor": head}
    assert poll(server, stream, head) == [live]
    shell(UPDATE)
    event, live = polled(server, stream, head, ["event", "live"])
    assert (event["after"], event["item"]["headline"]) == (head, "Third")
    assert event["cursor"].startswith("3-") and live["cursor"] == event["cursor"]
