"""A live model's template renders it, alike for the page, the snapshot and the event."""

import json

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, connection, transaction
from django.db.models import Count
from django.template import TemplateSyntaxError
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from stoppress import live
from stoppress.live.errors import InvalidItem, InvalidView
from stoppress.live.metrics import RENDER_ERRORS
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry
from stoppress.live.testing import assert_fresh
from tests.live.templates import templates

pytestmark = pytest.mark.usefixtures("streams")

OWN = Apps()  # of these tests: other groups of theirs are not told with them


class Team(live.LiveModel, Group):
    """Django's own groups as teams, in two streams of several languages."""

    live_template = {"table": "_row", "team:<lang>": "_team"}
    live_context_name = "team"
    live_order = "name"

    class Meta:
        proxy = True
        apps = OWN
        app_label = "auth"

    @classmethod
    def live_queryset(cls):
        return super().live_queryset().annotate(members=Count("permissions"))

    def live_streams(self):
        return ["table", "team:de", "team:en", "plain"]

    def live_context(self):
        return {"half": 1.5}


@pytest.fixture
def streams(settings, transactional_db):
    Group.objects.all().delete()  # those of the newsroom's roles
    settings.TEMPLATES = templates(
        _row="<tr><td>{{ team.name }}<td>{{ object.members }}</tr>",
        _team="<p>{{ team.name }} {{ half }}</p>",
    )

    def take(limit, **_):
        return Team.objects.order_by("-name")[: limit + 1]

    live.stream("table", public=True)(take)
    live.stream("plain", public=True)(take)
    live.stream("team:<lang>", public=True, language="lang")(take)
    yield
    for pattern in ("table", "plain", "team:<lang>"):
        registry.unregister(pattern)


def shown(stream):
    return [item.get("view") for item in live.snapshot(stream).items]


def last(stream):
    event = LoggedEvent.objects.filter(stream=stream).order_by("-position")[0]
    return json.loads(event.item)


def test_event_and_snapshot_have_the_view_of_the_streams_template_and_language():
    with translation.override("fr"), timezone.override("Asia/Tokyo"):
        team = Team.objects.create(name="Reds")
    views = {
        "table": ["tr", ["td", "Reds"], ["td", "0"]],
        "team:de": ["p", "Reds 1,5"],
        "team:en": ["p", "Reds 1.5"],
        "plain": None,
    }
    for stream, view in views.items():
        assert shown(stream) == [view]
        assert last(stream).get("view") == view
        assert_fresh(stream)
    assert last("plain").keys() == {"key", "order"} and last("plain")["key"] == f"group:{team.pk}"


def test_annotations_of_the_queryset_are_available_in_snapshots_and_events():
    team = Team.objects.create(name="Reds")
    team.permissions.set(Permission.objects.all()[:3])
    live.touch([team])
    assert shown("table") == [last("table")["view"]] == [["tr", ["td", "Reds"], ["td", "3"]]]


def test_a_view_is_rendered_once_for_streams_that_show_the_same(monkeypatch, settings):
    calls = []
    settings.TEMPLATES = templates(_row="<p>{{ object.called }}</p>")
    monkeypatch.setattr(
        Team, "called", lambda self: calls.append(self.pk), raising=False
    )  # the template calls it
    monkeypatch.setattr(Team, "live_template", "_row")  # one for all streams
    Team.objects.create(name="Reds")
    assert len(calls) == 3  # in German, in English, and for two streams in the site's language


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("<p>1</p><p>2</p>", InvalidView),
        ("<p><script>1</script></p>", InvalidView),
        ("<p>{{ user }}</p>", InvalidView),
        ("<p>{% nosuch %}</p>", TemplateSyntaxError),
        ("<p>{{ object.crash }}</p>", ZeroDivisionError),
    ],
)
def test_an_error_while_rendering_a_view_fails_the_transaction(
    source, error, settings, monkeypatch
):
    team = Team.objects.create(name="Reds")
    monkeypatch.setattr(Team, "crash", lambda self: 1 // 0, raising=False)  # the template calls it
    settings.TEMPLATES = templates(_row=source, _team="<p>x</p>")
    team.name = "Blues"
    with pytest.raises(error) as told:
        team.save()
    notes = " ".join(told.value.__notes__)
    assert "_row" in notes and f"auth.Team {team.pk}" in notes
    assert Group.objects.get().name == "Reds"
    assert LoggedEvent.objects.filter(stream="table").count() == 1


def test_an_error_of_a_template_can_keep_the_last_view(settings, monkeypatch, caplog):
    settings.STOPPRESS_LIVE = {"RENDER_ERRORS": "log"}
    team = Team.objects.create(name="Reds")
    before = RENDER_ERRORS._value.get()
    monkeypatch.setattr(Team, "crash", lambda self: 1 // 0, raising=False)  # the template calls it
    settings.TEMPLATES = templates(_row="<p>{{ object.crash }}</p>", _team="<p>{{ team.name }}</p>")
    team.name = "Blues"
    team.save()
    assert shown("table") == [last("table")["view"]] == [["tr", ["td", "Reds"], ["td", "0"]]]
    assert shown("team:de") == [last("team:de")["view"]] == [["p", "Blues"]]
    assert RENDER_ERRORS._value.get() == before + 2
    assert "keeps the view" in caplog.text
    Team.objects.create(name="Greens")
    assert "view" not in last("table")


def test_an_error_of_the_database_keeps_the_last_view_too(settings, monkeypatch):
    settings.STOPPRESS_LIVE = {"RENDER_ERRORS": "log"}
    team = Team.objects.create(name="Reds")

    def crash(self):
        with transaction.atomic(savepoint=False), connection.cursor() as database:
            database.execute("SELECT nothing FROM nowhere")

    monkeypatch.setattr(Team, "crash", crash, raising=False)  # the template calls it
    settings.TEMPLATES = templates(_row="<p>{{ object.crash }}</p>", _team="<p>{{ team.name }}</p>")
    team.name = "Blues"
    team.save()
    assert shown("table") == [last("table")["view"]] == [["tr", ["td", "Reds"], ["td", "0"]]]
    assert shown("team:de") == [last("team:de")["view"]] == [["p", "Blues"]]


def test_objects_that_the_queryset_excludes_are_in_no_snapshot(monkeypatch):
    Team.objects.create(name="Reds")
    rows = Team.live_queryset
    monkeypatch.setattr(  # the site's own
        Team, "live_queryset", classmethod(lambda cls: rows().exclude(name="Blues"))
    )
    blues = Team.objects.create(name="Blues")
    assert shown("table") == [["tr", ["td", "Reds"], ["td", "0"]]]
    live.touch([blues])
    assert_fresh("table")


def test_texts_to_be_translated_are_in_the_language_of_the_stream(monkeypatch):
    yes = gettext_lazy("Yes")
    monkeypatch.setattr(Team, "live_item", lambda self: {"yes": yes})  # the site's own
    with translation.override("fr"):
        Team.objects.create(name="Reds")
    with translation.override("es"):
        [item] = live.snapshot("team:de").items
    assert item["yes"] == last("team:de")["yes"] == "Ja"
    assert last("team:en")["yes"] == "Yes"


def test_an_address_that_runs_a_script_is_left_out_and_the_rest_published(settings):
    settings.TEMPLATES = templates(
        _row='<tr><td><a href="{{ team.name }}">x</a></tr>', _team="<p>x</p>"
    )
    Team.objects.create(name="javascript:alert(1)")
    assert shown("table") == [last("table")["view"]] == [["tr", ["td", ["a", "x"]]]]


def test_a_template_may_write_in_events_and_in_snapshots(settings, monkeypatch):
    def rendition(self):
        return Permission.objects.get_or_create(
            name="rendition", codename=f"of-{self.pk}", content_type_id=1
        )[0].codename

    monkeypatch.setattr(Team, "rendition", rendition, raising=False)  # as a tag for pictures
    settings.TEMPLATES = templates(_row="<tr><td>{{ team.rendition }}</tr>", _team="<p>x</p>")
    team = Team.objects.create(name="Reds")
    assert last("table")["view"] == ["tr", ["td", f"of-{team.pk}"]]
    Permission.objects.filter(name="rendition").delete()
    assert shown("table") == [["tr", ["td", f"of-{team.pk}"]]]
    assert Permission.objects.filter(name="rendition").count() == 1
    Permission.objects.filter(name="rendition").delete()
    with transaction.atomic():
        assert shown("table") == [["tr", ["td", f"of-{team.pk}"]]]


def test_a_write_by_a_tag_that_hides_errors_is_kept(settings, monkeypatch):
    def rendition(self):
        try:
            with transaction.atomic():
                Permission.objects.create(name="r", codename=f"of-{self.pk}", content_type_id=1)
        except DatabaseError:
            return "no picture"
        return "picture"

    monkeypatch.setattr(Team, "rendition", rendition, raising=False)  # as a tag for pictures
    settings.TEMPLATES = templates(_row="<tr><td>{{ team.rendition }}</tr>", _team="<p>x</p>")
    Team.objects.create(name="Reds")
    Permission.objects.filter(name="r").delete()
    assert shown("table") == [["tr", ["td", "picture"]]]


def test_views_of_a_sites_own_items_are_checked():
    item = {"key": "a", "order": "a"}
    live.publish("plain", "x.y", item | {"view": ["p", {"class": "a"}, "x"]})
    assert last("plain")["view"] == ["p", {"class": "a"}, "x"]
    with pytest.raises(InvalidView, match="script"):
        live.publish("plain", "x.y", item | {"view": ["script", "x"]})
    live.publish("plain", "x.y", item | {"view": None})
    assert LoggedEvent.objects.filter(stream="plain").count() == 2


def test_only_the_template_makes_an_objects_view(monkeypatch):
    monkeypatch.setattr(Team, "live_item", lambda self: {"view": ["p"]})  # the mistake
    with pytest.raises(InvalidItem, match="live_template makes one"):
        Team.objects.create(name="Reds")
