"""The arcs as they are written: whatever is drawn for them, they make good articles."""

import re
from random import Random

import pytest
from markdown_it import MarkdownIt

from stoppress.demo.arc import Arc, arcs
from stoppress.demo.story import Story
from stoppress.demo.town import REPORTERS, SECTIONS
from stoppress.newsroom.body.body import tree
from stoppress.newsroom.body.elements import ELEMENTS

BY_KEY = {f"{arc.section}/{arc.key}": arc for arc in arcs()}
every_arc = pytest.mark.parametrize("arc", BY_KEY.values(), ids=BY_KEY.keys())


def tellings(arc: Arc) -> list[Story]:
    return [Story(arc, number, Random(number)) for number in range(12)]


def all_texts(story: Story) -> list[dict[str, object]]:
    """Return the story's text after each of its turns, and every note as `note`."""
    texts = [story.opening()]
    while story.updates:
        note, _ = story.update()
        texts.append({**story.text(), "note": note})
    while turn := story.due_correction():
        note, _ = story.correct(turn)
        texts.append({**story.text(), "note": note})
    return texts


def test_there_are_at_least_forty_arcs_and_some_in_each_section() -> None:
    assert len(BY_KEY) >= 40
    assert {arc.section for arc in BY_KEY.values()} == set(SECTIONS)
    assert {reporter.beat for reporter in REPORTERS} == set(SECTIONS)


def test_no_two_arcs_have_the_same_key() -> None:
    keys = [arc.key for arc in arcs()]
    assert len(keys) == len(set(keys))


@every_arc
def test_no_placeholder_is_left_unfilled(arc: Arc) -> None:
    for story in tellings(arc):
        for text in all_texts(story):
            said = "\n".join(str(value) for value in text.values())
            assert not re.search(r"[{}]|TODO|FIXME|None|<", said)
            assert "  " not in said.replace("\n", "")


@every_arc
def test_texts_have_the_length_of_articles(arc: Arc) -> None:
    for story in tellings(arc):
        opening, *later = all_texts(story)
        paragraphs = str(opening["body"]).strip().split("\n\n")
        assert 2 <= len(paragraphs) <= 8
        for text in (opening, *later):
            assert 8 <= len(str(text["headline"])) <= 110
            assert 30 <= len(str(text["summary"])) <= 260
            assert len(str(text["body"])) <= 3000
            assert 1 <= int(str(text["urgency"])) <= 9
            assert str(text["headline"])[:1] == str(text["headline"])[:1].upper()


@every_arc
def test_headline_summary_and_notes_are_plain_single_lines(arc: Arc) -> None:
    for story in tellings(arc):
        for text in all_texts(story):
            for name in ("headline", "summary", "note", "located"):
                assert not re.search(r"[*_`#\n]", str(text.get(name, "")))


@every_arc
def test_the_body_keeps_to_the_closed_set(arc: Arc) -> None:
    for story in tellings(arc)[:3]:
        for text in all_texts(story):
            body = str(text["body"])
            rendered = MarkdownIt("commonmark").render(body)
            assert set(re.findall(r"<([a-z0-9]+)", rendered)) <= ELEMENTS
            assert tree(body)


@every_arc
def test_links_lead_to_the_papers_own_sections(arc: Arc) -> None:
    for story in tellings(arc)[:3]:
        for text in all_texts(story):
            for address in re.findall(r"\]\(([^)]*)\)", str(text["body"])):
                section = re.fullmatch(r"/section/([a-z-]+)/", address)
                assert section and section[1] in SECTIONS


@every_arc
def test_every_turn_changes_a_field_and_has_a_note(arc: Arc) -> None:
    for story in tellings(arc):
        notes = []
        while story.updates:
            note, changes = story.update()
            notes.append(note)
            assert note and changes
        while turn := story.due_correction():
            note, changes = story.correct(turn)
            notes.append(note)
            assert note and changes
        assert not story.corrections
        assert len(notes) == len(set(notes))


@every_arc
def test_breaking_news_calms_down(arc: Arc) -> None:
    if not arc.breaking:
        assert 3 <= arc.urgency <= 9
        return
    story = Story(arc, 1, Random(1))
    while story.updates:
        story.update()
    assert story.urgency > 1


@every_arc
def test_a_restored_story_was_retracted(arc: Arc) -> None:
    assert arc.retraction or not arc.restoration
