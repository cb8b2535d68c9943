"""An object leaves a stream by a row beside it, and the log no longer says that it was there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from stoppress import live
from stoppress.live.log.trimming import trim_streams
from stoppress.live.testing import assert_published

from .season import STREAMS, Assignment, Goal, Incident, Match, Referee, Tag, tables
from .story import Page

pytestmark = pytest.mark.usefixtures("transactional_db", "season")

Change = Callable[[Match, Match], object]


@pytest.fixture
def season(transactional_db: None) -> Any:
    with tables():
        yield


def move(row: Any, match: Match) -> None:
    row.match = match
    row.save()


def move_note(note: Any, match: Match) -> None:
    note.of = match
    note.save()


CHANGES: dict[str, Change] = {
    "its first goal is shot": lambda full, bare: Goal.objects.create(match=bare),
    "its first goal is one of another match": lambda full, bare: move(full.goals.get(), bare),
    "its last goal is taken back": lambda full, bare: full.goals.get().delete(),
    "its first note is written": lambda full, bare: bare.notes.create(),
    "its first note is one of another match": lambda full, bare: move_note(full.notes.get(), bare),
    "its last tag is removed": lambda full, bare: full.tags.remove(Tag.objects.get()),
    "its tags are cleared": lambda full, bare: full.tags.clear(),
    "its tags are set": lambda full, bare: full.tags.set([]),
    "its tag is removed from its side": lambda full, bare: Tag.objects.get().match_set.remove(full),
    "its tag is cleared": lambda full, bare: Tag.objects.get().match_set.clear(),
    "its tag is deleted": lambda full, bare: Tag.objects.get().delete(),
    "its first referee is assigned": lambda full, bare: Assignment.objects.create(
        match=bare, referee=Referee.objects.get()
    ),
    "its referee is moved": lambda full, bare: move(full.assignments.get(), bare),
    "its referees are cleared": lambda full, bare: full.referees.clear(),
    "its referee is deleted": lambda full, bare: Referee.objects.get().delete(),
}


@pytest.mark.parametrize("words", CHANGES)
def test_an_object_leaves_the_pages_that_show_it(season: None, words: str) -> None:
    full, bare = Match.objects.create(), Match.objects.create()
    full.goals.create()
    full.notes.create()
    full.tags.add(Tag.objects.create(name="a"))
    full.referees.add(Referee.objects.create(name="a"))
    trim_streams(timezone.now(), keep_events=0, keep_hours=0)
    pages = [Page(stream) for stream in STREAMS]
    CHANGES[words](full, bare)
    for page in pages:
        page.check(live.snapshot(page.stream).items)


def test_a_row_is_saved_as_its_parent_which_has_no_way_back(season: None) -> None:
    Match.objects.create().goals.create()
    with assert_published("matches", goals=["5 None"]):
        Incident.objects.create(minute=3)
        Incident(pk=Goal.objects.get().pk, minute=5).save()
