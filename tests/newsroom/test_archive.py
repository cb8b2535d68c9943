"""The archive: by day of first publication in the site's zone."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from stoppress.newsroom.publishing import retract_article, update_article
from tests.logged import logged

from .desk import NINE, draft, live_story, post, public
from .test_lists import keys, page, way, written
from .test_pages import emptiness

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ADDRESS = "/archive/2026/11/22/"


def test_a_day_lists_articles_first_published_on_it_and_links_to_its_neighbours():
    before, shown, after = (public(f"Story {n}", at=NINE + n * 3 * DAY) for n in (-1, 0, 1))
    update_article(before, {"summary": "Changed today."})
    draft("canary")
    post(live_story(at=NINE - 9 * DAY), "canary", at=NINE)
    retract_article(public("canary", at=NINE), "Made up.")
    day = page(ADDRESS)
    assert re.findall(r'data-key="(\w+:\d+)"', day[day.index('class="archive') :]) == [shown.key]
    assert "<h1>Sunday, 22 November 2026</h1>" in day and "canary" not in day
    assert way(day, "prev") == "/archive/2026/11/19/" and way(day, "next") == "/archive/2026/11/25/"
    assert 'rel="canonical" href="http://testserver/archive/2026/11/22/"' in day
    assert after.first_published.date() == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("zone", "days"),
    [("UTC", [22, 21]), ("Pacific/Auckland", [22]), ("America/New_York", [21])],
)
def test_a_day_is_one_of_the_sites_zone(zone, days):
    public("Late", at=datetime(2026, 11, 21, 23, 30, tzinfo=UTC))
    public("Early", at=datetime(2026, 11, 22, 0, 30, tzinfo=UTC))
    with override_settings(TIME_ZONE=zone):
        month = page("/archive/2026/11/")
        assert [int(day) for day in re.findall(r"/archive/2026/11/(\d\d)/", month)] == days
        found = [key for day in days for key in keys(page(f"/archive/2026/11/{day}/"))]
        assert len(found) == 2


def test_the_archive_leads_to_each_month_and_each_day_with_news():
    for at in (NINE, NINE + DAY, NINE - 40 * DAY, NINE - 400 * DAY):
        public(at=at)
    found = re.findall(r'href="(/archive/\d{4}/\d\d/)"', page("/archive/"))
    assert found == ["/archive/2026/11/", "/archive/2026/10/", "/archive/2025/10/"]
    month = page("/archive/2026/11/")
    assert re.findall(r'href="(/archive/\d{4}/\d\d/\d\d/)"', month) == [
        "/archive/2026/11/23/",
        "/archive/2026/11/22/",
    ]
    assert way(month, "prev") == "/archive/2026/10/" and way(month, "next") == ""
    for address in ("/archive/", "/archive/2026/11/", ADDRESS):
        assert emptiness(address) == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        *((each, 404) for each in ("2026/13/01/", "2026/02/30/", "2026/2/3/", "0001/01/01/")),
        *((each, 404) for each in ("9999/12/31/", "2026/00/", "2999/01/", "2999/01/01/")),
        *((each, 404) for each in ("2026/11/21/", "2026/10/", "2026/11/22/page/0/")),
        *((each, 200) for each in ("2026/11/22/", "2026/11/23/", "2026/11/")),
    ],
)
def test_a_wrong_date_and_one_before_the_first_news_or_after_today_have_no_page(address, status):
    public(at=NINE)
    public(at=NINE + 3 * DAY)
    assert Client().get(f"/archive/{address}").status_code == status


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/New_York"])
@pytest.mark.parametrize("year", [1, 999, 1000, 1850, 1899, 1900])
def test_one_very_old_article_does_not_hide_the_others(zone, year):
    public(at=NINE)
    public("Old", at=datetime(year, 1, 1, tzinfo=UTC))
    public("Old", at=datetime(year, 7, 1, 12, tzinfo=UTC))
    with override_settings(TIME_ZONE=zone):
        found = re.findall(r'href="(/archive/\d{4}/\d\d/)"', page("/archive/"))
        assert "/archive/2026/11/" in found and (f"/archive/{year}/07/" in found) == (year >= 1000)
        for address in found:
            assert "/archive/" in way(page(address), "prev") or address == found[-1]
        assert way(page(ADDRESS), "prev") == (f"/archive/{year}/07/01/" if year >= 1000 else "")


def test_an_empty_day_shows_a_message_and_has_noindex():
    public(at=NINE)
    public(at=NINE + 3 * DAY)
    day = page("/archive/2026/11/23/")
    assert "No news was published on this day." in day and 'content="noindex, follow"' in day
    assert way(day, "prev") == ADDRESS


def test_a_long_day_has_parts_that_lead_through_all_of_it_once():
    lifted = [public(f"Fire {n}", at=NINE, urgency=1) for n in range(2)]
    made = written(65, NINE + timedelta(hours=1))
    public("The day after", at=NINE + DAY)
    public("The day before", at=NINE - DAY)
    found, address = [], ADDRESS
    while address:
        shown = page(address)
        found.append(
            [
                key
                for part in shown.split(' class="river"')[1:]
                for key in re.findall(r'data-key="(article:\d+)"', part)
            ]
        )
        older = re.findall(r'<a href="([^"]*)">Older news', shown)
        address = older[0] if older else ""
    assert [len(part) for part in found] == [30, 30, 7]
    assert sum(found, []) == [each.key for each in [*lifted[::-1], *made[::-1]]]
    assert 'content="noindex, follow"' in shown
    assert re.findall(r'<a href="([^"]*)">Newer news', shown)[0].startswith(f"{ADDRESS}page/0-")


def test_an_open_day_follows_its_articles_and_adds_no_others():
    """Each part of the page is a part of the stream of all news."""
    made = [public(f"Story {n}", at=NINE + n * timedelta(minutes=1)) for n in range(3)]
    fire = public("Fire", at=NINE, urgency=1)
    public("The day before", at=NINE - DAY)
    shown = page(ADDRESS)
    feeds = re.findall(r'<live-feed stream="news"[^>]* limit="(\d+)" ceiling="([^"]+)"', shown)
    assert feeds == [("1", f"{fire.order}~"), ("3", "0-2026-11-23T00:00:00.000Z")]
    floors = re.findall(r' data-floor="([^"]+)"', shown)
    assert floors == [fire.order, made[0].order]


def test_a_page_is_fetched_anew_after_every_change_that_it_shows():
    article = public(at=NINE)
    client = Client()
    for change in (
        lambda: update_article(article, {"headline": "Bridge shuts"}),
        lambda: public(at=NINE + DAY),
    ):
        etags = {
            each: client.get(each)["ETag"] for each in ("/archive/", "/archive/2026/11/", ADDRESS)
        }
        for each, etag in etags.items():
            assert client.get(each, headers={"If-None-Match": etag}).status_code == 304
        change()
        for each, etag in etags.items():
            assert client.get(each, headers={"If-None-Match": etag}).status_code == 200


def test_an_archive_of_many_days_costs_as_many_queries_as_one_of_few():
    def cost(since: datetime, number: int) -> list[int]:
        for n in range(number):
            written(2, since + n * DAY)
        day = f"/archive/{since:%Y/%m/%d}/"
        counted = []
        for each in ("/archive/", f"/archive/{since:%Y/%m}/", day):
            logged()
            with CaptureQueriesContext(connection) as captured:
                assert keys(page(each)) or each != day
            counted.append(len(captured))
        return counted

    written(1, NINE - 900 * DAY)
    few, many = cost(NINE - 800 * DAY, 2), cost(NINE - 700 * DAY, 60)
    # The way from each of three more months to the one before it is found by the index.
    assert (few[0] + 2 * 3, *few[1:]) == tuple(many)
