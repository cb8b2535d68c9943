"""The items of a feed and their places."""

import random

from playwright.sync_api import expect

from .reading import Item, Reader, feed, item, three
from .scripted import cursor


def test_the_page_asks_from_the_cursor_it_was_rendered_at(reader: Reader) -> None:
    reader.open(feed(three()))
    talk = reader.server.next()
    assert talk.query == [f"news@{cursor(10)}"]
    assert talk.offered == "stoppress.v1"
    assert reader.ask("document.querySelector('live-feed').dataset.state") == "connecting"
    talk.greet(10)
    reader.wait_for("live")
    assert reader.ask("document.querySelector('live-feed').dataset.transport") == "ws"


def test_new_items_are_placed_by_their_order(reader: Reader) -> None:
    talk = reader.read(three())
    talk.put(item(4, "4"))
    talk.put(item(5, "2.5"))
    talk.put(item(6, "0"))
    talk.put(item(0, "2"))
    reader.wait_until(14)
    assert reader.keys == [f"article:{n}" for n in (4, 3, 5, 0, 2, 1, 6)]
    made = reader.page.locator(reader.article(5))
    assert made.get_attribute("data-version") == "1"
    assert made.get_attribute("data-order") == "2.5"
    assert made.locator("a").text_content() == "Story 5"
    assert made.locator("a").get_attribute("href") == "/articles/5/"


def test_the_current_item_stays_marked_when_it_changes_and_when_it_comes_back(
    reader: Reader,
) -> None:
    talk = reader.read(three(), current="article:2")
    talk.put(item(2, "2", 2, headline="Story two"))
    talk.put(item(3, "3", 2, headline="Story three"))
    reader.wait_until(12)
    marked = reader.page.locator("[aria-current=true]")
    expect(marked).to_have_attribute("data-key", "article:2")
    expect(marked.locator("a")).to_have_text("Story two")


def test_a_correction_keeps_the_element_its_focus_and_the_typed_text(reader: Reader) -> None:
    talk = reader.read(three())
    reader.ask(
        "key => { window.kept = document.querySelector(key);"
        " window.kept.querySelector('textarea').focus() }",
        reader.article(2),
    )
    reader.page.keyboard.type("a reader's note")
    corrected = {"text": "The mayor is called Ann.", "date": "2026-11-22"}
    talk.put(item(2, "2", 2, headline="Story two", correction=corrected))
    reader.wait_until(11)
    assert reader.keys == ["article:3", "article:2", "article:1"]
    assert reader.ask("key => document.querySelector(key) === window.kept", reader.article(2))
    assert reader.ask("document.activeElement.value") == "a reader's note"
    assert reader.ask("document.activeElement === window.kept.querySelector('textarea')")
    article = reader.page.locator(reader.article(2))
    assert article.get_attribute("data-version") == "2"
    assert article.get_attribute("data-fresh") == "changed"
    assert article.locator("a").text_content() == "Story two"
    expect(article.get_by_text("Corrected: The mayor is called Ann.")).to_be_visible()
    talk.put(item(2, "2", 3, correction=None))
    reader.wait_until(12)
    expect(article.get_by_text("Corrected:")).to_be_hidden()


def test_an_item_moves_only_when_its_order_changes(reader: Reader) -> None:
    talk = reader.read(three())
    reader.ask(
        "key => { window.kept = document.querySelector(key);"
        " window.kept.querySelector('textarea').focus() }",
        reader.article(1),
    )
    talk.put(item(1, "9", 2))
    reader.wait_until(11)
    assert reader.keys == ["article:1", "article:3", "article:2"]
    assert reader.ask("key => document.querySelector(key) === window.kept", reader.article(1))
    assert reader.ask("document.activeElement === window.kept.querySelector('textarea')")


def test_removed_items_disappear_and_the_empty_notice_appears(reader: Reader) -> None:
    talk = reader.read([item(2, "2"), item(1, "1")])
    notice = reader.page.locator("[data-when-empty]")
    expect(notice).to_be_hidden()
    talk.remove("article:2", 2)
    talk.remove("article:1", 2, redacts=True)
    reader.wait_until(12)
    assert reader.keys == []
    expect(notice).to_be_visible()
    talk.put(item(2, "2", 3))
    reader.wait_until(13)
    expect(notice).to_be_hidden()


def test_an_item_of_an_older_version_changes_nothing_and_its_event_is_dispatched(
    reader: Reader,
) -> None:
    talk = reader.read(three())
    talk.put(item(3, "0", 0, headline="Stale"))
    talk.remove("article:2", 4)
    talk.put(item(2, "2", 4, headline="Stale"))
    reader.wait_until(13)
    assert reader.keys == ["article:3", "article:1"]
    assert reader.page.get_by_text("Stale").count() == 0
    assert reader.ask("window.frames_seen") == [
        ["event", "article:3", 3],
        ["event", "article:2", 2],
        ["event", "article:2", 2],
    ]


def test_above_the_limit_the_lowest_drops_out_and_the_floor_rises(reader: Reader) -> None:
    talk = reader.read(three(), limit="3", data_floor="1")
    talk.put(item(4, "4"))
    talk.put(item(5, "1.5"))
    talk.put(item(3, "0.5", 2))
    reader.wait_until(13)
    assert reader.keys == ["article:4", "article:2"]
    assert reader.page.locator("live-feed").get_attribute("data-floor") == "2"


def test_a_snapshot_replaces_everything_and_keeps_the_elements_of_kept_keys(reader: Reader) -> None:
    talk = reader.read([item(3, "3", 7), item(2, "2", 7), item(1, "1", 7)])
    reader.ask("key => { window.kept = document.querySelector(key) }", reader.article(2))
    items = [item(4, "4"), item(1, "3"), item(2, "2", 3, headline="From the backup")]
    talk.snapshot(5, items, reason="fork", cursor=cursor(5, 1), limit=3, floor="2")
    reader.wait_until(5, 1)
    assert reader.keys == ["article:4", "article:1", "article:2"]
    assert reader.ask("key => document.querySelector(key) === window.kept", reader.article(2))
    assert reader.page.get_by_text("From the backup").count() == 1
    talk.say({
        "type": "event", "stream": "news", "after": cursor(5, 1), "cursor": cursor(6, 1),
        "op": "put", "key": "article:2", "item": item(2, "2", 4, headline="And onwards"),
    })  # fmt: skip
    reader.wait_until(6, 1)
    assert reader.page.get_by_text("And onwards").count() == 1
    assert reader.ask("window.frames_seen.map(([type]) => type)") == ["snapshot", "event"]


def test_a_feed_without_a_cursor_asks_for_a_snapshot(reader: Reader) -> None:
    reader.open(feed([], None))
    talk = reader.server.next()
    assert talk.query == ["news"]
    talk.hello()
    talk.snapshot(4, three())
    reader.wait_until(4)
    assert reader.keys == ["article:3", "article:2", "article:1"]
    assert reader.page.locator("[data-fresh]").count() == 0


def test_an_unknown_operation_moves_the_cursor_and_changes_nothing(reader: Reader) -> None:
    talk = reader.read(three())
    talk.tell({"op": "pin", "key": "article:1", "item": item(1, "9", 9)})
    talk.say({"type": "weather", "stream": "news", "sky": "clear"})
    talk.put(item(4, "4", surprise={"new": "field"}))
    reader.wait_until(12)
    assert reader.keys == ["article:4", "article:3", "article:2", "article:1"]
    assert talk.open


def test_new_items_are_announced_as_a_number(reader: Reader) -> None:
    talk = reader.read(three())
    announcement = reader.page.locator("[data-announce]")
    expect(announcement).to_have_attribute("aria-live", "polite")
    talk.put(item(4, "4"))
    talk.put(item(3, "3", 2))
    expect(announcement).to_have_text("One new story")
    talk.put(item(5, "5"))
    talk.put(item(6, "6"))
    expect(announcement).to_have_text("2 new stories")


def test_a_paused_feed_holds_news_back_but_not_withdrawals(reader: Reader) -> None:
    talk = reader.read(three())
    reader.ask("document.querySelector('live-feed').pause()")
    reader.wait_for("paused")
    talk.put(item(4, "4"))
    talk.put(item(3, "3", 2, headline="Held"))
    talk.put(item(5, "5"))
    talk.remove("article:5", 2, redacts=True)
    talk.remove("article:2", 2, redacts=True)
    reader.wait_until(15)
    assert reader.keys == ["article:3", "article:1"]
    assert reader.page.get_by_text("Held").count() == 0
    reader.ask("document.querySelector('live-feed').resume()")
    reader.wait_for("live")
    assert reader.keys == ["article:4", "article:3", "article:1"]
    assert reader.page.get_by_text("Held").count() == 1


def test_the_page_equals_the_log_after_random_events(reader: Reader) -> None:
    chance = random.Random(11)
    talk = reader.read([])
    shown: dict[str, Item] = {}
    for version in range(1, 301):
        number = chance.randrange(25)
        if f"article:{number}" in shown and chance.random() < 0.3:
            del shown[f"article:{number}"]
            talk.remove(f"article:{number}", version)
            continue
        fresh = item(number, f"{chance.randrange(90):02}", version, headline=f"v{version}")
        shown[fresh["key"]] = fresh
        talk.put(fresh)
    reader.wait_until(310)
    expected = sorted(shown.values(), key=lambda one: one["key"])
    expected.sort(key=lambda one: one["order"], reverse=True)
    assert reader.ask(
        "[...document.querySelectorAll('article')].map("
        "a => [a.dataset.key, a.querySelector('a').text])"
    ) == [[one["key"], one["headline"]] for one in expected]
