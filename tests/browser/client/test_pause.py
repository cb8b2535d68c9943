"""A reader may pause, sees what is new to him, and is told how much it is."""

from playwright.sync_api import expect

from .reading import Reader, feed, item, three

BUTTON = '<button data-pause="news" data-resume="Go on" hidden>Pause</button>'


def test_a_pause_holds_all_but_withdrawals_until_the_reader_resumes(reader: Reader) -> None:
    reader.open(BUTTON + feed(three(), limit="3", data_floor="1"))
    talk = reader.server.next()
    talk.greet(10)
    reader.wait_for("live")
    reader.ask(
        "window.states = []; document.addEventListener('stoppress:state',"
        " ({ detail }) => window.states.push(detail.state, detail.since <= Date.now()))"
    )
    button = reader.page.locator("[data-pause]")
    reader.page.keyboard.press("Tab")
    expect(button).to_be_focused()
    reader.page.keyboard.press("Enter")
    reader.wait_for("paused")
    expect(button).to_have_text("Go on")
    talk.put(item(4, "4"))
    talk.put(item(5, "5"))
    talk.put(item(3, "3", 2, headline="Changed"))
    talk.remove("article:2", 2, redacts=True)
    reader.wait_until(14)
    # Nothing comes, so nothing is dropped for it either.
    assert reader.keys == ["article:3", "article:1"]
    assert reader.page.get_by_text("Changed").count() == 0
    expect(reader.page.locator("[data-new-count]")).to_have_text("2 more")
    expect(reader.page.locator("[data-announce]")).to_be_empty()
    reader.page.keyboard.press(" ")
    reader.wait_for("live")
    expect(button).to_have_text("Pause")
    assert reader.keys == ["article:5", "article:4", "article:3"]
    assert reader.page.get_by_text("Changed").count() == 1
    expect(reader.page.locator("[data-new-count]")).to_be_hidden()
    expect(reader.page.locator("[data-announce]")).to_have_text("2 new stories")
    assert reader.ask("window.states") == ["paused", True, "live", True]


def test_items_shown_by_the_button_are_not_announced_again(reader: Reader) -> None:
    reader.open(BUTTON + feed(three()).replace('data-every="0.2"', 'data-every="1"'))
    talk = reader.server.next()
    talk.greet(10)
    reader.wait_for("live")
    reader.page.locator("[data-pause]").click()
    talk.put(item(4, "4"))
    reader.page.locator("[data-new-count]").click()
    expect(reader.page.locator(reader.article(4)).locator("a")).to_be_focused()
    reader.page.locator("[data-pause]").click()
    # The next sentence counts from here.
    talk.put(item(5, "5"))
    expect(reader.page.locator("[data-announce]")).to_have_text("One new story")


def test_new_items_are_marked_until_they_have_been_on_the_screen(reader: Reader) -> None:
    reader.server.style = "article { height: 500px }"
    talk = reader.read(three())
    talk.put(item(4, "4"))
    talk.put(item(0, "0"))
    talk.put(item(3, "3", 2))
    reader.wait_until(13)
    unseen = "[...document.querySelectorAll('[data-unseen]')].map(it => it.dataset.key)"
    assert reader.ask(unseen) == ["article:4", "article:0"]
    expect(reader.page.locator(reader.article(4))).not_to_have_attribute("data-unseen", "")
    assert reader.ask(unseen) == ["article:0"]
    reader.page.locator(reader.article(0)).scroll_into_view_if_needed()
    expect(reader.page.locator("[data-unseen]")).to_have_count(0)


def test_2000_events_leave_nothing_behind(reader: Reader) -> None:
    """The heap after a forced collection is at most 1.5 times what it was."""
    articles = [item(n, f"{n:05}", body=[["p", "Words. " * 50]]) for n in range(30, 0, -1)]
    talk = reader.read(articles, data_floor="00001")
    tools = reader.page.context.new_cdp_session(reader.page)
    tools.send("Performance.enable")

    def heap() -> float:
        tools.send("HeapProfiler.collectGarbage")
        metrics = tools.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize"))

    def put(first: int, last: int) -> None:
        for n in range(first, last + 1):
            talk.put(item(n, f"{n:05}", body=[["p", "Words. " * 50]]))
        reader.wait_until(last - 20)
        reader.ask("window.frames_seen.length = 0")

    # What the browser compiles on the way is no part of what is kept.
    put(31, 130)
    before = heap()
    put(131, 2130)
    assert reader.keys == [f"article:{n}" for n in range(2130, 2100, -1)]
    assert heap() <= 1.5 * before
