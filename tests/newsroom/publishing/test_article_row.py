"""For every event of a verb: an open page's stale state plus the events equals the fresh state."""

import os
import random
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User

from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Topic
from stoppress.newsroom.publishing import (
    NewsroomError,
    correct_article,
    create_article,
    lower_ranks,
    publish_article,
    rename_section,
    restore_article,
    retract_article,
    update_article,
)
from tests.newsroom.desk import Page, public, section, told

pytestmark = pytest.mark.django_db
SECTIONS = ["world", "sport", ""]
TOPICS = ["ems", "floods"]
# `make long` plays more of them.
WALKS = int(os.environ.get("STOPPRESS_MACHINE", "0")) or 2


def a_random_verb(chance: random.Random) -> None:
    """Do to a random article what a desk does; what it refuses is no harm."""
    articles = list(Article.objects.all())
    article = chance.choice(articles)
    word = f"{chance.random():.6f}"
    topics = [slug for slug in TOPICS if chance.random() < 0.4]
    place = {"section": chance.choice(SECTIONS), "topics": topics}
    urgency = {"urgency": chance.choice([1, 1, 2, 5]), "top_until": a_time(chance)}
    do = chance.choice(
        ["publish", "update", "move", "urgency", "pin", "lower", "correct", "retract", "restore"]
        + ["rename", "make", "review"]
    )
    if do == "publish":
        publish_article(create_article({"headline": word, **place, **urgency}))
    elif do == "update":
        update_article(article, {"headline": word, "body": f"*{word}*"})
    elif do == "move":
        update_article(article, place)
    elif do == "urgency":
        # With a visible change: of one for the desk alone, open pages keep the version before.
        update_article(article, {"headline": word, **urgency})
    elif do == "pin":
        update_article(article, {"pinned": not article.pinned})
    elif do == "lower":
        lower_ranks(database_time() + timedelta(hours=chance.choice([0, 2, 4])))
    elif do == "correct":
        correct_article(article, word, {**place, "summary": word})
    elif do == "retract":
        retract_article(article, word)
    elif do == "restore":
        restore_article(article)
    elif do == "make":
        update_article(article, {"source_type": chance.choice(["people", "machine", "mixed"])})
    elif do == "review":
        update_article(article, {"source_type": "machine", "reviewed_by": "edith"})
    else:
        rename_section(section("world"), word)


def a_time(chance: random.Random) -> datetime | None:
    """Return a time at the top: none, one that is over, or one that a later look ends."""
    hours = chance.choice([None, -1, 1, 3])
    return None if hours is None else database_time() + timedelta(hours=hours)


@pytest.mark.parametrize("seed", range(WALKS))
@pytest.mark.slow("it plays a random walk")
def test_stale_state_plus_events_equals_fresh_state_after_any_verbs(seed):
    chance = random.Random(seed)
    for slug in SECTIONS[:2]:
        section(slug)
    User.objects.create_user("edith")
    for slug in TOPICS:
        Topic.objects.create(slug=slug, name=slug.title())
    articles = [
        public(f"Story {n}", section=chance.choice(SECTIONS), topics=TOPICS[: n % 3])
        for n in range(34)
    ]
    streams = ["news", "section:world", "section:sport", "topic:ems", "topic:floods", "breaking"]
    streams += [articles[-1].stream]
    pages = [Page(stream) for stream in streams]
    for _ in range(60):
        try:
            a_random_verb(chance)
        except NewsroomError:
            continue
        if chance.random() < 0.1:
            pages += [Page(stream) for stream in streams]
    for page in pages:
        assert page.items() == page.fresh()
    assert len(set(told())) >= 5


@pytest.mark.parametrize(
    ("verb", "event"),
    [
        (lambda a: publish_article(create_article({"headline": "New"})), "article.published"),
        (lambda a: update_article(a, {"headline": "New"}), "article.updated"),
        (lambda a: update_article(a, {"section": "sport"}), "article.moved"),
        (lambda a: correct_article(a, "Note.", {"headline": "New"}), "article.corrected"),
        (lambda a: retract_article(a, "Note."), "article.retracted"),
        (lambda a: restore_article(retract_article(a, "Note.")), "article.restored"),
    ],
)
def test_each_event_makes_stale_state_fresh(verb, event):
    section("sport")
    article = public(section=section("world"))
    streams = ["news", "section:world", "section:sport", article.stream]
    pages = [Page(stream) for stream in streams]
    verb(article)
    assert told()[-1].endswith(event)
    for page in pages:
        assert page.items() == page.fresh()
