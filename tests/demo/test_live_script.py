"""The live stories' script: the same for the same seed, and one story is open at any time."""

from collections import Counter
from itertools import islice

import pytest

from stoppress.demo.live_arc import live_arcs
from stoppress.demo.live_script import BACKLOG_HOURS, live_backlog, live_script
from stoppress.demo.live_story import live_number_of
from stoppress.demo.step import Step
from stoppress.demo.town import REPORTERS

SEED = 7


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return list(islice(live_script(SEED), 500))


def test_a_seed_always_makes_the_same_script_and_another_seed_another(steps: list[Step]) -> None:
    assert list(islice(live_script(SEED), 500)) == steps
    assert list(islice(live_script(SEED + 1), 500)) != steps


def test_the_next_story_begins_before_one_ends_and_at_most_two_are_open(steps: list[Step]) -> None:
    going: dict[str, str] = {}
    for step in steps:
        match step.verb:
            case "publish" if not step.parent:
                going[step.story] = "open"
            case "pause":
                going[step.story] = "paused"
            case "resume":
                going[step.story] = "open"
            case "close":
                del going[step.story]
        assert "open" in going.values() and len(going) <= 2


def test_all_arcs_are_played_in_turn(steps: list[Step]) -> None:
    opened = [step for step in steps if step.verb == "publish" and not step.parent]
    assert [live_number_of(step.story) for step in opened] == [*range(1, len(opened) + 1)]
    told = Counter(step.story.split("-", 2)[2] for step in opened)
    assert told.keys() == {arc.key for arc in live_arcs()}
    assert max(told.values()) - min(told.values()) <= 1


def test_one_reporter_reports_a_whole_live_story(steps: list[Step]) -> None:
    beats = {reporter.name: reporter.beat for reporter in REPORTERS}
    reporters = {(step.parent or step.story, step.reporter) for step in steps}
    assert len(reporters) == len({story for story, _ in reporters})
    for step in steps:
        if "section" in step.fields:
            assert beats[step.reporter] == step.fields["section"]


def test_the_script_resumes_at_any_story_with_the_end_of_the_previous_one(
    steps: list[Step],
) -> None:
    [third] = [
        n
        for n, step in enumerate(steps)
        if live_number_of(step.story) == 3 and step.verb == "publish"
    ]
    rest = steps[third:]
    assert list(islice(live_script(SEED, first=3), len(rest))) == rest


def test_the_backlog_is_the_scripts_beginning_over_some_hours(steps: list[Step]) -> None:
    told = live_backlog(SEED)
    assert [(step.verb, step.story) for step in told] == [
        (step.verb, step.story) for step in steps[: len(told)]
    ]
    ages = [step.age for step in told]
    assert ages == sorted(ages, reverse=True)
    assert ages[0] == BACKLOG_HOURS * 60 and 0 < ages[-1] < 30


@pytest.mark.parametrize(
    "key",
    ["demo-live:zzz", "demo-live:99999999-storm", "demo-live:00000001-x", "demo:00000001-storm"],
)
def test_a_key_that_only_resembles_a_demo_key_is_ignored(key: str) -> None:
    assert live_number_of(key) == 0
