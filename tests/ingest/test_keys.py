"""Keys of stories, even if a publisher gives several items one id."""

from datetime import timedelta

from stoppress.ingest.keys import assign_keys, possible_keys, repeated_names
from stoppress.ingest.known import Known
from stoppress.ingest.story import Story

from .stories import NINE, known, story

A = story(id="g", link="https://x.example/a", headline="A")
B = story(id="g", link="https://x.example/b", headline="B")
C = story(id="g", link="https://x.example/c", headline="C")
A_AT_HOME = story(id="g", link="https://x.example/", headline="A")
B_AT_HOME = story(id="g", link="https://x.example/", headline="B")
C_AT_HOME = story(id="g", link="https://x.example/", headline="C")


def remembered(*stories: Story) -> dict[str, Known]:
    """Return the known items after a document with these stories."""
    keys = assign_keys(stories, {})
    return {key: known(each, key) for each, key in zip(stories, keys, strict=True) if key}


def test_a_story_with_a_unique_id_has_it_as_key() -> None:
    assert assign_keys([story(), story(id="urn:2")], {}) == ["urn:1", "urn:2"]


def test_the_first_keeps_a_repeated_name_and_the_others_get_their_link() -> None:
    assert assign_keys([A, B], {}) == ["g", possible_keys(B)[1]]


def test_stories_that_share_the_link_too_get_a_key_from_their_text() -> None:
    assert assign_keys([A_AT_HOME, B_AT_HOME], {}) == ["g", possible_keys(B_AT_HOME)[2]]


def test_a_story_repeated_in_a_document_counts_once() -> None:
    assert assign_keys([A, A, B, B], {}) == ["g", "", possible_keys(B)[1], ""]


def test_a_new_story_does_not_take_the_name_of_another() -> None:
    memory = remembered(A, B)
    assert assign_keys([C, A, B], memory) == [possible_keys(C)[1], *memory]


def test_a_new_story_at_the_same_link_does_not_take_the_name_of_another() -> None:
    memory = remembered(A_AT_HOME, B_AT_HOME)
    keys = assign_keys([C_AT_HOME, A_AT_HOME, B_AT_HOME], memory)
    assert keys == [possible_keys(C_AT_HOME)[2], *memory]


def test_a_key_does_not_depend_on_the_other_stories() -> None:
    memory = remembered(A, B)
    assert assign_keys([B], memory) == [possible_keys(B)[1]]
    assert assign_keys([B, A], memory) == [possible_keys(B)[1], "g"]


def test_an_edit_under_a_repeated_id_is_identified_by_its_link() -> None:
    memory = remembered(A, B)
    edited = story(id="g", link=A.link, headline="A, corrected")
    assert assign_keys([B, edited], memory) == [possible_keys(B)[1], "g"]


def test_a_single_story_does_not_get_a_name_that_several_stories_shared() -> None:
    memory = remembered(A_AT_HOME, B_AT_HOME)
    later = story(
        id="g", link="https://x.example/", headline="C", published=NINE + timedelta(days=1)
    )
    assert assign_keys([later], memory) == [possible_keys(later)[2]]
    assert assign_keys([A_AT_HOME], memory) == ["g"]


def test_repeated_names_are_counted() -> None:
    assert repeated_names([A, B, C, story(), story(id="", link="", headline="Untitled")]) == 2
