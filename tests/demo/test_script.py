"""The script: the same for the same seed, and a plausible day at a newspaper."""

import subprocess
import sys
from collections import Counter
from hashlib import sha256
from itertools import islice

import pytest

from stoppress.demo.script import BACKLOG, BACKLOG_HOURS, VISIBLE, backlog, demo_script
from stoppress.demo.step import Step
from stoppress.demo.town import REPORTERS, SECTIONS

SEED = 7
LENGTH = 2000


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return list(islice(demo_script(SEED), LENGTH))


def digest(steps: list[Step]) -> str:
    said = [(s.verb, s.story, s.reporter, sorted(s.fields.items()), s.note, s.age) for s in steps]
    return sha256(repr(said).encode()).hexdigest()


def gaps(steps: list[Step], verb: str) -> list[int]:
    places = [place for place, step in enumerate(steps) if step.verb == verb]
    return [after - before for before, after in zip(places, places[1:], strict=False)]


def test_a_seed_always_makes_the_same_script(steps: list[Step]) -> None:
    assert digest(list(islice(demo_script(SEED), LENGTH))) == digest(steps)
    assert digest(backlog(SEED)) == digest(backlog(SEED))


def test_another_hash_seed_makes_the_same_script(steps: list[Step]) -> None:
    code = (
        "from itertools import islice\n"
        "from stoppress.demo.script import demo_script\n"
        "from tests.demo.test_script import digest\n"
        f"print(digest(list(islice(demo_script({SEED}), 300))))"
    )
    for hash_seed in ("1", "2"):
        answer = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout.strip() == digest(steps[:300])


def test_another_seed_makes_another_script(steps: list[Step]) -> None:
    assert digest(list(islice(demo_script(SEED + 1), 100))) != digest(steps[:100])


def test_no_article_is_published_twice(steps: list[Step]) -> None:
    opened = [s for s in (*backlog(SEED), *steps) if s.verb == "publish"]
    words = Counter((s.fields["headline"], s.fields["body"]) for s in opened)
    assert max(words.values()) == 1
    assert len({s.story for s in opened}) == len(opened)


def test_no_headline_appears_twice_among_the_newest(steps: list[Step]) -> None:
    headlines = [s.fields["headline"] for s in steps if s.verb == "publish"]
    for place in range(len(headlines) - VISIBLE):
        assert len(set(headlines[place : place + VISIBLE])) == VISIBLE


def test_half_of_the_steps_and_more_are_new_stories(steps: list[Step]) -> None:
    verbs = Counter(step.verb for step in steps)
    assert 0.5 <= verbs["publish"] / LENGTH <= 0.65
    assert 0.18 <= verbs["update"] / LENGTH <= 0.30
    assert 1 / 8.5 <= verbs["correct"] / LENGTH <= 1 / 6
    assert 1 / 23 <= verbs["retract"] / LENGTH <= 1 / 18
    assert 5 <= verbs["restore"] < verbs["retract"]


def test_corrections_and_retractions_never_stay_away_for_long(steps: list[Step]) -> None:
    assert max(gaps(steps, "correct")) <= 12
    assert max(gaps(steps, "retract")) <= 35


def test_news_breaks_about_every_fifteenth_step(steps: list[Step]) -> None:
    breaking = [s for s in steps if s.verb == "publish" and s.fields["urgency"] == 1]
    assert LENGTH / 17.5 <= len(breaking) <= LENGTH / 13


def test_breaking_news_has_calmed_down_before_it_leaves_the_newest(steps: list[Step]) -> None:
    urgent: dict[str, int] = {}
    for place, step in enumerate(steps):
        if step.fields.get("urgency") == 1:
            urgent[step.story] = place
        elif "urgency" in step.fields:
            urgent.pop(step.story, None)
        assert all(place - since <= 30 for since in urgent.values())


def test_only_visible_stories_are_changed(steps: list[Step]) -> None:
    public = [step.story for step in backlog(SEED) if step.verb == "publish"][::-1]
    withdrawn: set[str] = set()
    for step in steps:
        if step.verb == "publish":
            public.insert(0, step.story)
        elif step.verb == "restore":
            assert step.story in withdrawn
            public.append(step.story)
            public.sort(reverse=True)
        else:
            assert step.story in public[:VISIBLE]
            assert step.story not in withdrawn
        if step.verb == "retract":
            public.remove(step.story)
            withdrawn.add(step.story)


def test_a_new_story_is_unchanged_for_at_least_two_steps(steps: list[Step]) -> None:
    opened = {step.story: place for place, step in enumerate(steps) if step.verb == "publish"}
    for place, step in enumerate(steps):
        if step.verb != "publish" and step.story in opened:
            assert place - opened[step.story] >= 3


def test_every_step_that_needs_a_note_has_one(steps: list[Step]) -> None:
    for step in steps:
        assert bool(step.note) == (step.verb != "publish")
        assert bool(step.fields) == (step.verb in {"publish", "update", "correct"})


def test_sections_and_reporters_are_the_towns(steps: list[Step]) -> None:
    beats = {reporter.name: reporter.beat for reporter in REPORTERS}
    told: Counter[object] = Counter()
    for step in steps:
        assert step.reporter in beats
        if step.verb == "publish":
            told[step.fields["section"]] += 1
            assert beats[step.reporter] == step.fields["section"]
            assert step.fields["byline"] == step.reporter
    assert set(told) == set(SECTIONS)
    assert min(told.values()) > LENGTH / 25


def test_the_backlog_is_a_paper_of_the_past_hours() -> None:
    told = backlog(SEED)
    opened = [step for step in told if step.verb == "publish"]
    ages = [step.age for step in opened]
    assert len(opened) == BACKLOG
    assert ages == sorted(ages, reverse=True)
    assert 0 < ages[-1] < 90
    assert (BACKLOG_HOURS - 2) * 60 <= ages[0] <= BACKLOG_HOURS * 60
    assert 1 <= sum(step.verb == "correct" for step in told) <= 2
    assert {step.fields["section"] for step in opened} == set(SECTIONS)


def test_the_script_continues_after_the_backlog(steps: list[Step]) -> None:
    assert not {s.story for s in backlog(SEED)} & {s.story for s in steps if s.verb == "publish"}
