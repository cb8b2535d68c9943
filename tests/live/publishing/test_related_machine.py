"""Related rows, bulk calls, the admin and a second connection: every page equals the database."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from stoppress import live
from stoppress.live.log.reading import reading
from stoppress.live.log.trimming import trim_streams
from stoppress.live.models import LoggedEvent
from stoppress.live.testing import assert_fresh

from .beside import Model, NotNow, Row, StoryOfTwo, change, second_connection
from .season import (
    STREAMS,
    Assignment,
    Cafe,
    Captain,
    Event,
    Goal,
    Incident,
    League,
    Match,
    Note,
    Place,
    Player,
    Referee,
    Striker,
    Tag,
    Theatre,
    empty,
    tables,
)
from .season_admin import Refused, delete_in_the_admin, save_the_page
from .story import MANY, Page, run_stories

LATER_PAGES = 3  # of those opened on the way; each stream has one from the beginning

NAMES = st.sampled_from(["a", "aa", "b", "ba", ".a", ".b"])
PICK = st.integers(0, 7)
SOME = st.none() | PICK
WAYS = st.sampled_from(["add", "remove", "set", "clear"])
FEW = st.lists(PICK, max_size=2)


class Season(StoryOfTwo):
    """Changes matches, places, and what shows in them."""

    unseen_moves = True  # objects may move to other streams by a query, and be touched

    @initialize(trims=st.booleans(), by_hand=st.booleans())
    def begin(self, trims: bool, by_hand: bool) -> None:
        empty()
        self.open_pages(*STREAMS)
        self.by_hand = by_hand
        with live.atomic():
            league, place = League.objects.create(name="a"), Place.objects.create(name="a")
            match = Match.objects.create(league=league, place=place)
            Goal.objects.create(match=match, player=Player.objects.create(name="a"))
            Assignment.objects.create(match=match, referee=Referee.objects.create(name="a"))
            match.tags.add(Tag.objects.create(name="a"))
            Theatre.objects.create(name="aa")
            Match.objects.create()
        if trims:
            self.check_pages()
            self.trim()

    # Rows that show in matches.

    @change(model=st.sampled_from([League, Tag, Referee, Player, Captain]), name=NAMES)
    def create(self, model: Model, name: str) -> None:
        model.objects.create(name=name.strip("."))

    @change(
        model=st.sampled_from([League, Tag, Referee, Player, Striker, Captain]),
        which=PICK,
        name=NAMES,
        fields=st.sampled_from([None, ["name"]]),
    )
    def rename(self, model: Model, which: int, name: str, fields: list[str] | None) -> None:
        row = self.pick(model, which)
        self.note(row)
        row.name = name.strip(".")
        row.save(update_fields=fields)

    @change(match=SOME, player=SOME, by=st.sampled_from(["itself", "match"]))
    def shoot(self, match: int | None, player: int | None, by: str) -> None:
        goals = {"match": self.pick(Match, match), "player": self.newly(Player, player)}
        if by == "match" and goals["match"]:
            goals["match"].goals.create(player=goals["player"])
        else:
            Goal.objects.create(**goals)

    @change(which=PICK, match=SOME, moves=st.booleans(), player=SOME)
    def move_a_goal(self, which: int, match: int | None, moves: bool, player: int | None) -> None:
        goal = self.pick(Goal, which)
        if moves:
            goal.match = self.pick(Match, match)
            self.show(goal.player)
        else:
            goal.player = self.newly(Player, player)
        goal.save()

    @change(model=st.sampled_from([Incident, Goal]), which=PICK, minute=st.integers(0, 3))
    def set_the_minute(self, model: Model, which: int, minute: int) -> None:
        row = self.pick(model, which)
        row.minute = minute
        row.save()

    @change(match=PICK, referee=PICK, role=NAMES)
    def assign(self, match: int, referee: int, role: str) -> None:
        of = {"match": self.pick(Match, match), "referee": self.newly(Referee, referee)}
        Assignment.objects.create(**of, role=role)

    @change(which=PICK, match=PICK, referee=PICK, role=NAMES)
    def reassign(self, which: int, match: int, referee: int, role: str) -> None:
        row = self.pick(Assignment, which)
        row.match, row.referee = self.pick(Match, match), self.newly(Referee, referee)
        row.role = role
        row.save()

    @change(which=PICK, name=NAMES, to=SOME)
    def write_a_note(self, which: int, name: str, to: int | None) -> None:
        match = self.pick(Match, which)
        if to is None:
            match.notes.create(name=name)
        else:
            note = self.pick(Note, to)
            note.of, note.name = match, name
            note.save()

    @change(which=PICK, others=FEW, way=WAYS)
    def choose_referees(self, which: int, others: list[int], way: str) -> None:
        match = self.pick(Match, which)
        link(match.referees, [self.newly(Referee, other) for other in others], way)

    @change(which=PICK, others=FEW, way=WAYS)
    def tag(self, which: int, others: list[int], way: str) -> None:
        match = self.pick(Match, which)
        link(match.tags, [self.newly(Tag, other) for other in others], way)

    @change(which=PICK, others=FEW, way=WAYS)
    def tag_from_its_side(self, which: int, others: list[int], way: str) -> None:
        matches = self.newly(Tag, which).match_set
        link(matches, [self.pick(Match, other) for other in others], way)

    # Matches.

    @change(title=NAMES, public=st.booleans(), league=SOME, place=SOME)
    def announce(self, title: str, public: bool, league: int | None, place: int | None) -> None:
        shows = {"league": self.newly(League, league), "place": self.newly(Place, place)}
        Match.objects.create(title=title, public=public, **shows)

    @change(
        which=PICK,
        title=NAMES,
        public=st.booleans(),
        by=st.sampled_from(["save", "fields", "parent", "update", "bulk_update", "touch"]),
    )
    def edit(self, which: int, title: str, public: bool, by: str) -> None:
        match = self.pick(Event if by == "parent" else Match, which)
        if by == "touch" and not self.unseen_moves:
            public = match.public
        write(match, by, title=title, public=public)

    @change(
        which=PICK,
        league=SOME,
        place=SOME,
        by=st.sampled_from(["save", "fields", "update", "bulk_update", "touch"]),
    )
    def move(self, which: int, league: int | None, place: int | None, by: str) -> None:
        match = self.pick(Match, which)
        shows = {"league": self.newly(League, league), "place": self.newly(Place, place)}
        if by == "touch" and not self.unseen_moves:
            shows["league"] = match.league
        write(match, by, **shows)

    @change(
        which=SOME,
        title=NAMES,
        public=st.booleans(),
        league=SOME,
        tags=FEW,
        scorers=st.lists(SOME, max_size=2),
        referees=FEW,
        gone=st.integers(0, 2),
    )
    def save_in_the_admin(
        self,
        which: int | None,
        league: int | None,
        tags: list[int],
        scorers: list[int | None],
        referees: list[int],
        **fields: Any,
    ) -> None:
        try:
            save_the_page(
                self.pick(Match, which),
                scorers=[self.newly(Player, each) for each in scorers],
                referees=[self.newly(Referee, each) for each in referees],
                league=self.newly(League, league),
                tags=[self.newly(Tag, each) for each in tags],
                **fields,
            )
        except Refused as error:  # a row was deleted beside it
            raise NotNow from error

    # Places, and what they are besides.

    @change(model=st.sampled_from([Place, Cafe, Theatre]), name=NAMES)
    def build(self, model: Model, name: str) -> None:
        self.free(name)
        model.objects.create(name=name)

    @change(names=st.lists(NAMES, unique=True, max_size=3))
    def build_many(self, names: list[str]) -> None:
        taken = set(Place.objects.values_list("name", flat=True))
        Place.objects.bulk_create([Place(name=name) for name in names if name not in taken])

    @change(
        model=st.sampled_from([Place, Cafe, Theatre]),
        which=PICK,
        name=NAMES,
        stars=st.integers(0, 3),
        by=st.sampled_from(["save", "fields", "update", "bulk_update"]),
    )
    def rebuild(self, model: Model, which: int, name: str, stars: int, by: str) -> None:
        place = self.pick(model, which)
        if name != place.name:
            self.free(name)
        self.note(place)
        bulk = by in ("update", "bulk_update")
        with live.atomic():
            write(place, by, name=name, stars=stars)
            if bulk:  # of rows that show in others
                live.touch(Match.objects.filter(place=place.pk))

    @change(stars=st.integers(0, 3), at_least=st.integers(0, 2))
    def rate_all(self, stars: int, at_least: int) -> None:
        places = Place.objects.filter(stars__gte=at_least)
        for place in places:
            self.note(place)
        places.update(stars=stars)

    @change(model=st.sampled_from([Cafe, Theatre]), which=PICK)
    def convert(self, model: Model, which: int) -> None:
        place = self.pick(Place, which)
        if any(child.objects.filter(pk=place.pk).exists() for child in (Cafe, Theatre)):
            raise NotNow  # Django could delete neither of the two
        self.note(place)
        model(place_ptr=place, name=place.name, stars=place.stars + 1).save()

    @change(which=PICK, model=st.sampled_from([Place, Theatre]))
    def replace(self, which: int, model: Model) -> None:
        place = self.pick(Place, which)
        self.note(place)
        pk, name = place.pk, place.name
        with live.atomic():
            place.delete()
            model.objects.create(pk=pk, name=name)

    # All of them.

    @change(
        model=st.sampled_from(
            [
                League,
                Tag,
                Referee,
                Player,
                Striker,
                Captain,
                Event,
                Match,
                Incident,
                Goal,
                Assignment,
                Note,
            ]
            + [Place, Cafe, Theatre]
        ),
        which=PICK,
        by=st.sampled_from(["itself", "query", "all but parents", "admin"]),
    )
    def delete(self, model: Model, which: int, by: str) -> None:
        row = self.pick(model, which)
        self.note(row)
        if by == "itself":
            row.delete()
        elif by == "all but parents" and model is not Striker:
            row.delete(keep_parents=True)
        elif by == "admin" and model is Match:
            delete_in_the_admin(Match.objects.filter(pk=row.pk))
        else:
            model._default_manager.filter(pk__gte=row.pk).delete()

    @change(model=st.sampled_from([Match, Place, Theatre]))
    def touch(self, model: Model) -> None:
        live.touch(model.objects.all())

    @precondition(lambda self: not self.blocks)
    @rule(stream=st.sampled_from(STREAMS), trims=st.sampled_from([True, *[False] * 4]))
    def open_a_page(self, stream: str, trims: bool) -> None:
        if trims:
            self.trim()
        first, later = self.pages[: len(STREAMS)], self.pages[len(STREAMS) :]
        self.pages = [*first, *[*later, Page(stream)][-LATER_PAGES:]]

    def trim(self) -> None:
        self.check_the_log()
        trim_streams(timezone.now(), keep_events=0, keep_hours=0)
        self.unseen_moves = False

    def teardown(self) -> None:
        super().teardown()
        self.check_the_log()
        if hasattr(self, "by_hand"):
            self.take_it_back(self.by_hand)
            self.check_pages()

    def take_it_back(self, by_hand: bool) -> None:
        """Change a match and go back to a savepoint before: only what came earlier is told."""
        match = Match.objects.create()
        for title in (None, "kept"):
            before = LoggedEvent.objects.count()
            with transaction.atomic():
                if title is not None:
                    write(match, "save", title=title)
                if by_hand:
                    savepoint = connection.savepoint()
                    write(match, "save", title="taken back")
                    connection.savepoint_rollback(savepoint)
                else:
                    with suppress(ZeroDivisionError), transaction.atomic():
                        write(match, "save", title="taken back")
                        raise ZeroDivisionError
            assert (LoggedEvent.objects.count() == before) == (title is None)

    def free(self, name: str) -> None:
        if Place.objects.filter(name=name).exists():
            raise NotNow

    def check_the_log(self) -> None:
        with reading():
            for stream in STREAMS:
                assert_fresh(stream)


def link(manager: Any, rows: list[Row], way: str) -> None:
    if way == "clear":
        manager.clear()
    elif way == "set":
        manager.set(rows)
    else:
        getattr(manager, way)(*rows)


def write(row: Row, by: str, **values: Any) -> None:
    this = type(row)._default_manager.filter(pk=row.pk)
    if by == "update":
        this.update(**values)
    elif by == "touch":
        with live.atomic():
            models.QuerySet(type(row)).filter(pk=row.pk).update(**values)
            live.touch(this)
    else:
        for name, value in values.items():
            setattr(row, name, value)
        if by == "bulk_update":
            type(row)._default_manager.bulk_update([row], list(values))
        else:
            row.save(update_fields=list(values) if by == "fields" else None)


@pytest.fixture
def season(transactional_db: None) -> Any:
    with tables(), second_connection() as Season.second:
        yield


def test_a_page_of_the_admin_is_saved_with_its_inlines(season: None) -> None:
    player, referee = Player.objects.create(name="a"), Referee.objects.create(name="a")
    tag = Tag.objects.create(name="a")
    common: Any = {"league": None, "title": "a", "public": True}
    save_the_page(None, scorers=[player, None], referees=[referee], gone=0, tags=[tag], **common)
    match = Match.objects.get()
    assert [match.goals.count(), match.assignments.count(), match.tags.count()] == [2, 1, 1]
    save_the_page(match, scorers=[], referees=[], gone=1, tags=[], **common)
    assert [match.goals.count(), match.assignments.count(), match.tags.count()] == [1, 0, 0]
    assert_fresh("matches")


@pytest.mark.timeout(240)  # 20 s on an idle machine with PostgreSQL, longer beside other work
@pytest.mark.slow("it makes up stories")
def test_every_page_equals_the_database_for_random_related_changes(season: None) -> None:
    few = 10 if connection.vendor == "postgresql" else 20  # a step takes twice as long there
    run_stories(Season, steps=40 if MANY else few)
