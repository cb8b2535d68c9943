"""Live models with all that can show in them: parents and children, links, rows two steps away.

Only these tests see them; `tables` makes them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.apps.registry import Apps
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import Q

from stoppress import live
from stoppress.live.publishing import registry
from stoppress.live.publishing.related import RelatedRows

OWN = Apps(["tests.live.publishing"])


class Own:
    apps = OWN
    app_label = "publishing"


class Named(models.Model):
    name = models.CharField(max_length=20)

    class Meta:
        abstract = True


class League(Named):
    class Meta(Own):
        pass


class Tag(Named):
    class Meta(Own):
        pass


class Referee(Named):
    class Meta(Own):
        pass


class Player(Named):
    class Meta(Own):
        pass


class Captain(Player):
    matches = models.IntegerField(default=1)

    class Meta(Own):
        pass


class Striker(Player):
    class Meta(Own):
        proxy = True


class Place(live.LiveModel):
    """Under a key that changes with its name, and hidden with a dot before it."""

    live_order = "name"

    name = models.CharField(max_length=20, unique=True)
    stars = models.IntegerField(default=0)

    objects = live.LiveQuerySet.as_manager()

    class Meta(Own):
        pass

    def live_key(self) -> str:
        return f"place:{self.name}"

    def live_streams(self) -> list[str]:
        return [] if self.name.startswith(".") else ["places"]

    def live_item(self) -> dict[str, object]:
        return {"stars": self.stars}


class Cafe(Place):
    """Published as a place."""

    tables = models.IntegerField(default=1)

    class Meta(Own):
        pass


class Theatre(Place):
    """Published beside its place."""

    live_order = "id"

    stages = models.IntegerField(default=1)

    class Meta(Own):
        pass

    def live_key(self) -> str:
        return f"theatre:{self.pk}"

    def live_streams(self) -> list[str]:
        return ["theatres"]

    def live_item(self) -> dict[str, object]:
        return {"name": self.name, "stars": self.stars, "stages": self.stages}


class Event(models.Model):
    """The parent of a match, and not live."""

    title = models.CharField(max_length=20, default="a")
    public = models.BooleanField(default=True)

    class Meta(Own):
        pass


class Match(Event, live.LiveModel):
    """In a stream of all, in its league's, in one for those that lack rows, and for others."""

    live_order = "id"
    live_with = ["league", "place", "tags", "goals__player", "referees", "notes"]

    league = models.ForeignKey(League, models.CASCADE, null=True, blank=True)
    place = models.ForeignKey(Place, models.SET_NULL, null=True, blank=True)
    tags = models.ManyToManyField(Tag, blank=True)
    referees = models.ManyToManyField(Referee, through="Assignment")
    notes = GenericRelation("Note")

    objects = live.LiveQuerySet.as_manager()

    class Meta(Own):
        pass

    @classmethod
    def live_queryset(cls) -> "models.QuerySet[Any]":
        return cls._base_manager.select_related("league", "place").prefetch_related(
            "tags", "goals__player", "assignments__referee", "notes"
        )

    def live_streams(self) -> list[str]:
        shown = {
            "matches": True,
            "league:a": self.league and self.league.name.startswith("a"),
            "bare": not self.goals.all() and not self.notes.all(),
            "full": self.tags.all() and self.assignments.all(),
        }
        return [stream for stream, here in shown.items() if here and self.public]

    def live_item(self) -> dict[str, object]:
        return {
            "title": self.title,
            "league": self.league and self.league.name,
            "place": self.place and self.place.name,
            "notes": sorted(note.name for note in self.notes.all()),
            "tags": sorted(tag.name for tag in self.tags.all()),
            "goals": sorted(f"{g.minute} {g.player and g.player.name}" for g in self.goals.all()),
            "referees": sorted(f"{a.referee.name} {a.role}" for a in self.assignments.all()),
        }


class Incident(models.Model):
    """The parent of a goal."""

    minute = models.IntegerField(default=0)

    class Meta(Own):
        pass


class Goal(Incident):
    match = models.ForeignKey(Match, models.CASCADE, null=True, related_name="goals")
    player = models.ForeignKey(Player, models.SET_NULL, null=True, blank=True)

    class Meta(Own):
        pass


class Assignment(models.Model):
    match = models.ForeignKey(Match, models.CASCADE, related_name="assignments")
    referee = models.ForeignKey(Referee, models.CASCADE)
    role = models.CharField(max_length=20, default="first")

    class Meta(Own):
        pass


class Note(Named):
    """Of a match, or of any other object."""

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.IntegerField()
    of = GenericForeignKey()

    class Meta(Own):
        pass


RelatedRows(OWN).connect()

TABLES: Sequence[type[models.Model]] = (
    *(League, Tag, Referee, Player, Captain, Place, Cafe, Theatre),
    *(Event, Match, Incident, Goal, Assignment, Note),
)
MATCHES = {
    "matches": Q(),
    "league:a": Q(league__name__startswith="a"),
    "bare": Q(goals=None, notes=None),
    "full": ~Q(tags=None) & ~Q(referees=None),
}
STREAMS = (*MATCHES, "places", "theatres")


def matches(limit: int, where: Q) -> Any:
    return Match.live_queryset().filter(where, public=True).distinct().order_by("id")


def places(limit: int) -> Any:
    return Place.objects.exclude(name__startswith=".").order_by("name")


def theatres(limit: int) -> Any:
    return Theatre.objects.order_by("id")


@contextmanager
def tables() -> Iterator[None]:
    """Make the tables, and register the streams."""

    for model in (Match, League):
        ContentType.objects.get_for_model(model)  # it is kept in memory after a rollback too
    with connection.schema_editor() as editor:
        for model in TABLES:
            editor.create_model(model)
    for stream, where in MATCHES.items():
        live.stream(stream, public=True, limit=100)(partial(matches, where=where))
    live.stream("places", public=True, limit=3)(places)
    live.stream("theatres", public=True, limit=100)(theatres)
    try:
        yield
    finally:
        for stream in STREAMS:
            registry.unregister(stream)
        with connection.schema_editor() as editor:
            for model in reversed(TABLES):
                editor.delete_model(model)


def empty() -> None:
    for model in (Match.tags.through, *reversed(TABLES)):
        rows: Any = model._base_manager.all()
        rows._raw_delete(rows.db)  # nothing is told of it
