from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import publish_article
from stoppress.newsroom.publishing.place import AT_ONCE, free_order
from tests.newsroom.desk import NINE, draft, public

MILLISECOND = timedelta(milliseconds=1)


@pytest.mark.django_db
def test_articles_of_one_moment_stand_a_millisecond_apart():
    orders = [public(at=NINE).order for _ in range(3)]
    assert orders == [f"2026-11-22T09:00:00.00{n}Z" for n in range(3)]
    assert {article.first_published for article in Article.objects.all()} == {NINE}


@pytest.mark.django_db
def test_a_gap_is_filled():
    public(at=NINE)
    public(at=NINE + 2 * MILLISECOND)
    assert free_order(NINE) == "2026-11-22T09:00:00.001Z"
    assert free_order(NINE - MILLISECOND) == "2026-11-22T08:59:59.999Z"


@pytest.mark.django_db
def test_hundreds_of_one_moment_cost_few_queries(django_assert_max_num_queries):
    count = AT_ONCE * 2 + 50
    Article.objects.bulk_create(
        Article(headline="x", order=f"2026-11-22T09:00:00.{n:03}Z") for n in range(count)
    )
    with django_assert_max_num_queries(3):
        assert free_order(NINE) == f"2026-11-22T09:00:00.{count}Z"


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(60)
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
    assert list(orders) == [f"2026-11-22T09:00:00.00{n}Z" for n in range(8)]
