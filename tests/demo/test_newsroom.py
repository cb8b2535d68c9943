"""The demo's newsroom: plays the script through the verbs, and can be stopped anywhere."""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from threading import Event

import pytest
from django.db.models import QuerySet
from django.db.models.signals import post_save
from django.utils import timezone

from stoppress import live
from stoppress.demo.live_arc import live_arcs
from stoppress.demo.live_script import live_backlog, live_script
from stoppress.demo.newsroom import (
    LIVE_EVERY,
    DemoNewsroom,
    is_somebody_elses,
    newest_story,
    open_live_story,
    open_paper,
    open_sections,
    open_stories,
    remaining,
    remaining_live,
)
from stoppress.demo.playing import ACTS, play, play_safely
from stoppress.demo.script import BACKLOG, backlog, demo_script
from stoppress.demo.step import Step
from stoppress.demo.story import number_of
from stoppress.demo.town import PAPER, SECTIONS
from stoppress.live.testing import assert_fresh
from stoppress.newsroom.models import Article, Section, Version
from stoppress.newsroom.publishing import create_article, publish_article, update_article
from tests.logged import logged

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.backend("sqlite", long="postgres"),
]

SEED = 7
COVERAGE = {Version.Act.PAUSE, Version.Act.RESUME, Version.Act.CLOSE}


def acts() -> list[tuple[object, ...]]:
    """Return all that was done to stories in public, in its order."""
    return list(_acts("demo:"))


def live_acts() -> list[tuple[object, ...]]:
    """Return all that was done to live stories and their posts in public, in its order."""
    return list(_acts("demo-live:"))


def _acts(begins: str) -> QuerySet[Version, tuple[object, ...]]:
    done = Version.objects.public().filter(article__external_id__startswith=begins)
    return done.order_by("pk").values_list("article__external_id", "act", "note")


def told(steps: Iterable[Step]) -> list[tuple[object, ...]]:
    """Return the same of steps, each played once."""
    return [(step.story, {**ACTS, "publish": "publish"}[step.verb], step.note) for step in steps]


def script(count: int) -> Iterator[Step]:
    return islice(demo_script(SEED), count)


def demo_script_until(last: Step) -> Iterator[Step]:
    for step in demo_script(SEED):
        yield step
        if step == last:
            return


def story_paper() -> None:
    """Open the paper without a live story."""
    open_sections()
    open_stories(SEED)


def live_paper() -> None:
    """Open the paper with nothing but its live story."""
    open_sections()
    open_live_story(SEED)


def next_of(verb: str) -> Step:
    """Play the script up to the next step of that verb; return it, unplayed."""
    for step in demo_script(SEED):
        if step.verb == verb:
            return step
        assert play(step)
    raise AssertionError("The script never ends.")


def test_the_paper_opens_with_its_sections_and_a_backlog() -> None:
    open_paper(SEED)
    assert dict(Section.objects.order_by("position").values_list("slug", "name")) == SECTIONS
    public = Article.objects.public().filter(kind=Article.Kind.ARTICLE)
    assert public.count() == BACKLOG
    assert public.exclude(correction_text="").exists()
    newest, oldest = public.order_by("-order").first(), public.order_by("order").first()
    assert newest is not None and oldest is not None
    assert newest.first_published and oldest.first_published
    span = newest.first_published - oldest.first_published
    assert span.total_seconds() > 15 * 3600
    assert newest.first_published < timezone.now()


def test_its_stories_are_english_also_in_a_paper_of_another_language(settings) -> None:
    settings.STOPPRESS_LANGUAGE = "de"
    open_paper(SEED)
    assert set(Article.objects.values_list("language", flat=True)) == {"en"}


def test_opening_the_paper_again_adds_nothing() -> None:
    open_paper(SEED)
    before = acts()
    open_paper(SEED)
    assert acts() == before


def test_a_paper_whose_opening_was_cut_short_is_completed() -> None:
    open_sections()
    for step in backlog(SEED)[:9]:
        play(step)
    open_paper(SEED)
    assert acts() == told(backlog(SEED))


def test_every_verb_of_the_script_is_played() -> None:
    story_paper()
    assert play(next_of("restore"))
    assert {act for _, act, _ in acts()} == set(ACTS.values()) - COVERAGE | {"publish"}
    events = set(logged().values_list("event", flat=True))
    assert {"article.published", "article.corrected", "article.retracted"} <= events


def test_a_step_is_not_played_twice() -> None:
    story_paper()
    for step in script(25):
        play(step)
    before = acts()
    for step in script(25):
        assert not play(step)
    assert acts() == before


@pytest.mark.parametrize("cut", [0, 4, 31])
def test_a_restarted_paper_continues_with_the_same_articles(cut: int) -> None:
    story_paper()
    for step in script(cut):
        assert play(step)
    rest = list(islice(remaining(SEED), 12))
    for step in rest:
        play(step)
    everything = told(demo_script_until(rest[-1]))
    assert acts() == told(backlog(SEED)) + everything


def test_the_remaining_steps_are_found_without_playing_from_the_start() -> None:
    story_paper()
    for step in script(20):
        play(step)
    first = next(step for step in remaining(SEED) if step.verb == "publish")
    assert number_of(first.story) == newest_story() + 1


@pytest.mark.parametrize(
    "name", ["demo:zzz", "demo:99999999-x", "demo:99999999-bench-colour", "demo:", "demo:１-x"]
)
def test_a_name_that_only_resembles_a_demo_name_is_ignored(name: str) -> None:
    publish_article(
        create_article({"headline": "Not the demo's", "source": PAPER, "external_id": name})
    )
    assert newest_story() == 0
    assert is_somebody_elses()
    story_paper()
    assert newest_story() == BACKLOG
    assert next(remaining(SEED)) == next(demo_script(SEED))


def test_a_story_is_the_papers_own() -> None:
    open_paper(SEED)
    assert set(Article.objects.values_list("source", flat=True)) == {PAPER}


def test_a_story_that_an_editor_has_changed_is_left_alone() -> None:
    story_paper()
    step = next_of("correct")
    article = Article.objects.get(external_id=step.story)
    update_article(article, {"headline": "Better so"}, by="editor")
    before = acts()
    assert not play(step)
    assert acts() == before


def test_an_article_of_another_author_is_never_changed() -> None:
    assert not is_somebody_elses()
    article = publish_article(create_article({"headline": "Real news"}))
    assert is_somebody_elses()
    open_paper(SEED)
    assert not is_somebody_elses()  # the demo was here first, or has been let in
    for step in script(15):
        play(step)
    article.refresh_from_db()
    assert (article.headline, article.version) == ("Real news", 2)


def test_a_step_that_fails_is_one_line_and_the_next_is_played(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = logging.getLogger("stoppress")
    monkeypatch.setattr(ours, "propagate", True)  # for caplog to see it
    story_paper()
    step = next_of("publish")
    impossible = Step("publish", "demo:99999999-x", step.reporter, {"headline": ""})
    assert play_safely(impossible)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "demo:99999999-x" in caplog.text and "\n" not in caplog.text.strip()
    assert not Article.objects.filter(external_id=impossible.story).exists()
    assert play_safely(step)


def test_a_step_that_finds_a_stream_busy_is_played_all_the_same(caplog) -> None:
    story_paper()
    step = next_of("publish")
    refused = iter([live.StreamBusy("news"), live.StreamBusy("news")])

    def refuse(**_: object) -> None:
        for error in refused:
            raise error

    post_save.connect(refuse, sender=Version)
    try:
        assert play_safely(step)
    finally:
        post_save.disconnect(refuse, sender=Version)
    assert not caplog.records
    assert Article.objects.filter(external_id=step.story).count() == 1


def test_the_thread_plays_until_it_is_stopped() -> None:
    open_paper(SEED)
    enough = Event()

    def count(**_: object) -> None:
        if Version.objects.public().count() >= BACKLOG + 12:
            enough.set()

    post_save.connect(count, sender=Version)
    newsroom = DemoNewsroom(pace=0.001, seed=SEED)
    try:
        newsroom.start()
        assert enough.wait(20)
    finally:
        newsroom.stop()
        post_save.disconnect(count, sender=Version)
    assert not newsroom.is_alive()
    done, live = acts(), live_acts()
    assert done == told([*backlog(SEED), *script(len(done) - len(backlog(SEED)))])
    assert live == told(islice(live_script(SEED), len(live)))
    both = len(done) - len(backlog(SEED)) + len(live) - len(live_backlog(SEED))
    assert len(live) - len(live_backlog(SEED)) == both // LIVE_EVERY


def test_a_long_wait_does_not_hold_up_the_stop() -> None:
    open_paper(SEED)
    newsroom = DemoNewsroom(pace=3600, seed=SEED)
    newsroom.start()
    newsroom.stop()
    assert not newsroom.is_alive()
    assert acts() == told(backlog(SEED))


def test_the_paper_opens_with_a_live_story_of_more_posts_than_a_page_has() -> None:
    live_paper()
    story = Article.objects.get(kind=Article.Kind.LIVE)
    assert (story.coverage, story.pinned) == ("open", True)
    posts = Article.objects.public().filter(parent=story).order_by("-order")
    assert len(posts) > 30
    assert posts[0].pinned and not posts[1].pinned
    assert posts.filter(key_event=True).count() >= 5
    assert posts.exclude(correction_text="").exists()
    times = [post.occurred for post in posts[1:]]
    assert times == sorted(times, reverse=True)
    assert (times[0] - times[-1]).total_seconds() > 5 * 3600
    assert story.coverage_started == story.first_published < times[-1]
    before = live_acts()
    open_live_story(SEED)
    assert live_acts() == before == told(live_backlog(SEED))


def until_all_have_ended(seed: int) -> Iterator[Step]:
    """Yield the steps of each arc's live story up to the end of the last one's coverage."""
    ended = 0
    for step in live_script(seed):
        yield step
        ended += step.verb == "close"
        if ended == len(live_arcs()):
            return


def test_every_live_story_plays_through_and_one_is_open_all_the_time(client) -> None:
    live_paper()
    stories = Article.objects.filter(kind=Article.Kind.LIVE)
    for step in until_all_have_ended(SEED):
        play(step)
        states = list(stories.exclude(coverage="closed").values_list("coverage", flat=True))
        assert "open" in states and len(states) <= 2
    assert live_acts() == told(until_all_have_ended(SEED))
    assert stories.filter(coverage="closed").count() == len(live_arcs())
    for story in stories:
        for stream in ("posts", "keys", "coverage"):
            assert_fresh(f"{stream}:{story.pk}")
        page = client.get(story.get_absolute_url()).content.decode()
        for post in story.posts.order_by("order"):
            answer = client.get(post.get_absolute_url())
            assert answer.status_code == (200 if post.is_public else 410)
            if not post.is_public:
                assert post.headline not in page + answer.content.decode()
        assert post.headline in page, "the newest one"
    assert_fresh("keys")


@pytest.mark.parametrize("cut", [40, 60])
def test_a_restarted_live_story_continues_with_the_same_posts(cut: int) -> None:
    live_paper()
    steps = list(islice(live_script(SEED), cut + 12))
    for step in steps[:cut]:
        play(step)
    rest = remaining_live(SEED)
    while len(live_acts()) < len(steps):
        play(next(rest))
    assert live_acts() == told(steps)


def test_a_live_story_that_an_editor_has_changed_is_left_alone_with_its_posts() -> None:
    live_paper()
    story = Article.objects.get(kind=Article.Kind.LIVE)
    update_article(story, {"headline": "Better so"}, by="editor")
    before = live_acts()
    steps = remaining_live(SEED)
    step = next(steps)
    while not play(step):
        step = next(steps)
    assert step.verb == "publish" and not step.parent, "the next one begins"
    assert live_acts()[:-1] == before


def test_a_post_that_an_editor_has_changed_is_left_alone_and_others_follow() -> None:
    live_paper()
    pinned = Article.objects.get(kind=Article.Kind.POST, pinned=True)
    update_article(pinned, {"headline": "Better so"}, by="editor")
    steps = islice(live_script(SEED), 60)
    played = {step.story for step in steps if play(step)}
    assert pinned.external_id not in played and len(played) > 10
