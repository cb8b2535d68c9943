"""The arcs of live stories as they are written: whatever is drawn, they make good posts."""

import re

import pytest
from markdown_it import MarkdownIt

from stoppress.demo.live_arc import LiveArc, live_arcs
from stoppress.demo.live_script import live_story
from stoppress.demo.live_story import LiveStory
from stoppress.demo.step import Step
from stoppress.demo.town import SECTIONS
from stoppress.newsroom.body.body import tree
from stoppress.newsroom.body.elements import ELEMENTS

BY_KEY = {arc.key: arc for arc in live_arcs()}
every_arc = pytest.mark.parametrize("arc", BY_KEY.values(), ids=BY_KEY.keys())


def tellings(arc: LiveArc) -> list[LiveStory]:
    numbers = (number for number in range(1, 12 * len(BY_KEY) + 1))
    stories = [live_story(7, number) for number in numbers]
    return [story for story in stories if story.key.endswith(f"-{arc.key}")]


def steps_of(story: LiveStory) -> list[Step]:
    return [story.opening, *story.head, *story.tail]


def posts_of(story: LiveStory) -> list[Step]:
    return [step for step in steps_of(story) if step.parent and step.verb == "publish"]


def test_there_are_at_least_three_arcs() -> None:
    assert {"council-meeting", "cup-tie", "storm"} <= BY_KEY.keys()
    assert {arc.section for arc in BY_KEY.values()} <= set(SECTIONS)


@every_arc
def test_each_arc_is_played_equally_often(arc: LiveArc) -> None:
    assert len(tellings(arc)) == 12


@every_arc
def test_no_placeholder_is_left_unfilled(arc: LiveArc) -> None:
    for story in tellings(arc):
        for step in steps_of(story):
            said = "\n".join(map(str, (*step.fields.values(), step.note)))
            assert not re.search(r"[{}]|TODO|FIXME|<", said)
            assert "  " not in said.replace("\n", "")


@every_arc
def test_posts_are_short_and_have_good_headlines(arc: LiveArc) -> None:
    for story in tellings(arc):
        assert 30 <= len(str(story.opening.fields["summary"])) <= 260
        assert 8 <= len(str(story.opening.fields["headline"])) <= 110
        for step in posts_of(story):
            headline, body = str(step.fields["headline"]), str(step.fields["body"])
            assert 30 <= len(body) <= 600
            assert headline == "" or 5 <= len(headline) <= 80
            assert headline[:1] == headline[:1].upper()
            assert not re.search(r"[*_`#\n]", headline + step.note)


@every_arc
def test_the_body_keeps_to_the_closed_set_and_links_to_the_papers_sections(arc: LiveArc) -> None:
    for story in tellings(arc)[:3]:
        for step in steps_of(story):
            body = str(step.fields.get("body", ""))
            rendered = MarkdownIt("commonmark").render(body)
            assert set(re.findall(r"<([a-z0-9]+)", rendered)) <= ELEMENTS
            assert tree(body) or not body
            for address in re.findall(r"\]\(([^)]*)\)", body):
                section = re.fullmatch(r"/section/([a-z-]+)/", address)
                assert section and section[1] in SECTIONS


@every_arc
def test_each_arc_has_every_element_of_a_live_story(arc: LiveArc) -> None:
    for story in tellings(arc):
        posts = posts_of(story)
        assert len(posts) >= 15
        assert sum(bool(step.fields["key_event"]) for step in posts) >= 4
        assert sum(bool(step.fields["pinned"]) for step in posts) == 1
        assert any(step.ago for step in posts)
        verbs = [step.verb for step in steps_of(story)]
        assert "correct" in verbs
        assert [verb for verb in verbs if verb in {"pause", "resume", "close"}] == [
            "pause",
            "resume",
            "close",
        ]


def test_a_post_is_retracted_in_one_arc_at_least() -> None:
    verbs = [step.verb for arc in live_arcs() for step in steps_of(tellings(arc)[0])]
    assert "retract" in verbs


@every_arc
def test_every_change_is_of_a_post_that_is_public_and_changes_something(arc: LiveArc) -> None:
    for story in tellings(arc):
        public: set[str] = set()
        told: set[tuple[str, str, str]] = set()
        for step in steps_of(story):
            if step.verb == "publish":
                assert step.story not in public
                public.add(step.story)
                continue
            assert step.story in public
            if step.verb in {"update", "correct"}:
                assert step.fields
            assert bool(step.note) or step.verb != "correct"
            # A restart finds by these what was played before.
            assert (step.verb, step.story, step.note) not in told
            told.add((step.verb, step.story, step.note))
            if step.verb == "retract":
                public.remove(step.story)
