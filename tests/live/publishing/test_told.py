"""Each row of the table in docs/your-site.md of what readers are told, and of what they are not."""

import re
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.apps.registry import Apps
from django.contrib.auth.models import Group
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.base import DeserializedObject
from django.db import connection, models, transaction
from django.db.migrations.state import ModelState, ProjectState

from stoppress import live
from stoppress.live.publishing import registry
from stoppress.live.publishing.related import RelatedRows
from stoppress.live.testing import capture_events

PAGE = (Path(__file__).parents[3] / "docs/your-site.md").read_text()
OWN = Apps(["tests.live.publishing"])


class Own:
    apps = OWN
    app_label = "publishing"


class Row(models.Model):
    name = models.CharField(max_length=20, default="a")

    class Meta:
        abstract = True


class League(Row):
    class Meta(Own):
        pass


class Town(Row):
    class Meta(Own):
        pass


class Tag(Row):
    class Meta(Own):
        pass


class Referee(Row):
    class Meta(Own):
        pass


class Match(live.LiveModel):
    live_order = "id"
    live_with = ["league", "tags", "goals", "referees"]

    title = models.CharField(max_length=20, default="a")
    public = models.BooleanField(default=True)
    league = models.ForeignKey(League, models.CASCADE, null=True)
    town = models.ForeignKey(Town, models.CASCADE, null=True)
    tags = models.ManyToManyField(Tag, related_name="matches")
    referees = models.ManyToManyField(Referee, through="Assignment")
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, related_name="+")
    object_id = models.IntegerField(null=True)
    about = GenericForeignKey()

    objects = live.LiveQuerySet.as_manager()
    plain = models.Manager()

    class Meta(Own):
        pass

    def live_streams(self):
        return ["matches"] if self.public else []

    def live_item(self):
        return {"title": self.title}


class Derby(Match):
    class Meta(Own):
        pass


class Goal(models.Model):
    match = models.ForeignKey(Match, models.CASCADE, null=True, related_name="goals")
    minute = models.IntegerField(default=0)

    class Meta(Own):
        pass


class Assignment(models.Model):
    match = models.ForeignKey(Match, models.CASCADE)
    referee = models.ForeignKey(Referee, models.CASCADE)

    class Meta(Own):
        pass


RelatedRows(OWN).connect()
TABLES = (League, Town, Tag, Referee, Match, Derby, Goal, Assignment)
CHANGES = {}
ELSEWHERE = {
    "another process": "tests/example/test_your_site.py",
    "`live.retell(*streams)`": "tests/live/hub/test_told_anew.py",
}


def row(begins):
    """Say which row of the table a change is of, by its first words."""

    def add(change):
        CHANGES.setdefault(begins, []).append(change)
        return change

    return add


@pytest.fixture
def tables(transactional_db):
    ContentType.objects.get_for_model(Group)  # outside of what is captured
    with connection.schema_editor() as editor:
        for model in TABLES:
            editor.create_model(model)
    live.stream("matches", public=True)(lambda limit: Match.objects.filter(public=True))
    yield
    registry.unregister("matches")
    with connection.schema_editor() as editor:
        for model in reversed(TABLES):
            editor.delete_model(model)


@async_to_sync
async def wait_for(awaitable):
    return await awaitable


def a_match():
    made = Match.objects.create(league=League.objects.create(), town=Town.objects.create())
    made.tags.add(Tag.objects.create())
    Assignment.objects.create(match=made, referee=Referee.objects.create())
    made.goals.create()
    return made


@row("`save`")
def _(match):
    match.save()
    wait_for(match.asave())
    Match.plain.create()
    wait_for(Match.plain.acreate())
    Match.plain.get_or_create(title="b")
    Match.plain.update_or_create(title="b", defaults={"title": "c"})
    match.public = False
    match.save()
    return "changed changed created created created changed left"


@row("`delete`")
def _(match):
    first, second, third, *_ = Match.plain.filter(public=True)
    first.delete()
    wait_for(second.adelete())
    Match.plain.filter(pk=third.pk).delete()
    return "deleted deleted deleted"


@row("what Django deletes")
def _(match):
    match.town.delete()
    return "deleted"


@row("a many-to-many field")
def _(match):
    tag = Tag.objects.create()
    match.tags.add(tag)
    tag.matches.remove(match)
    match.tags.set([tag])
    tag.matches.clear()
    Assignment.objects.create(match=match, referee=Referee.objects.create())
    return "changed changed changed changed changed"


@row("a row that `live_with` names")
def _(match):
    match.league.save()
    match.referees.get().save()
    goal = match.goals.get()
    goal.match = Match.plain.filter(public=True).exclude(pk=match.pk)[0]
    goal.save()
    goal.delete()
    derby = Derby(match_ptr=match, title="b")
    derby.save()
    derby.delete(keep_parents=True)
    return "changed " * 7


@row("`update`, `bulk_create` and `bulk_update` of a manager")
def _(match):
    Match.objects.filter(pk=match.pk).update(title="b")
    wait_for(Match.objects.filter(pk=match.pk).aupdate(title="c"))
    Match.objects.bulk_create([Match()])
    Match.objects.bulk_update([match], ["title"])
    return "changed changed created changed"


@row("`live.touch")
def _(match):
    one = Match.plain.filter(pk=match.pk)
    live.touch(one)
    one.update(public=False)
    live.touch(one)
    return "changed left"


@row("`live.publish`")
def _(match):
    live.publish("matches", "match.moved", {"key": "match:0", "order": "0"})
    wait_for(live.apublish("matches", "match.moved", {"key": "match:0", "order": "0"}))
    live.remove("matches", "match.gone", "match:0")
    live.redact(f"match:{match.pk}", "match.withdrawn")
    return "moved moved gone withdrawn"


@row("each of these, rolled back")
def _(match):
    with transaction.atomic():
        match.save()
        transaction.set_rollback(True)
    with transaction.atomic(), transaction.atomic():
        Match.objects.create()
        transaction.set_rollback(True)
    return ""


@row("`update`, `bulk_create` and `bulk_update` of another")
def _(match):
    Match.plain.update(title="b")
    Match.plain.bulk_create([Match()])
    Match.plain.bulk_update([match], ["title"])
    return ""


@row("a row that the match shows")
def _(match):
    match.town.save()
    return ""


@row("`match.goals.add`")
def _(match):
    goal = Goal.objects.create()
    match.goals.add(goal)
    match.goals.remove(goal)
    match.goals.set([goal])
    match.goals.clear()
    return ""


@row("`match.goals.add`")
def with_bulk_false(match):
    match.goals.add(Goal.objects.create(), bulk=False)
    return "changed"


@row("bulk calls of related")
def _(match):
    Goal.objects.update(minute=1)
    League.objects.bulk_update([match.league], ["name"])
    Goal.objects.bulk_create([Goal(match=match)])
    return ""


@row("a row of a many-to-many's automatic")
def _(match):
    match.tags.through(match=match, tag=Tag.objects.create()).save()
    return ""


@row("a row behind a GenericForeignKey")
def _(match):
    match.about = Group.objects.create()
    Match.plain.bulk_update([match], ["content_type", "object_id"])
    match.about.save()
    return ""


@row("raw SQL")
def _(match):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE publishing_match SET title = 'b'")
        cursor.execute("DELETE FROM publishing_goal")
    return ""


@row("`loaddata`")
def as_loaddata_does(match):
    DeserializedObject(match).save()
    return ""


@row("`loaddata`")
def as_a_migration_does(match):
    state = ProjectState(real_apps={"contenttypes"})
    for model in TABLES:
        state.add_model(ModelState.from_model(model))
    historical = state.apps.get_model("publishing", "Match")
    historical.objects.get(pk=match.pk).save()
    historical.objects.create()
    historical.objects.filter(pk=match.pk).delete()
    return ""


def rows():
    """Return the rows of the page's table: change, event."""
    table = PAGE.partition("## Which changes are published\n")[2].partition("\n\nA single")[0]
    found = re.findall(r"^\| (.+?) \| (.+?) \|", table, re.MULTILINE)
    return {change: event for change, event in found if change not in {"change", "---"}}


def test_readers_get_the_events_of_each_row_of_the_table(tables):
    left = dict(rows())
    for begins, changes in CHANGES.items():
        [row] = [each for each in rows() if each.startswith(begins)]
        says = left.pop(row)
        for change in changes:
            match = a_match()
            with capture_events("matches") as events:
                expected = change(match).split()
            told = [event["event"].partition(".")[2] for event in events]
            assert told == expected, row
            if change is not with_bulk_false:
                assert (says == "none") is (not told)
                assert all(f".{name}`" in says for name in expected if "`match." in says), row
    assert len(CHANGES) > 15 and all(any(words in row for words in ELSEWHERE) for row in left)
