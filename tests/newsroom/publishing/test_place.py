from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from stoppress.live.clock import database_time
from stoppress.live.protocol.frames import wire_time
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import publish_article, publish_due
from stoppress.newsroom.publishing.place import AT_ONCE, free_place, set_order
from tests.newsroom.desk import NINE, draft, public

MILLISECOND = timedelta(milliseconds=1)
LATER = NINE + timedelta(days=1)


@pytest.mark.django_db
def test_articles_of_one_moment_are_a_millisecond_apart():
    places = [public(at=NINE).place for _ in range(3)]
    assert places == [f"2026-11-22T09:00:00.00{n}Z" for n in range(3)]
    assert {article.first_published for article in Article.objects.all()} == {NINE}


@pytest.mark.django_db
def test_a_gap_is_filled():
    public(at=NINE)
    public(at=NINE + 2 * MILLISECOND)
    assert free_place(NINE, LATER) == "2026-11-22T09:00:00.001Z"
    assert free_place(NINE - MILLISECOND, LATER) == "2026-11-22T08:59:59.999Z"


@pytest.mark.django_db
def test_hundreds_of_one_moment_cost_few_queries(django_assert_max_num_queries):
    count = AT_ONCE * 2 + 50
    Article.objects.bulk_create(
        Article(headline="x", place=f"2026-11-22T09:00:00.{n:03}Z") for n in range(count)
    )
    with django_assert_max_num_queries(3):
        assert free_place(NINE, LATER) == f"2026-11-22T09:00:00.{count}Z"


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
def test_writers_at_one_moment_each_get_a_place():
    drafts = [draft(f"Story {n}") for n in range(8)]
    failures: list[Exception] = []

    def publish(article: Article) -> None:
        try:
            publish_article(article, at=NINE)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=publish, args=[article]) for article in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    orders = Article.objects.public().order_by("order").values_list("order", flat=True)
    assert list(orders) == [f"0-2026-11-22T09:00:00.00{n}Z" for n in range(8)]


@pytest.mark.django_db
def test_no_place_is_later_than_the_clock():
    now = database_time()
    for n in range(30):
        Article.objects.create(headline="x", place=wire_time(now + n * MILLISECOND))
    article = publish_article(draft(), at=now)
    assert article.place <= wire_time(database_time())
    assert article.place >= wire_time(now + 30 * MILLISECOND)


@pytest.mark.django_db
def test_a_clock_that_was_set_back_delays_a_publication_only_shortly():
    now = database_time() + timedelta(hours=1)
    draft(publish_at=now)
    Article.objects.create(headline="x", place=wire_time(now))
    assert publish_due(now) == 1
    assert database_time() < now


@pytest.mark.django_db
def test_a_place_far_ahead_of_the_clock_is_not_waited_for():
    Article.objects.bulk_create(
        Article(headline="x", place=wire_time(NINE + n * MILLISECOND)) for n in range(1500)
    )
    assert free_place(NINE, NINE) == wire_time(NINE - MILLISECOND)


@pytest.mark.parametrize(
    ("fields", "rank"),
    [
        ({}, 0),
        ({"urgency": 1}, 2),
        ({"urgency": 1, "top_until": NINE + MILLISECOND}, 2),
        ({"urgency": 1, "top_until": NINE}, 0),
        ({"urgency": 2}, 0),
        ({"urgency": 2, "top_until": NINE + MILLISECOND}, 1),
        ({"urgency": 3, "top_until": NINE + MILLISECOND}, 1),
        ({"urgency": 3, "top_until": NINE}, 0),
        ({"urgency": 4, "top_until": NINE + MILLISECOND}, 0),
        ({"urgency": 9, "pinned": True}, 3),
        ({"urgency": 1, "pinned": True, "top_until": NINE}, 3),
    ],
)
def test_an_article_has_the_rank_of_its_pin_and_urgency(fields, rank):
    article = Article(headline="x", place=wire_time(NINE), **fields)
    set_order(article, NINE)
    assert (article.rank, article.order) == (rank, f"{rank}-2026-11-22T09:00:00.000Z")


def test_a_draft_has_no_order():
    article = Article(headline="x", urgency=1)
    set_order(article, NINE)
    assert (article.rank, article.order, article.breaking) == (0, None, False)
