"""Editors who do something with one draft in the same moment: one of them is first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.admin import site
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connections
from django.test import RequestFactory
from django.utils import timezone

from stoppress import live
from stoppress.newsroom.admin.decisions import DISCARD, REOPEN, SUBMIT, take
from stoppress.newsroom.models import ApiToken, Article, Person, Picture, Version
from stoppress.newsroom.picture_rights import check_change
from stoppress.newsroom.publishing import (
    WrongState,
    change_picture,
    discard_draft,
    move_post,
    publish_article,
    rename_person,
    rename_section,
    retract_article,
    send_back_article,
    submit_article,
    update_article,
    withdraw_version,
)
from stoppress.newsroom.publishing.article_row import locked
from stoppress.newsroom.rights import NoRight, Verb, permitted
from stoppress.newsroom.uploading import take_picture
from tests.logged import logged
from tests.newsroom.admin.editor import decide
from tests.newsroom.desk import Page, draft, live_story, post, public, section, wait_until_one_waits
from tests.newsroom.pictures.drawn import file
from tests.newsroom.pictures.made import picture
from tests.newsroom.publishing.test_withdraw_version import SECRET, libellous
from tests.newsroom.staff import browser_of, own, user_as

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs):
    """Run each verb in a thread of its own; return how many were carried out."""
    together = threading.Barrier(len(verbs))

    def run(verb):
        together.wait()
        try:
            verb()
        except WrongState:
            return 0
        finally:
            connections.close_all()
        return 1

    with ThreadPoolExecutor(len(verbs)) as pool:
        return sum(pool.map(run, verbs))


@pytest.mark.parametrize(
    ("ready", "verb", "act"),
    [
        (draft, submit_article, "submit"),
        (lambda: submit_article(draft()), lambda a: send_back_article(a, "Why?"), "send_back"),
        (draft, discard_draft, "discard"),
    ],
)
def test_simultaneous_calls_of_a_verb_take_effect_once(ready, verb, act):
    article = ready()
    assert at_once(*[lambda: verb(article)] * 4) == 1
    assert article.versions.filter(act=act).count() == 1


def test_a_draft_is_published_or_discarded_and_not_both():
    article = draft()
    assert at_once(lambda: publish_article(article), lambda: discard_draft(article)) == 1
    article.refresh_from_db()
    assert article.is_public != article.is_discarded


@pytest.mark.parametrize("moving", ["verb", "permitted"])
def test_posts_that_change_places_do_not_wait_for_each_other(moving):
    token, _ = ApiToken.issue("wire desk")

    def move(post, story):
        if moving == "verb":
            move_post(post, story)
            return
        with permitted(token, Verb.UPDATE, post, goes_to=story) as fresh:
            move_post(fresh, story)

    here, there = live_story("Storm"), live_story("Match")
    for _ in range(4):
        one, other = post(here), post(there)
        both = [partial(move, one, there), partial(move, other, here)]
        assert at_once(*both) == 2
        assert [Article.objects.get(pk=each.pk).parent_id for each in (one, other)] == [
            there.pk,
            here.pk,
        ]


def test_a_version_is_withdrawn_once_while_others_publish():
    article = libellous()
    withdrawals = [lambda: withdraw_version(article, [1, 2], note="Libel.")] * 2
    assert at_once(*withdrawals, public, public) == 3
    assert Version.objects.filter(act="withdraw").count() == 1
    assert SECRET not in str(list(Version.objects.values()))


LATER = timezone.now() + timedelta(days=400)


@pytest.mark.parametrize("decision", [DISCARD, REOPEN, SUBMIT])
def test_a_decision_is_judged_by_the_draft_as_it_is_now(decision):
    reporter = user_as("Reporter")
    read = own(draft(), reporter)
    scheduled = update_article(read, {"publish_at": LATER})
    request = RequestFactory().post("/")
    request.user, request._messages = reporter, CookieStorage(request)
    take(site.get_model_admin(Article), request, [read], decision, "Mine.")
    [said] = [str(message) for message in request._messages]
    assert "which you do not have" in said
    read.refresh_from_db()
    assert (read.publish_at, read.version) == (LATER, scheduled.version)


@pytest.mark.backend("postgres")
def test_a_discard_that_waits_for_the_desk_does_not_undo_its_schedule():
    reporter = user_as("Reporter")
    article, browser = own(draft(), reporter), browser_of(reporter)

    def discard():
        try:
            decide(browser, article, "discard", "Not mine.")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with live.atomic():
            update_article(article, {"publish_at": LATER})
            waiting = pool.submit(discard)
            wait_until_one_waits()  # it has read the draft, and wants to lock it
        waiting.result()
    article.refresh_from_db()
    assert article.publish_at == LATER and not article.is_discarded


def waiting(pool, verb, *given):
    """Run a verb in a thread of its own; return its future once one more waits than before."""

    def run():
        try:
            return verb(*given)
        finally:
            connections.close_all()

    future = pool.submit(run)
    pool.waiting = getattr(pool, "waiting", 0) + 1
    wait_until_one_waits(pool.waiting)
    return future


@pytest.mark.backend("postgres")
@pytest.mark.parametrize("published_first", [True, False])
def test_the_words_of_a_picture_are_changed_before_it_is_published_or_not_at_all(published_first):
    reporter = user_as("Reporter")
    made = picture(uploader=reporter, alt="Before")
    article = draft("Storm", image=made)
    page = Page("news")

    def change():
        change_picture(made, {"alt": "After"}, check=partial(check_change, reporter))

    first, second = partial(publish_article, article), change
    if not published_first:
        first, second = second, first
    with ThreadPoolExecutor(1) as pool:
        with live.atomic():
            first()
            other = waiting(pool, second)
        refused = isinstance(other.exception(), NoRight)
    made.refresh_from_db()
    assert (refused, made.alt) == (published_first, "Before" if published_first else "After")
    assert page.items() == page.fresh() and page.items()[0]["image"]["alt"] == made.alt


@pytest.mark.backend("postgres")
def test_a_change_of_a_picture_reaches_an_article_that_is_published_meanwhile():
    made, page = picture(alt="Before"), Page("news")
    shown = public("Shown", image=made)
    drafts = [draft("Storm", image=made), draft("Storm", body=f"![](picture:{made.pk})")]
    texts = [Page(each.stream) for each in (shown, *drafts)]
    with ThreadPoolExecutor(1) as pool:
        with live.atomic():
            for each in drafts:
                publish_article(each)
            changing = waiting(pool, change_picture, made, {"alt": "After"})
        changing.result()
    assert page.items() == page.fresh()
    assert [each["image"]["alt"] for each in page.items() if each["image"]] == ["After"] * 2
    for text in texts:
        assert text.items() == text.fresh() and "After" in str(text.items())


@pytest.mark.backend("postgres")
def test_a_publication_that_waits_for_a_changed_picture_shows_its_new_state():
    made, world, page = picture(alt="Before"), section("world"), Page("news")
    public("Storm", image=made, section=world)
    with ThreadPoolExecutor(1) as pool:
        with live.atomic():
            change_picture(made, {"alt": "After"})
            renaming = waiting(pool, rename_section, world, "Globe")
        renaming.result()
    assert page.items() == page.fresh()
    assert page.items()[0]["image"]["alt"] == "After"


@pytest.mark.backend("postgres")
def test_a_file_that_comes_twice_at_once_is_one_picture(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    ann, content = user_as("Reporter"), file("PNG")
    with ThreadPoolExecutor(1) as pool:
        with live.atomic():
            first, new = take_picture(ann, content, {"alt": "One"})
            other = waiting(pool, take_picture, ann, content, {"alt": "Two"})
        again, new_again = other.result()
    assert (again, new, new_again) == (first, True, False)
    assert Picture.objects.get().alt == "One"
    assert [each.name for each in (tmp_path / "pictures").iterdir()] == [first.folder]


@pytest.mark.backend("postgres")
def test_a_story_that_is_retracted_waits_for_a_new_name_in_its_posts():
    person, story = Person.objects.create(slug="ann", name="Ann"), live_story("Storm")
    post(story, SECRET, authors=["ann"])
    page = Page(f"posts:{story.pk}")
    with ThreadPoolExecutor(1) as pool:
        with live.atomic():
            rename_person(person, "Anna")
            retraction = waiting(pool, retract_article, story, "A rumour.")
        retraction.result()
    assert not logged(item__contains=SECRET).exists()
    assert page.items() == page.fresh() == []


@pytest.mark.backend("postgres")
def test_a_verb_that_waits_for_a_moving_post_holds_no_lock():
    here, there = live_story("Storm"), live_story("Match")
    moved = post(here)
    read = Article.objects.get(pk=moved.pk)

    def from_there():
        with live.atomic():
            locked(there)
            return update_article(read, {"headline": "By the other"})

    with ThreadPoolExecutor(2) as pool:
        with live.atomic():
            move_post(moved, there)
            changes = [
                waiting(pool, update_article, read, {"headline": "By one"}),
                waiting(pool, from_there),
            ]
        versions = {each.result().version for each in changes}
    assert versions == {moved.version + 2, moved.version + 3}


@pytest.mark.backend("postgres")
def test_a_section_is_renamed_while_a_post_moves_between_its_stories():
    world = section("world")
    here, there = live_story("Storm", section=world), live_story("Match", section=world)
    moved = post(here)
    with ThreadPoolExecutor(2) as pool:
        with live.atomic():
            locked(here)
            move = waiting(pool, move_post, moved, there)
            renaming = waiting(pool, rename_section, world, "Globe")
        assert move.result().parent == there
        assert renaming.result().name == "Globe"
