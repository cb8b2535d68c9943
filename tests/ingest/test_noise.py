"""Noise makes no event, and any change of a word does.

A longer run, as `make noise` does it: `STOPPRESS_NOISE=5000 pytest tests/ingest/test_noise.py
--timeout 0` tries so many pairs of looks.
"""

import itertools
import os
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from stoppress.ingest.edition import edition
from stoppress.ingest.intake import take_in
from stoppress.ingest.models import SeenItem, Source
from stoppress.ingest.parse import parse
from stoppress.newsroom.models import Article, Version
from tests.logged import logged

from .noise import Noise, looks
from .words import Said, edited, stories

MANY = int(os.environ.get("STOPPRESS_NOISE", "0"))
PAIRS = MANY or 150
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def item(said: Said, noise: Noise, number: int) -> str:
    end = "</div>" if noise.opening == "<div>" else "</p>"
    after = itertools.chain(noise.between, itertools.repeat(""))
    told = [
        f"{noise.opening}{escape(text)} {noise.gap}{more}{end}{noise.gap}"
        for text, more in zip(said.text, after, strict=False)
    ]
    link = f'<a href="https://wire.example/{said.page}?of=town">{escape(said.link)}</a>'
    picture = f'<img alt="{escape(said.alt)}" src="https://wire.example/i.jpg">'
    left = "".join(noise.between[len(said.text) :])
    body = f"{''.join(told)}<p>{link} {picture}</p>{left}{noise.last}"
    date = START + timedelta(hours=number, minutes=noise.minute)
    return f"""<item><guid isPermaLink="false">wire-{number}</guid>
        <title>{" " * noise.minute}{escape(said.headline)}</title>
        <link>{noise.host}.example/{number}?{noise.campaign}</link>
        <pubDate>{format_datetime(date)}</pubDate>
        <description><![CDATA[{body}]]></description></item>"""


def look(source: Source, *items: str) -> int:
    """Poll a feed with these items; return the number of events."""
    before = logged(stream="news").count()
    channel = f"<title>The Wire</title>{''.join(items)}"
    body = f'<rss version="2.0"><channel>{channel}</channel></rss>'.encode()
    report = take_in(source, edition(parse(body)))
    assert report.skipped == []
    return logged(stream="news").count() - before


@pytest.mark.slow("it makes up 150 pairs of feeds")
@pytest.mark.django_db
@pytest.mark.backend("sqlite")  # the database does not matter
@pytest.mark.timeout(0 if MANY else 300)
def test_noise_makes_no_event_and_any_change_of_a_word_does() -> None:
    numbers = itertools.count(1)

    @settings(
        max_examples=PAIRS // 2,  # each example is two pairs: noise, then a changed word
        derandomize=not MANY,
        deadline=None,
        database=None,
        phases=[Phase.generate, *([Phase.shrink] if MANY else [])],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def looks_at_a_feed(data: st.DataObject) -> None:
        quiet, told = data.draw(stories), data.draw(stories)
        retold = data.draw(edited(told))
        first, second = data.draw(looks()), data.draw(looks())
        number = next(numbers)
        source = Source.objects.create(url=f"https://wire.example/feed/{number}", title="The Wire")
        one, other = 2 * number, 2 * number + 1
        assert look(source, item(quiet, first[0], one), item(told, second[0], other)) == 2
        assert look(source, item(quiet, first[1], one), item(told, second[0], other)) == 0
        assert look(source, item(retold, second[1], other), item(quiet, first[1], one)) == 1
        article = Article.objects.get(external_id=f"{source.url} wire-{other}")
        shown = f"{article.headline} {article.body_tree}"
        for word in f"{retold.headline} {retold.page}".split():
            assert word in shown
        seen = SeenItem.objects.get(source=source, key=f"wire-{one}")
        assert Version.objects.public().filter(article=seen.article).count() == 1

    looks_at_a_feed()
