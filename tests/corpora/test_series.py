"""A real feed, polled about hourly for months: every replayed poll brings the same articles."""

import pytest

from stoppress.ingest.edition import edition
from stoppress.ingest.intake import take_in
from stoppress.ingest.models import Source
from stoppress.ingest.parse import parse
from stoppress.live.models import LoggedEvent
from stoppress.newsroom.models import Article, Version

from .corpus import HERE, series


@pytest.mark.django_db
@pytest.mark.timeout(300)
def test_a_replayed_series_brings_the_same_articles() -> None:
    polls = series()
    source = Source.objects.create(url="https://feeds.example/series.xml")
    for poll in polls:
        events = LoggedEvent.objects.filter(stream="news").count()
        versions = Version.objects.public().count()
        report = take_in(source, edition(parse((HERE / poll["file"]).read_bytes())))
        new, changed = int(poll["never_seen_before"]), int(poll["changed_since_last_seen"])
        assert (report.new, report.changed, report.skipped) == (new, changed, []), poll["file"]
        assert Version.objects.public().count() == versions + new + changed
        assert LoggedEvent.objects.filter(stream="news").count() == events + new + changed
        assert Article.objects.count() == int(poll["distinct_articles_so_far"])
        assert Article.objects.public().count() == Article.objects.count()


@pytest.mark.django_db
def test_a_poll_repeated_adds_nothing() -> None:
    polls = series()
    source = Source.objects.create(url="https://feeds.example/series.xml")
    body = (HERE / polls[-1]["file"]).read_bytes()
    first, second = (take_in(source, edition(parse(body))) for _ in range(2))
    assert (second.new, second.changed, second.unchanged) == (0, 0, first.new)
