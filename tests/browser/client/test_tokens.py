"""A feed reads with a bearer token, which goes to its own address and to no other."""

from queue import Empty

import pytest
from playwright.sync_api import expect

from .reading import Reader, feed, item, three
from .scripted import Conversation, cursor

PRIVATE = feed(three(), 10, "orders:7")
PROTOCOL = "stoppress.v1"


def authorize(reader: Reader, token: str | None, nth: int = 0) -> None:
    """Give a feed of the page a token."""
    reader.page.evaluate(
        "([nth, token]) => document.querySelectorAll('live-feed')[nth].authorize(token)",
        [nth, token],
    )


def following(reader: Reader) -> Conversation:
    """Return the next connection, once it follows the private stream.

    A browser that closes one before that may give any code.
    """
    talk = reader.server.next()
    talk.greet(10, "orders:7")
    reader.wait_for("live")
    return talk


def elsewhere(address: str) -> str:
    """Return a feed that reads from another address."""
    return feed([], 5, "section:town").replace("<live-feed", f'<live-feed src="{address}"')


def test_a_token_is_sent_only_to_the_address_of_its_feed(reader: Reader) -> None:
    reader.open(PRIVATE + elsewhere("/live/ws?other"))
    talks = {talk.query[0].split("@")[0]: talk for talk in (reader.server.next() for _ in range(2))}
    talks["orders:7"].greet(10, "orders:7")
    reader.wait_for("live")
    authorize(reader, "a+b/c=")
    again = reader.server.next()
    assert again.query == [f"orders:7@{cursor(10)}"]
    assert again.offered == f"{PROTOCOL}, stoppress.token.a%2Bb%2Fc%3D"
    assert talks["orders:7"].closed() == 1000
    other = talks["section:town"]
    assert other.offered == PROTOCOL
    other.hello()
    other.position = 5
    other.cut()
    assert reader.server.next().offered == PROTOCOL


def test_an_expired_token_is_replaced_by_the_next_one(reader: Reader) -> None:
    reader.open(PRIVATE)
    reader.server.next().close(4401, "not signed in: orders:7")
    reader.wait_for("stopped")
    authorize(reader, "one")
    talk = reader.server.next()
    talk.greet(10, "orders:7")
    reader.wait_for("live")
    talk.put(item(4, "4"), stream="orders:7")
    talk.close(4401, "not signed in: orders:7")
    reader.wait_for("stopped")
    authorize(reader, "one")  # the same again asks for nothing
    authorize(reader, "two")
    talk = reader.server.next()
    assert talk.offered.endswith("stoppress.token.two")
    assert talk.query == [f"orders:7@{cursor(11)}"]
    talk.greet(11, "orders:7")
    reader.wait_for("live")
    authorize(reader, None)
    assert talk.closed() == 1000
    assert reader.server.next().offered == PROTOCOL


def test_a_feed_that_was_refused_beside_others_comes_back(reader: Reader) -> None:
    reader.open(PRIVATE + feed([], 5, "section:town"))
    reader.server.next().close(4401, "not signed in: orders:7")
    public = reader.server.next()
    assert public.query == [f"section:town@{cursor(5)}"]
    public.greet(5, "section:town")
    feeds = reader.page.locator("live-feed")
    expect(feeds.nth(1)).to_have_attribute("data-state", "live")
    authorize(reader, "one")
    both = reader.server.next()
    assert both.query == [f"orders:7@{cursor(10)}", f"section:town@{cursor(5)}"]
    both.greet(10, "orders:7")
    expect(feeds.nth(0)).to_have_attribute("data-state", "live")


def test_a_feed_may_have_its_token_before_it_is_on_the_page(reader: Reader) -> None:
    reader.open(feed(three()))
    reader.server.next().greet(10)
    reader.wait_for("live")
    reader.ask(
        """() => {
          const feed = document.createElement('live-feed')
          feed.authorize('one')
          feed.setAttribute('stream', 'orders:7')
          feed.setAttribute('src', '/live/ws?app')
          document.body.append(feed)
        }"""
    )
    talk = reader.server.next()
    assert talk.query == ["orders:7"]
    assert talk.offered.endswith("stoppress.token.one")
    with pytest.raises(Empty):  # the page's own connection stays as it is
        reader.server.next(timeout=0.3)


def test_the_next_feed_of_an_address_does_not_inherit_the_token(reader: Reader) -> None:
    reader.open(PRIVATE)
    following(reader)
    authorize(reader, "anna")
    talk = following(reader)
    assert talk.offered.endswith("stoppress.token.anna")
    reader.ask("window.old = document.querySelector('live-feed'); window.old.remove()")
    assert talk.closed() == 1000
    reader.ask("document.body.append(window.old.cloneNode())")
    assert following(reader).offered == PROTOCOL
    reader.ask("document.querySelector('live-feed').remove(); document.body.append(window.old)")
    assert reader.server.next().offered.endswith("stoppress.token.anna")
