"""Objects with unusual keys, orders and histories: a page that follows shows what the site has."""

import datetime
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.apps.registry import Apps
from django.db import IntegrityError, connection, connections, models, transaction
from django.db.models.functions import Lower
from django.db.models.signals import post_save, pre_save

from stoppress import live
from stoppress.live.client.state import StreamState
from stoppress.live.log.history import read_after, read_head
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry
from stoppress.live.publishing.live_model import default_key

pytestmark = pytest.mark.usefixtures("transactional_db", "tables", "board")

OWN = Apps(["tests.live.publishing"])  # of these tests: no migration and no other test sees them


class Own:
    apps = OWN
    app_label = "publishing"


class Team(live.LiveModel):
    """Shown while it has a name, under a key that its slug makes."""

    slug = models.CharField(max_length=300, default="")
    name = models.CharField(max_length=300, default="a")
    board = models.CharField(max_length=300, default="teams")

    live_order = "name"

    class Meta(Own):
        pass

    def live_key(self):
        return f"team:{self.slug}"

    reads = staticmethod(lambda: None)  # what the next reading does

    def live_streams(self):
        reads, Team.reads = Team.reads, staticmethod(lambda: None)
        reads()
        return [self.board] if self.name else []

    def live_item(self):
        places = Place.objects.values_list("name", flat=True)
        return {"name": self.name, "pk": self.pk, "places": list(places)}


class Seat(live.LiveModel):
    """Of a hall: two columns are its key."""

    pk = models.CompositePrimaryKey("row", "number")
    row = models.CharField(max_length=10)
    number = models.IntegerField()
    taken = models.BooleanField(default=False)

    live_order = "number"

    class Meta(Own):
        pass

    def live_streams(self):
        return ["seats"]


class Ticket(live.LiveModel):
    """With the key that the database makes."""

    id = models.CharField(max_length=10, primary_key=True, db_default=models.Value("7"))
    name = models.CharField(max_length=10, default="")

    live_order = "name"

    class Meta(Own):
        pass

    def live_streams(self):
        return ["tickets"]


class Token(live.LiveModel):
    """With a UUID for its key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=10, default="")

    live_order = "name"

    class Meta(Own):
        pass

    def live_streams(self):
        return ["tokens"]


class Place(models.Model):
    """Where a match is played."""

    name = models.CharField(max_length=10)

    class Meta(Own):
        pass


class Player(models.Model):
    """Without whom a team may not be deleted."""

    team = models.ForeignKey(Team, models.PROTECT)

    class Meta(Own):
        pass


class Placed(models.Manager):
    """Joins the place, of which there may be none."""

    def get_queryset(self):
        return super().get_queryset().select_related("place")


class Match(live.LiveModel):
    """Whose base manager joins a table that may have no row for it."""

    place = models.ForeignKey(Place, models.SET_NULL, null=True)
    name = models.CharField(max_length=10, default="")
    objects = Placed()

    live_order = "name"

    class Meta(Own):
        pass
        base_manager_name = "objects"

    def live_streams(self):
        return ["matches"]


class Counting(models.Manager):
    """Counts and ranks: the database locks no row of such a query."""

    def get_queryset(self):
        rank = models.Window(models.functions.Rank(), order_by="name")
        rows = super().get_queryset().filter(models.Q(place=None) | models.Q(place__name="x"))
        return rows.annotate(places=models.Count("place"), rank=rank).distinct()


class Ranked(live.LiveModel):
    """Whose base manager groups, filters by what may be missing, and is distinct."""

    place = models.ForeignKey(Place, models.SET_NULL, null=True)
    name = models.CharField(max_length=10, default="")
    objects = Counting()

    live_order = "name"

    class Meta(Own):
        pass
        base_manager_name = "objects"

    def live_streams(self):
        return ["ranked"]


class Sorted(live.LiveModel):
    """With a field of every type that it may be sorted by."""

    number = models.IntegerField(null=True)
    big = models.BigIntegerField(null=True)
    decimal = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    real = models.FloatField(null=True)
    text = models.CharField(max_length=300, null=True)
    day = models.DateField(null=True)
    moment = models.DateTimeField(null=True)
    hour = models.TimeField(null=True)
    length = models.DurationField(null=True)
    flag = models.BooleanField(null=True)
    uid = models.UUIDField(null=True)

    class Meta(Own):
        pass

    def live_streams(self):
        return ["sorted"]


MODELS = [Team, Player, Seat, Ticket, Token, Place, Match, Ranked, Sorted]


@pytest.fixture
def tables(transactional_db):
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    streams = {
        "teams": lambda limit: Team.objects.exclude(name="").order_by("name")[: limit + 1],
        "seats": lambda limit: Seat.objects.order_by("number")[: limit + 1],
        "tickets": lambda limit: Ticket.objects.order_by("name")[: limit + 1],
        "tokens": lambda limit: Token.objects.order_by("name")[: limit + 1],
        "matches": lambda limit: Match.objects.order_by("name")[: limit + 1],
        "ranked": lambda limit: Ranked.objects.order_by("name")[: limit + 1],
    }
    for name, take in streams.items():
        live.stream(name, public=True, limit=5)(take)
    yield
    Team.reads = staticmethod(lambda: None)
    for name in streams:
        registry.unregister(name)
    with connection.schema_editor() as editor:
        for model in reversed(MODELS):
            editor.delete_model(model)


class Page:
    """A page that follows a stream from now on."""

    def __init__(self, stream):
        self.stream, self.state = stream, StreamState()
        shown = live.snapshot(stream)
        self.state.replace(vars(shown) | {"cursor": str(shown.cursor)})

    def follow(self):
        """Return the keys that it shows, once it has applied what was told."""
        head = read_head(self.stream)
        for frame in read_after(self.stream, self.state.cursor, head, 1000):
            self.state.apply(json.loads(frame.data))
        return [item["key"] for item in self.state.items()]

    def fresh(self):
        """Return the keys that a new page shows."""
        return [item["key"] for item in live.snapshot(self.stream).items]


def events_of(stream):
    events = LoggedEvent.objects.filter(stream=stream).order_by("position")
    return [f"{e.op} {e.key}" for e in events]


def trim():
    LoggedEvent.objects.all().delete()


def test_a_draft_takes_the_slug_of_what_it_replaces():
    old = Team.objects.create(slug="a")
    page = Page("teams")
    with transaction.atomic():
        draft = Team.objects.create(slug="draft")
        old.delete()
        draft.slug = "a"
        draft.save()
    assert page.follow() == page.fresh() == ["team:a"]


def test_two_objects_swap_their_slugs():
    one, two = Team.objects.create(slug="a"), Team.objects.create(slug="b")
    page = Page("teams")
    with transaction.atomic():
        one.slug, two.slug = "b", "a"
        one.save()
        two.save()
    assert page.follow() == page.fresh() == ["team:a", "team:b"]
    assert {item["pk"] for item in page.state.items()} == {one.pk, two.pk}


def test_a_key_that_changes_goes_from_every_stream():
    team = Team.objects.create(slug="a")
    page = Page("teams")
    trim()
    team.slug = "b"
    team.save()
    assert events_of("teams") == ["put team:b", "remove team:a"]
    assert page.fresh() == ["team:b"]


def test_a_key_that_changes_after_a_touch_in_the_same_transaction():
    team = Team.objects.create(slug="a", board="other:x")
    trim()
    with transaction.atomic():
        live.touch(Team.objects.all())
        team.slug, team.board = "b", "teams"
        team.save()
    assert events_of("other:x") == ["remove team:a"]


def test_a_touch_of_a_changed_object_before_it_is_saved():
    team = Team.objects.create(slug="a")
    page = Page("teams")
    with transaction.atomic():
        team.slug = "b"
        live.touch([team])
        team.save()
    assert page.follow() == page.fresh() == ["team:b"]


def test_an_object_saved_after_a_redaction_is_published_in_its_final_state():
    team = Team.objects.create(slug="a")
    page = Page("teams")
    with transaction.atomic():
        team.name = ""
        team.save()
        live.redact("team:a", "team.withdrawn")
        team.name = "better"
        team.save()
    assert page.follow() == page.fresh() == ["team:a"]


def test_an_object_published_manually_and_saved_is_published_in_its_final_state():
    team = Team.objects.create(slug="a")
    with transaction.atomic():
        team.name = "b"
        team.save()
        live.publish("teams", "team.early", {"key": "team:a", "order": "x", "name": "early"})
        team.name = "c"
        team.save()
    last = LoggedEvent.objects.filter(stream="teams").order_by("position").last()
    assert json.loads(last.item)["name"] == "c"


def test_a_save_repairs_an_object_whose_old_key_was_invalid():
    team = Team.objects.create(slug="a")
    Team.objects.update(slug="straße")
    team.slug = "strasse"
    team.save()
    assert events_of("teams")[-1] == "put team:strasse"


def test_an_object_with_an_invalid_key_can_be_deleted():
    Team.objects.bulk_create([Team(slug="straße", name="")])
    Team.objects.get().delete()
    assert not Team.objects.exists()


@pytest.mark.parametrize("stream", ["Not A Name", "x" * 90])
def test_a_save_repairs_an_object_in_an_invalid_stream(stream):
    team = Team.objects.create(slug="a")
    Team.objects.update(board=stream)
    team.board = "teams"
    team.save()
    assert events_of("teams")[-1] == "put team:a"
    assert events_of(stream) == []


def test_an_object_can_be_created_with_an_expression_as_key():
    team = Team.objects.create(slug=Lower(models.Value("A-B")))
    team.refresh_from_db()
    assert events_of("teams") == ["put team:a-b"]


def test_an_object_can_be_created_with_an_expression_that_has_spaces():
    Team.objects.create(slug=models.functions.Concat(models.Value("a"), models.Value("b")))
    assert events_of("teams") == ["put team:ab"]


@pytest.mark.parametrize("number", [3, "3"])
def test_a_composite_key_can_be_given_as_text(number):
    seat = Seat.objects.create(row="a", number=number)
    assert events_of("seats") == ["put seat:a:3"]
    seat.taken = True
    seat.save()
    assert events_of("seats") == ["put seat:a:3"] * 2
    assert live.touch(Seat.objects.all()) == 1
    seat.delete()
    assert events_of("seats") == ["put seat:a:3"] * 3 + ["remove seat:a:3"]


def test_composite_keys_that_would_read_alike_differ():
    assert default_key(Seat, ("a:1", 2)) != default_key(Seat, ("a", "1:2"))


def test_objects_with_composite_keys_are_published_together():
    Seat.objects.bulk_create(Seat(row="a", number=n) for n in range(700))
    assert live.touch(Seat.objects.all()) == 700
    assert len(events_of("seats")) == 700


@pytest.mark.parametrize("make", [str, lambda uid: uid, lambda uid: uid.hex])
def test_a_uuid_key_is_accepted_in_any_form(make):
    uid = uuid.uuid4()
    token = Token.objects.create(pk=make(uid))
    token.name = "b"
    token.save()
    token.delete()
    key = f"token:{uid}"
    assert events_of("tokens") == [f"put {key}", f"put {key}", f"remove {key}"]


def test_a_key_made_by_the_database_is_published():
    ticket = Ticket.objects.create(name="a")
    ticket.delete()
    assert events_of("tickets") == ["put ticket:7", "remove ticket:7"]


def test_a_base_manager_that_joins_what_may_be_missing():
    match = Match.objects.create(name="a")
    match.name = "b"
    match.save()
    Match.objects.all().delete()
    assert events_of("matches") == [
        f"{op} match:{match.pk or 1}" for op in ("put", "put", "remove")
    ]


def test_a_base_manager_that_counts_and_ranks():
    ranked = Ranked.objects.create(name="a")
    ranked.name = "b"
    ranked.save()
    page = Page("ranked")
    assert page.follow() == page.fresh() == [f"ranked:{ranked.pk}"]
    ranked.delete()
    assert page.follow() == page.fresh() == []
    assert events_of("ranked") == [f"{op} ranked:1" for op in ("put", "put", "remove")]


def test_an_object_created_deleted_and_created_again_is_published():
    with transaction.atomic():
        team = Team.objects.create(slug="a")
        team.delete()
    assert events_of("teams") == []
    team = Team.objects.create(pk=5, slug="a")
    page = Page("teams")
    with transaction.atomic():
        team.delete()
        Team.objects.create(pk=5, slug="b")
    assert page.follow() == page.fresh() == ["team:b"]
    other = Team.objects.get(pk=5)
    other.pk = 6
    other.slug = "c"
    other.save()
    assert page.follow() == page.fresh() == ["team:b", "team:c"]


def test_get_or_create_update_or_create_update_fields_and_bulk():
    page = Page("teams")
    Team.objects.get_or_create(slug="a")
    Team.objects.update_or_create(slug="a", defaults={"name": "b"})
    team = Team.objects.get()
    team.name = "c"
    team.save(update_fields=["name"])
    team.name = models.functions.Concat(models.F("name"), models.Value("d"))
    team.save()
    assert page.follow() == ["team:a"]
    assert page.state.items()[0]["name"] == "cd"
    Team.objects.bulk_create([Team(slug="z"), Team(slug="y")])
    Team.objects.bulk_update(Team.objects.all(), ["name"])
    assert live.touch(Team.objects.all()) == 3
    Team.objects.in_bulk()
    Team.objects.all().delete()
    assert page.follow() == page.fresh() == []


async def test_coroutines_can_save_and_publish():
    team = await Team.objects.acreate(slug="a")
    team.name = "b"
    await team.asave()
    await team.arefresh_from_db()
    await team.adelete()
    await live.apublish("teams", "team.said", {"key": "x", "order": "x"})
    count = await LoggedEvent.objects.filter(stream="teams").acount()
    assert count == 4


VALUES = {
    "number": [-5, -1, 0, 1, 10, 9, 2_000_000_000, -2_000_000_000],
    "big": [-(2**63), 2**63 - 1, 0, 2**53, 2**53 + 1],
    "decimal": [Decimal(x) for x in ("-1.5", "0", "0.000001", "10", "9.99", "-0.000001", "1e13")],
    "real": [-1.5, 0.0, -0.0, 1e-25, -1e-25, 1e25, 1e-10, 0.1, 3.0, -1e25, 5e-324, 1e-30],
    "text": [
        "",
        "a",
        "A",
        "b",
        "é",
        "e",
        "z",
        "ä",
        "🎉",
        "\uffff",
        "a ",
        "aa",
        "a b",
        "~",
        "!",
        "-",
    ],
    "day": [datetime.date(2026, 1, 1), datetime.date(1, 1, 1), datetime.date(9999, 12, 31)],
    "moment": [
        datetime.datetime(2026, 1, 1, 9, tzinfo=datetime.UTC),
        datetime.datetime(2026, 1, 1, 9, 0, 0, 1, tzinfo=datetime.UTC),
        datetime.datetime(1000, 1, 1, tzinfo=datetime.UTC),
        datetime.datetime(2026, 1, 1, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
    ],
    "hour": [datetime.time(9), datetime.time(9, 0, 0, 1), datetime.time(23, 59)],
    "length": [
        datetime.timedelta(days=d, microseconds=u) for d, u in [(-3, 0), (0, 1), (0, 0), (400, 5)]
    ],
    "flag": [True, False],
    "uid": [uuid.UUID(int=n) for n in (0, 1, 2**127, 2**128 - 1, 10**30)],
}


@pytest.mark.parametrize("direction", ["", "-"])
@pytest.mark.parametrize("field", VALUES)
def test_the_order_of_a_field_is_the_databases(monkeypatch, field, direction):
    values = [None, *VALUES[field]]
    Sorted.objects.bulk_create(Sorted(**{field: value}) for value in values)
    monkeypatch.setattr(Sorted, "live_order", direction + field)  # one model for all fields
    rows = list(Sorted.objects.order_by(direction + field, "pk"))
    orders = [row.wire_item()["order"] for row in rows]
    assert orders == sorted(orders, reverse=True)
    by_order = {}
    for row, order in zip(rows, orders, strict=True):
        by_order.setdefault(order, set()).add(getattr(row, field))
    if field != "real":
        assert all(len(same) == 1 for same in by_order.values())


def test_a_broken_deferred_constraint_takes_the_event_back():
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.create(name="a", place_id=99)
    assert not Match.objects.exists()
    assert events_of("matches") == []
    Match.objects.create(name="b")
    assert len(events_of("matches")) == 1


def test_fixtures_are_not_published():
    models.Model.save_base(Team(pk=4, slug="a"), raw=True)  # as a deserialized object does
    assert Team.objects.exists()
    assert events_of("teams") == []


def test_a_receiver_of_the_site_may_save_another_live_object():
    def also(instance, **_):
        if instance.slug == "a":
            Team.objects.create(slug="b")

    post_save.connect(also, sender=Team)
    try:
        Team.objects.create(slug="a")
    finally:
        post_save.disconnect(also, sender=Team)
    assert events_of("teams") == ["put team:a", "put team:b"]


def moved(team):
    team.board = "other:x"
    team.save()


def renamed(team):
    team.slug = "b"
    team.save()


def hidden(team):
    team.name = ""
    team.save()


def deleted(team):
    team.delete()


def deleted_and_made_again(team):
    pk = team.pk
    team.delete()
    Team.objects.create(pk=pk, slug="c", board="other:y")


def moved_twice(team):
    moved(team)
    team.board = "other:z"
    team.save()


CHANGES = [moved, renamed, hidden, deleted, deleted_and_made_again, moved_twice]


@pytest.mark.backend("postgres")
@pytest.mark.parametrize("change", CHANGES)
def test_an_object_is_touched_while_another_transaction_changes_it(change):
    team = Team.objects.create(slug="a")

    def alone():
        try:
            change(Team.objects.get(pk=team.pk))
        finally:
            connections.close_all()

    def meanwhile():
        with ThreadPoolExecutor(1) as pool:
            pool.submit(alone).result(timeout=20)

    with transaction.atomic():
        live.touch(Team.objects.all())
        Team.reads = staticmethod(meanwhile)
    last = {}
    for event in LoggedEvent.objects.order_by("position"):
        last[event.stream, event.key] = event.op
    shown = {place for place, op in last.items() if op == "put"}
    now = Team.objects.first()
    assert shown == ({(now.board, now.live_key())} if now and now.name else set())


@pytest.mark.backend("postgres")
def test_a_key_is_withdrawn_while_another_transaction_shows_it_elsewhere():
    team = Team.objects.create(slug="a")

    def show():
        try:
            live.publish("other:x", "team.shown", {"key": "team:a", "order": "a", "text": "secret"})
        finally:
            connections.close_all()

    def meanwhile():
        with ThreadPoolExecutor(1) as pool:
            pool.submit(show).result(timeout=20)

    with transaction.atomic():
        live.touch([team])
        live.redact("team:a", "team.withdrawn")
        Team.reads = staticmethod(meanwhile)
    assert events_of("other:x")[-1] == "remove team:a"
    assert not LoggedEvent.objects.filter(item__contains="secret").exists()


@pytest.mark.backend("postgres")
def test_saving_the_same_objects_in_both_orders_neither_deadlocks_nor_loses_events():
    one, two = Team.objects.create(slug="a", board="other:x"), Team.objects.create(slug="b")
    page = Page("teams")

    def save(order, number):
        try:
            for count in range(10):
                with transaction.atomic():
                    live.publish("board", "x.y", {"key": f"k{number}", "order": "a"})
                    live.publish("other:q", "x.y", {"key": f"k{number}", "order": "a"})
                with transaction.atomic():
                    for pk in sorted(order) if count % 2 else [order[0]]:
                        team = Team.objects.get(pk=pk)
                        team.board = ["teams", "other:x", "other:y"][(count + number + pk) % 3]
                        team.name = f"{number}-{count}"
                        team.save()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        orders = [(one.pk, two.pk), (two.pk, one.pk)] * 2
        done = [pool.submit(save, order, n) for n, order in enumerate(orders)]
        for each in done:
            each.result(timeout=50)
    shown = Team.objects.filter(board="teams").order_by("name")
    assert page.follow() == [team.live_key() for team in shown]


def test_a_protected_object_leaves_the_transaction_usable():
    """As of any other model: the deletion was refused before the database was asked."""
    team = Team.objects.create(slug="a")
    Player.objects.create(team=team)
    with transaction.atomic():
        with pytest.raises(models.ProtectedError):
            team.delete()
        Team.objects.create(slug="b")
    assert events_of("teams") == ["put team:a", "put team:b"]


@pytest.mark.parametrize("signal", [pre_save, post_save])
def test_a_receiver_that_refuses_leaves_the_transaction_usable(signal):
    """As of any other model: no statement has failed."""

    def refuse(instance, **_):
        if instance.slug == "bad":
            raise ValueError

    signal.connect(refuse, sender=Team)
    try:
        with transaction.atomic():
            with pytest.raises(ValueError):
                Team(slug="bad", name="").save()
            Team.objects.create(slug="b")
    finally:
        signal.disconnect(refuse, sender=Team)
    assert events_of("teams") == ["put team:b"]


def test_a_proxy_is_published_as_the_model_of_its_table():
    class Fan(Team):
        class Meta:
            proxy = True
            apps = OWN
            app_label = "publishing"

    fan = Fan.objects.create(slug="a")
    Team.objects.get().delete()
    assert fan.live_key() == "team:a"
    assert events_of("teams") == ["put team:a", "remove team:a"]


@pytest.mark.backend("postgres")
def test_a_hidden_object_is_touched_while_another_transaction_shows_it():
    """The one has changed what the object shows of another row, which the other cannot see yet."""
    Place.objects.create(name="old")
    team = Team.objects.create(slug="a", name="")

    def show():
        try:
            Team(pk=team.pk, slug="a", name="b").save()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Place.objects.update(name="new")
        live.touch([team])
        Team.reads = staticmethod(lambda: pool.submit(show))  # it waits for this one's COMMIT
    last = LoggedEvent.objects.filter(stream="teams").order_by("position").last()
    assert json.loads(last.item)["places"] == ["new"]
