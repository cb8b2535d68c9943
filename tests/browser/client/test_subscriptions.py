"""Several feeds on one page."""

import json
from queue import Empty

import pytest
from playwright.sync_api import expect

from .reading import Reader, feed, item, three
from .scripted import cursor


def test_two_feeds_of_one_stream_share_one_subscription(reader: Reader) -> None:
    body = feed(three()) + feed(three()[:2], 8) + feed([], None, "section:world")
    reader.open(body)
    talk = reader.server.next()
    assert talk.query == [f"news@{cursor(8)}", "section:world"]
    talk.hello()
    talk.position = 8
    talk.put(item(2, "2", 1))
    talk.put(item(1, "1", 1))
    talk.say({"type": "live", "stream": "news", "cursor": cursor(10)})
    talk.put(item(4, "4"))
    talk.snapshot(3, [item(4, "4")], stream="section:world")
    talk.say({"type": "live", "stream": "section:world", "cursor": cursor(3)})
    feeds = reader.page.locator("live-feed")
    expect(feeds.nth(2)).to_have_attribute("data-state", "live")
    expect(feeds.nth(1)).to_have_attribute("data-state", "live")
    shown = reader.ask(
        "[...document.querySelectorAll('live-feed')].map("
        "feed => [...feed.querySelectorAll('article')].map("
        "article => article.dataset.key.slice(8)))"
    )
    assert shown == [["4", "3", "2", "1"], ["4", "3", "2", "1"], ["4"]]
    with pytest.raises(Empty):
        reader.server.next(timeout=0.5)


def test_added_and_removed_feeds_change_the_subscription(reader: Reader) -> None:
    reader.open(feed(three()) + feed([], 5, "section:world"))
    talk = reader.server.next()
    assert talk.query == [f"news@{cursor(10)}", f"section:world@{cursor(5)}"]
    talk.greet(10)
    reader.wait_for("live")
    # Moved, not removed: nothing to ask for.
    reader.ask("document.body.prepend(document.querySelectorAll('live-feed')[1])")
    with pytest.raises(Empty):
        reader.server.next(timeout=0.3)
    reader.ask("document.querySelectorAll('live-feed')[0].remove()")
    assert talk.closed() == 1000
    again = reader.server.next()
    assert again.query == [f"news@{cursor(10)}"]
    again.greet(10)
    reader.wait_for("live")
    reader.ask("document.querySelector('live-feed').remove()")
    assert again.closed() == 1000


def test_one_refused_stream_does_not_silence_the_others(reader: Reader) -> None:
    reader.open(feed([], 5, "section:nowhere") + feed(three()))
    talk = reader.server.next()
    talk.close(4404, "no such stream: section:nowhere")
    again = reader.server.next()
    assert again.query == [f"news@{cursor(10)}"]
    again.greet(10)
    feeds = reader.page.locator("live-feed")
    expect(feeds.nth(1)).to_have_attribute("data-state", "live")
    expect(feeds.nth(0)).to_have_attribute("data-state", "stopped")


def test_the_address_may_be_named_by_the_page(reader: Reader) -> None:
    reader.open('<meta name="stoppress-live" content="/live/ws?from=meta">' + feed(three()))
    assert reader.server.next().query == [f"news@{cursor(10)}"]


def test_only_the_stream_beyond_the_limit_stops(reader: Reader) -> None:
    reader.open("".join(feed([], 1, f"section:{n:02}") for n in range(65)))
    talk = reader.server.next()
    assert talk.query == [f"section:{n:02}@{cursor(1)}" for n in range(64)]
    feeds = reader.page.locator("live-feed")
    expect(feeds.nth(64)).to_have_attribute("data-state", "stopped")
    expect(feeds.nth(63)).to_have_attribute("data-state", "connecting")


def test_an_answer_for_64_streams_has_as_many_as_a_message_holds(reader: Reader) -> None:
    names = [f"s{n:02}{'x' * 61}" for n in range(64)]
    reader.open("".join(feed([], 1, name) for name in names))
    talk = reader.server.next()
    assert talk.query == [f"{name}@{cursor(1)}" for name in names]
    talk.hello()
    talk.say(
        {
            "type": "heartbeat",
            "time": "2026-11-22T09:00:00.000Z",
            "cursors": dict.fromkeys(names, cursor(1)),
        }
    )
    answer = talk.received.get(timeout=20)
    assert 3500 < len(json.dumps(answer, separators=(",", ":"))) <= 4096
    assert answer["cursors"].items() < dict.fromkeys(names, cursor(1)).items()
