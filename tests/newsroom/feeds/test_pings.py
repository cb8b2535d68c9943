"""The WebSub hub is pinged for every change, after any of its answers and any end of the worker."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.db.models import F

from stoppress.live.log.history import read_head
from stoppress.live.models import LoggedEvent
from stoppress.newsroom.feeds.pings import HubPings
from stoppress.newsroom.models import HubPlace, Person, Topic
from stoppress.newsroom.publishing import retract_article, update_article
from tests.newsroom.desk import draft, live_story, post, public, section
from tests.services.web import Web, running

pytestmark = pytest.mark.django_db(transaction=True)

SITE = "https://paper.example"
ALL = {"atom.xml", "feed.json", "rss.xml"}


@pytest.fixture
def hub(settings) -> Iterator[Web]:
    """A hub that takes everything; the site names it."""
    settings.STOPPRESS_URL, settings.STOPPRESS_FETCH_PRIVATE = SITE, True
    with running() as web:
        settings.STOPPRESS_WEBSUB_HUB = web.serve("/", b"", 204)
        yield web


def begun() -> HubPings:
    """Return pings of a hub that begins to be told."""
    pings = HubPings(settle=0)
    look(pings)
    return pings


def look(pings: HubPings) -> None:
    pings.look()
    pings.wait()


def told(hub: Web) -> list[str]:
    """Return the feeds pinged since the last call, one of the three formats."""
    asked = [dict(parse_qsl(body.decode())) for body in hub.posted]
    hub.posted.clear()
    assert {each["hub.mode"] for each in asked} <= {"publish"}
    feeds = sorted(each["hub.url"] for each in asked)
    paths = [each.removeprefix(SITE) for each in feeds]
    assert {path.rpartition("/")[2] for path in paths} in (ALL, set())
    return [path.removesuffix("atom.xml") for path in paths if path.endswith("atom.xml")]


def long_ago() -> None:
    """Have everything that was told so far be told an hour before."""
    LoggedEvent.objects.update(time=F("time") - timedelta(hours=1))


def stored() -> str:
    return HubPlace.objects.get().cursor


def head() -> str:
    return str(read_head("wire").cursor)


def test_a_new_hub_is_pinged_only_for_later_changes(hub):
    public()
    pings = begun()
    assert (told(hub), stored()) == ([], head())
    public()
    look(pings)
    assert (told(hub), stored()) == (["/feeds/"], head())
    look(pings)
    assert told(hub) == []


def test_each_changed_feed_is_pinged_once(hub):
    Topic.objects.create(slug="ems", name="The Ems")
    Person.objects.create(slug="mara", name="Mara Voss")
    pings = begun()
    article = public(section=section(), topics=["ems"], authors=["mara"])
    update_article(article, {"body": "It is open."})
    look(pings)
    around = ["/author/mara/feeds/", "/feeds/", "/section/world/feeds/", "/topic/ems/feeds/"]
    assert told(hub) == around
    retract_article(article, "No.")
    look(pings)
    assert told(hub) == around


def test_the_feed_of_the_previous_section_is_pinged_too(hub):
    article = public(section=section())
    long_ago()
    pings = begun()
    update_article(article, {"section": section("town")})
    look(pings)
    assert told(hub) == ["/feeds/", "/section/town/feeds/", "/section/world/feeds/"]


def test_a_post_changes_its_storys_feed_alone(hub):
    story = live_story()
    pings = begun()
    made = post(story)
    look(pings)
    assert told(hub) == [f"/articles/{story.pk}/feeds/"]
    retract_article(made, "No.")
    look(pings)
    assert told(hub) == [f"/articles/{story.pk}/feeds/"]


def test_a_change_of_a_live_story_pings_its_feed_too(hub):
    story = live_story()
    pings = begun()
    retract_article(story, "No.")
    look(pings)
    assert told(hub) == [f"/articles/{story.pk}/feeds/", "/feeds/"]


def test_a_draft_causes_no_ping(hub):
    pings = begun()
    update_article(draft("Draft"), {"headline": "Drafted"})
    look(pings)
    assert told(hub) == []


@pytest.mark.parametrize("status", [500, 503, 429, 408, 302])
def test_a_failed_ping_is_retried_before_the_cursor_is_stored(hub, status, caplog):
    pings = begun()
    before = stored()
    hub.serve("/", b"", status, retry_after="0")
    public()
    look(pings)
    assert (told(hub), stored()) == (["/feeds/"], before)
    look(pings)
    assert told(hub) == []  # it waits
    pings._not_before = 0.0
    hub.serve("/", b"", 202)
    look(pings)
    assert (told(hub), stored()) == (["/feeds/"], head())
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_another_process_resumes_at_the_stored_cursor_after_a_kill(hub):
    pings = begun()
    hub.serve("/", b"", 500)
    public()
    look(pings)
    told(hub)
    hub.serve("/", b"", 204)
    public(section=section())
    other = HubPings(settle=0)  # of the process that was killed nothing is left
    look(other)
    assert (told(hub), stored()) == (["/feeds/", "/section/world/feeds/"], head())


def test_a_refused_feed_does_not_delay_the_others(hub, caplog):
    pings = begun()
    hub.serve("/", b"", 403)
    public()
    look(pings)
    assert (told(hub), stored()) == (["/feeds/"], head())
    assert "refuses the feed https://paper.example/feeds/atom.xml: 403 Forbidden" in caplog.text


def test_a_hubs_retry_after_is_respected(hub, monkeypatch):
    clock = [1000.0]
    # The wait, not the time that a test takes.
    monkeypatch.setattr("stoppress.newsroom.feeds.pings.monotonic", lambda: clock[0])  # see above
    pings = begun()
    hub.serve("/", b"", 503, retry_after="600")
    public()
    look(pings)
    told(hub)
    hub.serve("/", b"", 204)
    clock[0] += 599
    look(pings)
    assert told(hub) == []
    clock[0] += 1
    look(pings)
    assert told(hub) == ["/feeds/"]


@pytest.mark.parametrize("cursor", ["999-0123456789abcdef", "0-0123456789abcdef", "nonsense"])
def test_a_cursor_that_is_not_in_the_log_pings_all_recent_changes(hub, cursor):
    public(section=section())
    begun()
    HubPlace.objects.update(cursor=cursor)
    look(HubPings(settle=0))
    assert (told(hub), stored()) == (["/feeds/", "/section/world/feeds/"], head())


def test_a_hub_in_a_private_network_is_not_pinged(hub, settings, caplog):
    pings = begun()
    settings.STOPPRESS_FETCH_PRIVATE = False
    public()
    look(pings)
    assert told(hub) == []
    assert "STOPPRESS_FETCH_PRIVATE" in caplog.text


def test_nothing_is_pinged_without_a_hub_or_an_address(hub, settings):
    public()
    for name in ("STOPPRESS_URL", "STOPPRESS_WEBSUB_HUB"):
        was = getattr(settings, name)
        setattr(settings, name, "")
        look(HubPings(settle=0))
        setattr(settings, name, was)
    assert not HubPlace.objects.exists()
