"""The client's rule, as a server sees it kept."""

from typing import Any

from playwright.sync_api import expect

from .reading import Reader, item, three
from .scripted import cursor


def test_the_page_reconnects_with_its_cursor_after_a_cut(reader: Reader) -> None:
    talk = reader.read(three())
    talk.put(item(4, "4"))
    reader.wait_until(11)
    notice = reader.page.locator("[data-connection]")
    expect(notice).to_be_hidden()
    reader.server.refuse = 1
    talk.cut()
    reader.wait_for_loss()
    expect(notice).to_have_text("Connecting again")
    expect(notice).to_be_visible()
    again = reader.server.next()
    assert again.query == [f"news@{cursor(11)}"]
    again.hello()
    again.position = 11
    again.put(item(5, "5"))
    reader.wait_until(12)
    again.say({"type": "live", "stream": "news", "cursor": cursor(12)})
    reader.wait_for("live")
    expect(notice).to_be_hidden()
    assert reader.keys[:2] == ["article:5", "article:4"]


def test_a_gap_makes_the_page_ask_again_from_its_cursor(reader: Reader) -> None:
    talk = reader.read(three())
    talk.position = 12
    talk.put(item(4, "4"))
    assert talk.closed() == 4000
    again = reader.server.next()
    assert again.query == [f"news@{cursor(10)}"]
    assert reader.keys == ["article:3", "article:2", "article:1"]


def test_an_event_that_comes_twice_is_dropped(reader: Reader) -> None:
    talk = reader.read(three())
    talk.put(item(4, "4"))
    talk.position = 10
    talk.put(item(4, "4"))
    talk.position = 3
    talk.put(item(9, "9"))
    talk.position = 11
    talk.put(item(5, "5"))
    reader.wait_until(12)
    assert reader.keys[:3] == ["article:5", "article:4", "article:3"]
    assert talk.open
    assert len(reader.ask("window.frames_seen")) == 2


def test_an_invalid_frame_makes_the_page_ask_again(reader: Reader) -> None:
    talk = reader.read(three())
    for text in ("not json", "null", "7"):
        talk.say(text)
        assert talk.closed() == 4000
        talk = reader.server.next()
        talk.greet(10)


def test_a_heartbeat_is_answered_with_the_cursors_of_the_page(reader: Reader) -> None:
    talk = reader.read(three())
    talk.say(heartbeat(10))
    answer = talk.received.get(timeout=20)
    assert answer == {"type": "applied", "cursors": {"news": cursor(10)}, "delay_ms": 0}
    talk.put(item(4, "4"), time="2026-11-22T08:59:59.500Z")
    talk.say(heartbeat(11))
    answer = talk.received.get(timeout=20)
    assert answer["cursors"] == {"news": cursor(11)}
    assert 500 <= answer["delay_ms"] < 5000


def heartbeat(position: int) -> dict[str, Any]:
    return {
        "type": "heartbeat",
        "time": "2026-11-22T09:00:00.000Z",
        "cursors": {"news": cursor(position)},
    }


def test_a_heartbeat_at_another_cursor_makes_the_page_ask_again(reader: Reader) -> None:
    talk = reader.read(three())
    talk.say(heartbeat(11))
    assert talk.closed() == 4000
    assert reader.server.next().query == [f"news@{cursor(10)}"]
