"""The pages of lists: their newest and their older parts, of news, sections, topics and authors."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stoppress import live
from stoppress.live.publishing.registry import find_registered
from stoppress.newsroom.models import Article, Person, Topic
from stoppress.newsroom.publishing import lower_ranks, retract_article, update_article
from tests.logged import logged

from .desk import NINE, Page, draft, public, section, told
from .test_pages import emptiness

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LISTS = ("/", "/section/world/", "/topic/ems/", "/author/mara/")


@pytest.fixture
def related() -> dict[str, object]:
    Topic.objects.create(slug="ems", name="The Ems")
    Person.objects.create(slug="mara", name="Mara Voss")
    return {"section": section(), "topics": ["ems"], "authors": ["mara"]}


def written(number: int, since: datetime = NINE) -> list[Article]:
    """Write rows of articles in every list, one a minute: in an instant, without versions."""
    made = []
    for n in range(number):
        at = since + n * MINUTE
        place = f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
        made.append(
            Article(
                pub_status="usable", headline=f"Story {n}", section=section(), place=place,
                order=f"0-{place}", first_published=at, version_created=at, language="en",
            )
        )  # fmt: skip
    made = Article.objects.bulk_create(made)
    for each in made:
        each.topics.add(*Topic.objects.all())
        each.authors.add(*Person.objects.all())
    return made


def page(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200, address
    return str(response.content.decode())


def keys(shown: str) -> list[str]:
    """Return the keys of a page's articles, without that of the bar for breaking news."""
    return re.findall(r'data-key="(article:\d+)"', shown.partition(' class="river"')[2])


def way(shown: str, rel: str) -> str:
    """Return where the way to the older part (`next`) or the newer (`prev`) leads, if any."""
    [*found] = re.findall(rf'<a (?:href="([^"]*)")?[^>]*rel="{rel}"', shown)
    return str(found[0]) if found else ""


def walk(address: str) -> list[list[str]]:
    """Return the keys of a list's parts, as a reader without JavaScript comes to them."""
    parts = []
    while address:
        shown = page(address)
        parts.append(keys(shown))
        address = way(shown, "next")
    return parts


@pytest.mark.parametrize("address", LISTS)
def test_the_links_lead_through_all_articles_once_and_back_to_the_newest(address, related):
    made = [each.key for each in written(70)][::-1]
    parts = walk(address)
    assert [len(part) for part in parts] == [30, 30, 10]
    assert sum(parts, []) == made
    shown = page(address)
    oldest = way(page(way(shown, "next")), "next")
    newer = way(page(oldest), "prev")
    assert keys(page(newer)) == made[30:60]
    assert way(page(newer), "prev") == address and 'rel="prev"' not in shown


def test_an_older_part_is_for_readers_and_not_for_search_engines(related):
    written(40)
    older = way(page("/section/world/"), "next")
    shown = page(older)
    assert '<meta name="robots" content="noindex, follow">' in shown
    assert f'rel="canonical" href="http://testserver{older}"' in shown
    assert "<title>Older news – World – Stop Press</title>" in shown
    assert 'data-older="/section/world/page/{order}/"' in shown
    assert emptiness(older) == [] and emptiness("/page/0-2026-11-22T09:00:00.000Z/") == []
    assert 'rel="canonical" href="http://testserver/section/world/"' in page("/section/world/")


def test_nothing_drifts_while_news_comes_and_an_address_outlives_its_article(related):
    made = written(70)
    older = way(page("/"), "next")
    assert made[40].order in older
    before = keys(page(older))
    written(40, since=NINE + timedelta(days=1))
    retract_article(made[40], "Wrong.")
    shown = page(older)
    assert keys(shown) == before == [each.key for each in made[39:9:-1]]
    assert keys(page(way(shown, "prev")))[-1] == made[41].key


def test_a_part_below_ranked_articles_has_each_article_once(related):
    """More stand above the order of time than one part holds, and some of them come down."""
    written(50)
    now = timezone.now()
    urgent = [public(f"Fire {n}", urgency=1, top_until=now + 60 * MINUTE) for n in range(35)]
    pinned = public("Storm", pinned=True)
    parts = walk("/")
    assert parts[0][0] == pinned.key and len(parts[0]) == 30
    assert set(sum(parts, [])) == {each.key for each in Article.objects.all()}
    assert len(sum(parts, [])) == 86
    # An open page of that part takes in those that come down into it, and loses none.
    older = way(page("/"), "next")
    [ceiling] = re.findall(r"/page/([^/]+)/", older)
    assert ceiling.startswith("2-")
    open_page = Page("news", ceiling)
    Article.objects.filter(pk__in=[each.pk for each in urgent]).update(
        top_until=now - MINUTE, rank_until=now - MINUTE
    )
    assert lower_ranks(timezone.now()) == 35
    update_article(pinned, {"pinned": False})
    assert open_page.items() == open_page.fresh()
    assert {each.key for each in urgent} <= {item["key"] for item in open_page.items()}
    # A new article is among the newest, and in no part of the order of time below them.
    assert len(sum(walk("/"), [])) == 86


def test_an_article_that_is_lifted_leaves_its_part_and_comes_back_to_it(related):
    made = written(70)
    open_page = Page("news", made[40].order)
    lifted = update_article(made[20], {"pinned": True})
    assert lifted.key not in [item["key"] for item in open_page.items()]
    assert sum(walk("/"), []).count(lifted.key) == 1 and keys(page("/"))[0] == lifted.key
    update_article(lifted, {"pinned": False})
    assert open_page.items() == open_page.fresh()
    assert [item["key"] for item in open_page.items()][19] == lifted.key


def test_an_authors_page_lists_the_public_articles_that_name_the_author(related):
    shown = public("The bridge is shut", authors=["mara"])
    draft("canary", authors=["mara"])
    retract_article(public("canary", authors=["mara"]), "Made up.")
    public("By another")
    author = page("/author/mara/")
    assert keys(author) == [shown.key] and "canary" not in author
    assert '<h1 class="section-title" lang="en" dir="auto">Mara Voss</h1>' in author
    assert 'rel="canonical" href="http://testserver/author/mara/"' in author
    [item] = live.snapshot(shown.stream).items
    assert item["authors"] == [{"slug": "mara", "name": "Mara Voss", "url": "/author/mara/"}]


@pytest.mark.parametrize("make", [lambda: None, lambda: draft("canary", authors=["mara"])])
def test_a_person_without_public_articles_is_not_found(make, related):
    make()
    nobody = Client().get("/author/nobody/")
    person = Client().get("/author/mara/")
    assert (person.status_code, nobody.status_code) == (404, 404)
    assert person.content.replace(b"mara", b"nobody") == nobody.content
    assert not find_registered("author:mara").exists()


def test_an_authors_page_has_a_new_etag_after_any_event_of_the_news(related):
    public(**related)
    other = public()
    [address] = [each.get_absolute_url() for each in Person.objects.all()]
    etag = {"If-None-Match": Client().get(address)["ETag"]}
    assert Client().get(address, headers=etag).status_code == 304
    retract_article(other, "Made up.")  # an event of the news, and none of the author's stream
    assert Client().get(address, headers=etag).status_code == 200


def test_an_article_comes_into_its_authors_lists_and_leaves_them(related):
    Person.objects.create(slug="jo", name="Jo Lind")
    article = public(authors=["mara"])
    pages = [Page("author:mara"), Page("author:jo")]
    article = update_article(article, {"authors": ["jo"]})
    for each in pages:
        assert each.items() == each.fresh()
    assert told("author:mara") == ["put article.published", "remove article.moved"]
    assert told("author:jo") == ["put article.updated"]
    retract_article(article, "Made up.")
    assert pages[1].items() == [] and Client().get("/author/jo/").status_code == 404
    logs = "".join(str(event.item) for event in logged(stream="author:jo"))
    assert "Bridge opens" not in logs


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("order", ["0", "0-2026", "0-2026-13-22T09:00:00.000Z", "4-x"])
def test_an_invalid_order_is_not_found(address, order, related):
    assert Client().get(f"{address}page/{order}/").status_code == 404


def days(shown: str) -> list[tuple[str, str]]:
    """Return the key and the day of each item that shows its day, with the mark that says how."""
    found = re.findall(
        r'data-key="article:(\d+)"[^>]* (data-opens-day|data-dated)="yes"[^>]*>\s*'
        r'<p class="item-day" data-day="([^"]+)"',
        shown.partition(' class="river"')[2],
    )
    return [(f"{mark[5:]} {day}", key) for key, mark, day in found]


def test_articles_older_than_today_are_listed_under_their_day():
    now = timezone.now().replace(hour=12, minute=0)
    ago = [public(f"Story {n}", at=now - timedelta(hours=12 * n + 1)) for n in range(1, 6)]
    public("Now")
    pinned = public("Storm", at=now - timedelta(days=6), pinned=True)
    day = [f"{now - timedelta(days=n):%Y-%m-%d}" for n in range(7)]
    assert days(page("/")) == [
        (f"dated {day[6]}", str(pinned.pk)),
        (f"opens-day {day[1]}", str(ago[0].pk)),
        (f"opens-day {day[2]}", str(ago[2].pk)),
        (f"opens-day {day[3]}", str(ago[4].pk)),
    ]
    # A part begins with a day, whatever stands above it.
    assert days(page(f"/page/{ago[0].order}/"))[0] == (f"opens-day {day[1]}", str(ago[1].pk))


def test_the_queries_of_an_older_part_do_not_grow_with_the_number_of_articles(related):
    def cost(number: int, since: datetime) -> list[int]:
        made = written(number, since)
        counted = []
        for address in LISTS:
            for each in (address, f"{address}page/{made[number // 2].order}/"):
                logged()
                with CaptureQueriesContext(connection) as captured:
                    assert Client().get(each).status_code == 200
                counted.append(len(captured))
        return counted

    assert cost(10, NINE) == cost(300, NINE + timedelta(days=1))
