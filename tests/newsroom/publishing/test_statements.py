"""How many statements of SQL the verbs take, without those of the log at the commit."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoppress.newsroom.models import Person, Topic
from stoppress.newsroom.publishing import (
    correct_article,
    create_article,
    publish_article,
    restore_article,
    retract_article,
    update_article,
)
from tests.newsroom.desk import live_story, section
from tests.newsroom.pictures.made import picture

pytestmark = pytest.mark.django_db


def verbs(fields, parent=None):
    """Return the number of statements of each verb; check that it repeats no SELECT."""
    taken = {}

    def take(name, verb, *args, **kwargs):
        with CaptureQueriesContext(connection) as captured:
            article = verb(*args, **kwargs)
        asked = [query["sql"] for query in captured]
        begun = next(n for n, sql in enumerate(asked) if sql.startswith("SAVEPOINT"))
        taken[name] = len(asked) - begun
        read = Counter(sql for sql in asked[begun:] if sql.startswith("SELECT"))
        assert set(read.values()) == {1}, (name, read.most_common(1))
        return article

    article = take("create", create_article, fields, parent=parent)
    article = take("publish", publish_article, article)
    article = take("update", update_article, article, {"body": "It opens on Monday."})
    article = take("correct", correct_article, article, "On Tuesday.", {"headline": "Tuesday"})
    article = take("retract", retract_article, article, "Made up.")
    take("restore", restore_article, article)
    return taken


# In this order.
VERBS = "create", "publish", "update", "correct", "retract", "restore"


def exceeding(taken, *bounds):
    return {
        name: taken[name] for name, most in zip(VERBS, bounds, strict=True) if taken[name] > most
    }


def test_no_verb_reads_the_same_rows_of_an_article_twice():
    Topic.objects.create(slug="ems", name="The Ems")
    Person.objects.create(slug="ann", name="Ann")
    image = picture()
    fields = {"headline": "Bridge shut", "body": f"![The bridge](picture:{image.pk})"}
    related = {"section": section(), "topics": ["ems"], "authors": ["ann"], "image": image}
    assert exceeding(verbs(fields | related), 23, 20, 16, 16, 15, 16) == {}


def test_no_verb_reads_the_same_rows_of_a_post_twice():
    fields = {"headline": "Bridge shut", "body": "It is shut."}
    assert exceeding(verbs(fields, parent=live_story()), 13, 23, 19, 19, 20, 19) == {}
