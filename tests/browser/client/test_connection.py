"""When a page leaves, when it comes back, and when it stops."""

from queue import Empty

import pytest
from playwright.sync_api import expect

from .reading import Reader, feed, item, three
from .scripted import cursor


def test_after_goodbye_the_page_comes_back_within_the_window(reader: Reader) -> None:
    reader.page.add_init_script("Math.random = () => 0.1")
    reader.page.clock.install()
    talk = reader.read(three())
    talk.say({"type": "goodbye", "reason": "restart", "within": 2000})
    talk.close(1012, "restart")
    reader.wait_for_loss()
    # Waking up must not shorten a wait that the server has named.
    reader.ask("dispatchEvent(new Event('online'))")
    reader.page.clock.fast_forward(100_000)
    with pytest.raises(Empty):
        reader.server.next(timeout=0.5)
    reader.page.clock.fast_forward(100_000)
    assert reader.server.next().query == [f"news@{cursor(10)}"]


def test_the_page_leaves_a_server_within_the_window_after_goodbye(reader: Reader) -> None:
    talk = reader.read(three())
    talk.say({"type": "goodbye", "reason": "draining", "within": 0.5})
    assert talk.closed() == 1000
    assert reader.server.next().query == [f"news@{cursor(10)}"]


def test_a_server_that_is_leaving_already_names_the_window_in_its_reason(reader: Reader) -> None:
    reader.page.add_init_script("Math.random = () => 0.1")
    reader.page.clock.install()
    reader.open(feed(three()))
    reader.server.next().close(1012, "restart, come back within 2000 s")
    reader.wait_for_loss()
    reader.page.clock.fast_forward(100_000)
    with pytest.raises(Empty):
        reader.server.next(timeout=0.5)
    reader.page.clock.fast_forward(100_000)
    reader.server.next()


@pytest.mark.parametrize("code", [4400, 4401, 4403, 4404, 4409])
def test_a_permanent_refusal_stops_the_page_with_a_message(reader: Reader, code: int) -> None:
    reader.open(feed(three()))
    talk = reader.server.next()
    talk.close(code, "no")
    reader.wait_for("stopped")
    expect(reader.page.locator("[data-connection]")).to_have_text("No more news here")
    assert reader.page.locator("live-feed").get_attribute("data-code") == str(code)
    reader.ask("dispatchEvent(new Event('online'))")
    with pytest.raises(Empty):
        reader.server.next(timeout=0.7)


@pytest.mark.parametrize("code", [1001, 1011, 1012, 4001, 4002, 4003])
def test_the_page_reconnects_after_any_other_close(reader: Reader, code: int) -> None:
    talk = reader.read(three())
    talk.close(code)
    assert reader.server.next().query == [f"news@{cursor(10)}"]


def test_a_page_refused_for_too_many_connections_waits_as_long_as_the_reason_says(
    reader: Reader,
) -> None:
    reader.page.clock.install()
    talk = reader.read(three())
    talk.close(4429, "retry in 200.2 s")
    reader.wait_for_loss()
    reader.ask("dispatchEvent(new Event('online'))")
    reader.page.clock.fast_forward(100_000)
    with pytest.raises(Empty):
        reader.server.next(timeout=0.5)
    reader.page.clock.fast_forward(101_000)
    reader.server.next()


def test_an_overloaded_server_is_given_full_jitter(reader: Reader) -> None:
    reader.page.add_init_script("Math.random = () => 0.9")
    reader.page.clock.install()
    talk = reader.read(three())
    talk.close(4008, "overloaded")
    reader.wait_for_loss()
    with pytest.raises(Empty):
        reader.server.next(timeout=1)
    reader.page.clock.fast_forward(18_000)
    reader.server.next()


def test_the_page_leaves_a_server_whose_heartbeat_is_overdue(reader: Reader) -> None:
    reader.page.clock.install()
    talk = reader.read(three())
    talk.hello(heartbeat=2)
    talk.put(item(4, "4"))
    reader.wait_until(11)
    reader.page.clock.fast_forward(11_000)
    assert talk.open
    talk.put(item(5, "5"))
    reader.wait_until(12)
    reader.page.clock.fast_forward(11_000)
    assert talk.open
    reader.page.clock.fast_forward(2_000)
    assert talk.closed() == 4000
    reader.wait_for_loss()
    reader.page.clock.fast_forward(1_000)
    assert reader.server.next().query == [f"news@{cursor(12)}"]


def test_a_page_that_wakes_up_checks_the_clock_at_once(reader: Reader) -> None:
    reader.page.clock.install()
    talk = reader.read(three())
    reader.ask("dispatchEvent(new Event('online'))")
    assert talk.open
    # The machine sleeps: time goes by, and no timer rings.
    reader.ask("const now = Date.now; Date.now = () => now() + 60_000")
    for wake in ("online", "pageshow"):
        reader.ask("name => { dispatchEvent(new Event(name)) }", wake)
    assert talk.closed() == 4000
    reader.server.next()


def test_a_waiting_page_reconnects_as_soon_as_it_is_online(reader: Reader) -> None:
    talk = reader.read(three())
    reader.page.clock.install()
    talk.cut()
    reader.wait_for_loss()
    reader.ask("dispatchEvent(new Event('online'))")
    reader.server.next()


def test_a_hidden_page_leaves_and_a_shown_one_comes_back(reader: Reader) -> None:
    talk = reader.read(three())
    reader.ask("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert talk.closed() == 1000
    reader.ask("dispatchEvent(new Event('online'))")
    with pytest.raises(Empty):
        reader.server.next(timeout=0.5)
    reader.ask("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    again = reader.server.next()
    assert again.query == [f"news@{cursor(10)}"]
    again.greet(10)
    reader.wait_for("live")


def test_a_page_that_goes_offline_shows_it_at_once_with_the_time(reader: Reader) -> None:
    talk = reader.read(three())
    reader.page.clock.set_fixed_time("2026-11-22T09:05:00Z")
    reader.page.context.set_offline(True)
    reader.wait_for("offline")
    line = reader.page.locator("[data-connection]")
    expect(line).to_have_text("No connection since 18:05")  # Tokyo's
    talk.closed()
    reader.page.context.set_offline(False)
    again = reader.server.next()
    again.greet(10)
    reader.wait_for("live")
    expect(line).to_be_hidden()


def test_a_second_1008_is_obeyed(reader: Reader) -> None:
    reader.read(three()).close(1008, "not here")
    talk = reader.server.next()
    talk.hello()
    talk.close(1008, "not here")
    reader.wait_for("stopped")
    assert reader.page.locator("live-feed").get_attribute("data-code") == "1008"
