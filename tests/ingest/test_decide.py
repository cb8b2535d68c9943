"""`decide`: new, changed, unchanged and skipped stories."""

from datetime import timedelta

import pytest

from stoppress.ingest.decide import (
    Changed,
    New,
    Skipped,
    Unchanged,
    decide,
    names_to_look_up,
)
from stoppress.ingest.identity import fingerprint, former_body
from stoppress.ingest.story import Story

from .stories import NINE, known, story


def reason(decision: object) -> str:
    assert isinstance(decision, Skipped)
    return decision.reason


def test_a_story_not_seen_before_is_new() -> None:
    assert decide([story()], []) == [New(story(), "urn:1")]


def test_a_known_story_is_unchanged() -> None:
    assert decide([story()], [known(story())]) == [Unchanged(story(), "urn:1", known(story()))]


def test_a_changed_date_is_no_change() -> None:
    later = story(published=NINE + timedelta(hours=1))
    assert isinstance(decide([later], [known(story())])[0], Unchanged)


def test_a_change_names_its_fields() -> None:
    after = story(headline="Fire in the port", body="<p>Three.</p>")
    (decision,) = decide([after], [known(story())])
    assert isinstance(decision, Changed)
    assert decision.fields == {"headline", "body"}


def test_an_alias_hit_is_a_change_and_never_a_new_story() -> None:
    before, after = story(id="1"), story(id="2", headline="Fire in the port")
    (decision,) = decide([after], [known(before)])
    assert isinstance(decision, Changed)
    assert (decision.key, decision.known.key) == ("2", "1")


def test_an_item_that_the_document_still_names_is_no_alias() -> None:
    before, twin = story(id="1"), story(id="2")
    kinds = [type(decision) for decision in decide([twin, before], [known(before)])]
    assert kinds == [New, Unchanged]


def test_nothing_is_decided_about_items_that_left_the_feed() -> None:
    assert decide([], [known(story())]) == []


def test_a_body_stored_before_noise_removal_is_no_change() -> None:
    picture = story(body='<p>Two.</p><img src="https://cdn1.example/a.jpg?w=1" alt="">')
    before = known(picture, fingerprint={**fingerprint(picture), "body": former_body(picture)})
    assert isinstance(decide([picture], [before])[0], Unchanged)
    assert isinstance(decide([story(body="<p>Three.</p>")], [before])[0], Changed)


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        (
            story(id="", link="", headline="Untitled", summary="", body="", published=None),
            "it has no id, no link and no text",
        ),
        (story(id="x" * 2049), "its id is longer than 2,048 bytes"),
        (story(id="ü" * 1025), "its id is longer than 2,048 bytes"),
    ],
)
def test_a_story_that_cannot_be_kept_is_skipped_with_the_reason(odd: Story, words: str) -> None:
    skipped, kept = decide([odd, story()], [])
    assert reason(skipped) == words
    assert isinstance(kept, New)


def test_a_repeated_story_is_skipped() -> None:
    _, twin = decide([story(), story()], [])
    assert reason(twin) == "it repeats an entry above it"


def test_every_name_that_a_decision_asks_for_is_looked_up() -> None:
    stories = [story(id="http://x.example/1"), story(id="http://x.example/1", headline="B")]
    keys, ids, links = names_to_look_up(stories)
    assert {decision.key for decision in decide(stories, []) if isinstance(decision, New)} <= keys
    assert (ids, links) == ({"x.example/1"}, {"x.example/1"})


def test_hundreds_of_known_stories_are_unchanged() -> None:
    stories = [story(id=f"urn:{n}", link=f"https://x.example/{n}") for n in range(500)]
    memory = [known(each) for each in stories]
    assert all(isinstance(decision, Unchanged) for decision in decide(stories, memory))
