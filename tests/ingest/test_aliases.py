"""`Aliases`: items are found though their key has changed."""

from datetime import timedelta

from stoppress.ingest.aliases import Aliases

from .stories import NINE, known, story


def test_an_id_that_moved_to_https_is_the_same_item() -> None:
    old = known(story(id="http://www.x.example/?p=1", link=""))
    new = story(id="https://x.example/?p=1", link="", headline="Another headline", published=None)
    assert Aliases([new], [old]).take(new) == old


def test_a_new_id_at_the_same_link_and_date_is_the_same_item() -> None:
    old = known(story(id="1"))
    new = story(id="2", link="http://x.example/1?utm_source=rss", headline="Another headline")
    assert Aliases([new], [old]).take(new) == old


def test_a_new_id_at_the_same_link_but_another_date_is_another_item() -> None:
    old, new = known(story(id="1")), story(id="2", published=NINE + timedelta(days=1))
    assert Aliases([new], [old]).take(new) is None


def test_without_a_date_the_headline_decides() -> None:
    old = known(story(id="1", published=None))
    same, other = story(id="2"), story(id="2", headline="Another")
    assert Aliases([same], [old]).take(same) == old
    assert Aliases([other], [old]).take(other) is None


def test_a_link_that_several_stories_share_identifies_none() -> None:
    old, one, two = known(story(id="1")), story(id="2"), story(id="3")
    assert Aliases([one, two], [old]).take(one) is None
    assert Aliases([one], [old, known(story(id="0"))]).take(one) is None


def test_an_id_that_two_stories_share_identifies_neither() -> None:
    old = known(story(id="http://x.example/1", link=""))
    one, two = (
        story(id="https://x.example/1", link=""),
        story(id="https://www.x.example/1", link=""),
    )
    aliases = Aliases([one, two], [old])
    assert (aliases.take(one), aliases.take(two)) == (None, None)


def test_an_item_is_given_to_one_story_only() -> None:
    old = known(story(id="http://x.example/1"))
    by_id = story(id="https://x.example/1", link="https://x.example/other")
    by_link = story(id="2")
    aliases = Aliases([by_id, by_link], [old])
    assert (aliases.take(by_id), aliases.take(by_link)) == (old, None)


def test_a_story_without_a_link_and_an_address_as_id_has_no_alias() -> None:
    old, new = known(story(id="1", link="")), story(id="2", link="")
    assert Aliases([new], [old]).take(new) is None


def test_an_id_that_counts_edits_at_the_same_link_is_the_same_item() -> None:
    old = known(story(id="https://x.example/1#0"))
    new = story(id="https://x.example/1#1", headline="Another", published=NINE + timedelta(days=1))
    assert Aliases([new], [old]).take(new) == old


def test_an_item_without_an_id_is_identified_by_its_normalised_link() -> None:
    old = known(story(id="", link="http://x.example/1?utm_source=a"))
    new = story(id="", headline="Another", published=NINE + timedelta(days=1))
    assert Aliases([new], [old]).take(new) == old


def test_an_item_without_an_id_may_count_its_edits_in_the_link() -> None:
    old = known(story(id="", link="https://x.example/1?v=1"))
    new = story(id="", link="https://x.example/1?v=2", headline="Another", published=None)
    assert Aliases([new], [old]).take(new) == old


def test_two_stories_without_an_id_at_one_link_are_not_the_known_item() -> None:
    old = known(story(id="", link="http://x.example/1?utm_source=a"))
    one, two = story(id="", headline="One"), story(id="", headline="Two")
    aliases = Aliases([one, two], [old])
    assert (aliases.take(one), aliases.take(two)) == (None, None)


def test_at_the_front_page_another_headline_is_another_story() -> None:
    front = "https://x.example/"
    old = known(story(id="a9f", link=front))
    assert Aliases([new := story(id="k2x", link=front, headline="Other")], [old]).take(new) is None
    assert Aliases([new := story(id="k2x", link=front)], [old]).take(new) == old
