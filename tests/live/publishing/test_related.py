"""Rows beside a live object that show in it: each way to change one reaches an open page."""

import pytest
from django.apps.registry import Apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models, transaction
from django.utils import timezone

from stoppress import live
from stoppress.live.log.trimming import trim_streams
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry
from stoppress.live.publishing.paths import paths_to_rows
from stoppress.live.publishing.related import RelatedRows
from stoppress.live.testing import (
    assert_fresh,
    assert_nothing_published,
    assert_published,
    capture_events,
)

pytestmark = pytest.mark.usefixtures("transactional_db", "tables")

OWN = Apps(["tests.live.publishing"])  # of these tests: no migration and no other test sees them


class Own:
    apps = OWN
    app_label = "publishing"


class League(models.Model):
    name = models.CharField(max_length=20)

    class Meta(Own):
        pass


class Tag(models.Model):
    name = models.CharField(max_length=20)

    class Meta(Own):
        pass


class Referee(models.Model):
    name = models.CharField(max_length=20)

    class Meta(Own):
        pass


class Event(models.Model):
    """The parent of a match by inheritance, and not live."""

    title = models.CharField(max_length=20, default="a")
    public = models.BooleanField(default=True)

    class Meta(Own):
        pass


class Match(Event, live.LiveModel):
    live_order = "id"
    live_with = ["league", "goals__player", "referees"]

    league = models.ForeignKey(League, models.CASCADE, null=True)
    tags = models.ManyToManyField(Tag)
    referees = models.ManyToManyField(Referee, through="Assignment")

    class Meta(Own):
        pass

    def live_streams(self):
        return ["matches"] if self.public else []

    def live_item(self):
        return {
            "title": self.title,
            "league": self.league and self.league.name,
            "goals": sorted(str(g.player and g.player.name) for g in self.goals.all()),
            "tags": sorted(self.tags.values_list("pk", flat=True)),
            "referees": sorted(f"{a.referee.name} {a.role}" for a in self.assignments.all()),
        }


class Assignment(models.Model):
    match = models.ForeignKey(Match, models.CASCADE, related_name="assignments")
    referee = models.ForeignKey(Referee, models.CASCADE)
    role = models.CharField(max_length=20, default="first")

    class Meta(Own):
        pass


class Player(models.Model):
    name = models.CharField(max_length=20)

    class Meta(Own):
        pass


class Striker(Player):
    class Meta(Own):
        proxy = True


class Goal(models.Model):
    match = models.ForeignKey(Match, models.CASCADE, related_name="goals")
    player = models.ForeignKey(Player, models.SET_NULL, null=True)

    class Meta(Own):
        pass


class Place(live.LiveModel):
    live_order = "id"

    name = models.CharField(max_length=20)

    class Meta(Own):
        pass

    def live_streams(self):
        return ["places"]

    def live_item(self):
        return {"name": self.name}


class Ground(models.Model):
    code = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=20)

    class Meta(Own):
        pass


class Game(Event, live.LiveModel):
    """With a key to another field than the primary one, and links that have no way back."""

    live_order = "id"
    live_with = ["ground"]

    ground = models.ForeignKey(Ground, models.CASCADE, to_field="code", related_name="+")
    judges = models.ManyToManyField(Referee, through="Judging", related_name="+")

    class Meta(Own):
        pass

    def live_streams(self):
        return ["games", f"at:{self.ground.name}"] if self.public else []

    def live_item(self):
        roles = Judging.objects.filter(game=self).values_list("role", flat=True)
        return {"ground": self.ground.name, "roles": sorted(roles)}


class Judging(models.Model):
    game = models.ForeignKey(Game, models.CASCADE, related_name="+")
    referee = models.ForeignKey(Referee, models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, default="first")

    class Meta(Own):
        pass


class Town(live.LiveModel):
    live_order = "id"

    twins = models.ManyToManyField("self")
    above = models.ForeignKey("self", models.CASCADE, null=True, related_name="below")

    live_with = ["above", "below__below"]

    class Meta(Own):
        pass

    def live_streams(self):
        return ["towns"]

    def live_item(self):
        return {
            "twins": sorted(self.twins.values_list("pk", flat=True)),
            "above": self.above and self.above.pk,
            "below": sorted(Town.objects.filter(above__above=self).values_list("pk", flat=True)),
        }


class Cafe(Place):
    """Published as a place, and not beside it."""

    tables = models.IntegerField(default=1)

    class Meta(Own):
        pass


class Theatre(Place):
    """Published as a place, and in a stream of its own."""

    stages = models.IntegerField(default=1)

    class Meta(Own):
        pass

    def live_streams(self):
        return ["theatres"]

    def live_item(self):
        return {"name": self.name, "stages": self.stages}


MODELS = [
    *(League, Tag, Referee, Event, Match, Assignment, Player, Goal),
    *(Place, Cafe, Theatre, Ground, Game, Judging, Town),
]
STREAMS = {"matches": Match, "places": Place, "theatres": Theatre, "towns": Town, "games": Game}
RelatedRows(OWN).connect()


@pytest.fixture
def tables(transactional_db):
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    for name, model in STREAMS.items():
        live.stream(name, public=True)(
            lambda limit, model=model: [
                shown for shown in model.objects.order_by("id") if shown.live_streams()
            ]
        )
    live.stream("at:<ground>", public=True)(
        lambda limit, ground: Game.objects.filter(public=True, ground__name=ground).order_by("id")
    )
    yield
    registry.unregister("at:<ground>")
    for name in STREAMS:
        registry.unregister(name)
    with connection.schema_editor() as editor:
        for model in reversed(MODELS):
            editor.delete_model(model)


@pytest.fixture
def match(tables):
    made = Match.objects.create(league=League.objects.create(name="first"))
    Goal.objects.create(match=made, player=Player.objects.create(name="ann"))
    made.tags.add(Tag.objects.create(name="cup"))
    Assignment.objects.create(match=made, referee=Referee.objects.create(name="bea"))
    Match.objects.create(title="other")
    assert_fresh("matches")
    return made


def save(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


CHANGES = {
    "a goal is shot": lambda m: Goal.objects.create(match=m),
    "a goal is shot by the reverse relation": lambda m: m.goals.create(),
    "a goal is taken back": lambda m: m.goals.get().delete(),
    "goals are deleted by a query": lambda m: Goal.objects.all().delete(),
    "a goal moves to another match": lambda m: save(
        m.goals.get(), match=Match.objects.get(title="other")
    ),
    "the player is renamed": lambda m: save(Player.objects.get(), name="ann b."),
    "the player is renamed as a proxy": lambda m: save(Striker.objects.get(), name="ann b."),
    "the player is deleted, and the goal stays": lambda m: Player.objects.get().delete(),
    "the league is renamed": lambda m: save(m.league, name="second"),
    "the league is deleted with its matches": lambda m: m.league.delete(),
    "a tag is added": lambda m: m.tags.add(Tag.objects.create(name="x")),
    "a tag is added from its side": lambda m: Tag.objects.create(name="x").match_set.add(m),
    "a tag is removed": lambda m: m.tags.remove(Tag.objects.get()),
    "a tag is removed from its side": lambda m: Tag.objects.get().match_set.remove(m),
    "the tags are cleared": lambda m: m.tags.clear(),
    "the tags are cleared from the other side": lambda m: Tag.objects.get().match_set.clear(),
    "the tags are set": lambda m: m.tags.set([Tag.objects.create(name="x")]),
    "a tag is deleted": lambda m: Tag.objects.get().delete(),
    "a referee is assigned": lambda m: m.referees.add(Referee.objects.create(name="x")),
    "a referee is assigned by a row": lambda m: Assignment.objects.create(
        match=m, referee=Referee.objects.create(name="x")
    ),
    "a referee has another role": lambda m: save(m.assignments.get(), role="second"),
    "a referee is moved to another match": lambda m: save(
        m.assignments.get(), match=Match.objects.get(title="other")
    ),
    "a referee is renamed": lambda m: save(Referee.objects.get(), name="x"),
    "a referee is deleted": lambda m: Referee.objects.get().delete(),
    "it is hidden through its parent": lambda m: save(Event.objects.get(pk=m.pk), public=False),
    "it is renamed through its parent": lambda m: save(Event.objects.get(pk=m.pk), title="x"),
    "it is deleted through its parent": lambda m: Event.objects.get(pk=m.pk).delete(),
}


@pytest.mark.parametrize("words", CHANGES)
@pytest.mark.parametrize("within", [True, False], ids=["in a transaction", "in autocommit"])
def test_a_change_beside_it_is_on_an_open_page(match, words, within):
    with assert_published("matches"):
        if within:
            with transaction.atomic():
                CHANGES[words](match)
        else:
            CHANGES[words](match)
    assert_fresh("matches")


def test_an_object_is_published_once_for_many_changed_rows(match):
    with transaction.atomic(), assert_nothing_published("matches"):
        for name in "abc":
            Goal.objects.create(match=match, player=Player.objects.create(name=name))
        match.tags.clear()
    before = LoggedEvent.objects.count()
    with transaction.atomic():
        for player in Player.objects.all():
            save(player, name=player.name + "!")
        save(match, title="x")
    assert LoggedEvent.objects.count() == before + 1
    assert_fresh("matches")


def test_a_row_that_cannot_be_saved_leaves_no_event(match):
    failing = pytest.raises(ZeroDivisionError)
    with assert_nothing_published("matches"), failing, transaction.atomic():
        save(Player.objects.get(), name="x")
        raise ZeroDivisionError


def test_a_row_shown_on_no_page_publishes_nothing(match):
    with assert_nothing_published("matches"):
        Player.objects.create(name="x").delete()
        League.objects.create(name="x")
        Tag.objects.create(name="x")


@pytest.mark.parametrize("end", ["save", "delete"])
def test_a_child_in_its_parents_streams_is_published_as_the_parent(tables, end):
    cafe = Cafe.objects.create(name="a")
    assert_fresh("places")
    with assert_published("places", key=f"place:{cafe.pk}"):
        save(cafe, name="b", tables=2) if end == "save" else cafe.delete()
    assert_fresh("places")


def test_a_child_with_own_streams_is_published_beside_its_parent(tables):
    theatre = Theatre.objects.create(name="a")
    for change in (
        lambda: save(theatre, name="b", stages=2),
        lambda: save(Place.objects.get(), name="c"),
        lambda: Place.objects.get().delete(),
    ):
        with assert_published("places"), assert_published("theatres"):
            change()
        assert_fresh("places")
        assert_fresh("theatres")


@pytest.mark.parametrize(
    ("lookup", "words"),
    [
        ("goals__minute", "'goals__minute', and publishing.Goal has no relation 'minute'"),
        ("gaols", "'gaols', and publishing.Wrong has no relation 'gaols'.*It has: .*goals"),
    ],
)
def test_a_name_that_is_no_relation_is_refused(match, lookup, words):
    class Wrong(Match):
        live_with = [lookup]

        class Meta(Own):
            proxy = True
            apps = Apps(["tests.live.publishing"])

    with pytest.raises(FieldDoesNotExist, match=words):
        list(paths_to_rows(Wrong))


def test_a_link_to_the_same_model_shows_at_both_ends(tables):
    one, two, three = (Town.objects.create() for _ in range(3))
    for change in (
        lambda: one.twins.add(two, three),
        lambda: two.twins.remove(one),
        lambda: three.twins.clear(),
        lambda: one.twins.set([two]),
        lambda: two.delete(),
    ):
        with assert_published("towns"):
            change()
        assert_fresh("towns")


def test_a_tree_of_one_model_shows_parents_and_children(tables):
    top, middle, low, other = (Town.objects.create() for _ in range(4))
    for change in (
        lambda: save(middle, above=top),
        lambda: save(low, above=middle),
        lambda: save(middle, above=other),
        lambda: low.delete(),
        lambda: other.delete(),
    ):
        with assert_published("towns"):
            change()
        assert_fresh("towns")


@pytest.mark.parametrize("trimmed", [True, False])
def test_objects_found_by_another_field_or_without_a_reverse_relation_are_published(
    tables, trimmed
):
    ground = Ground.objects.create(code="x", name="old")
    game = Game.objects.create(ground=ground)
    for change in (
        lambda: Judging.objects.create(game=game, referee=Referee.objects.create(name="a")),
        lambda: save(Judging.objects.get(), role="second"),
        lambda: Judging.objects.get().delete(),
        lambda: save(ground, name="new"),
        lambda: save(Event.objects.get(pk=game.pk), public=False),
    ):
        assert_fresh("games")
        if trimmed:
            trim_streams(timezone.now(), keep_events=0, keep_hours=0)
        shown = [name for name in ("old", "new") if live.snapshot(f"at:{name}").items]
        with assert_published("games"), assert_published(f"at:{shown[0]}"):
            change()
        assert_fresh("games")
        assert_fresh("at:old")
        assert_fresh("at:new")


def test_a_link_added_from_the_other_side_publishes_the_linked_objects(match):
    tag = Tag.objects.get()
    other = Match.objects.get(title="other")
    with capture_events("matches") as events:
        tag.match_set.add(other)
    assert [event["key"] for event in events] == [other.live_key()]


def test_objects_of_a_model_defined_later_are_published(tables):
    class Late(Place):
        class Meta(Own):
            proxy = True

        def live_streams(self):
            return ["places"]

    with assert_published("places"):
        Late.objects.create(name="a")
    assert_fresh("places")
