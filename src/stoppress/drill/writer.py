"""One writer of a drill: random mutations by the newsroom's verbs."""

import argparse
import time
from collections.abc import Callable, Sequence

from django.db import Error as DatabaseError
from django.db import connection

from stoppress import live
from stoppress.newsroom import publishing
from stoppress.newsroom.models import Article, Section

from .plan import NEVER, SECTIONS, Tally, dice, kill_self
from .posts import Posts

SUMMARY = "What has happened, in a sentence, and a second one for those who like it. "
TROUBLE_SECONDS = 0.25
# Articles that a writer still changes; older ones are left as they are.
ARTICLES = 40


class Writer:
    """Publishes, updates, corrects, moves, retracts and restores its own articles and posts."""

    def __init__(
        self, number: int, options: argparse.Namespace, tally: Tally, stories: Sequence[int]
    ) -> None:
        self._number = number
        self._options = options
        self._tally = tally
        self._dice = dice(options.seed, number)
        self._public: list[Article] = []
        self._retracted: list[Article] = []
        self._stories = stories
        # Several changes in one transaction would lock the shared stories in any order.
        live_stories = options.live if options.together == 1 else []
        self._posts = Posts(f"Writer {number}", self._dice, live_stories)
        self._done = 0

    def write(self) -> None:
        """Make mutations until the tally has none left."""
        try:
            self._take_stories()
            while count := self._tally.take(self._options.together):
                self._mutate(count)
                self._tally.pace(self._options.over, self._options.count)
        finally:
            connection.close()

    def _take_stories(self) -> None:
        for article in Article.objects.filter(pk__in=self._stories):
            # A publisher before this one may have retracted it.
            (self._public if article.is_public else self._retracted).append(article)

    def end_specially(self, die: str | None, hold: float) -> None:
        """Publish once, and kill this process at the commit, or hold the locks for some seconds."""
        commit = connection._commit  # type: ignore[attr-defined]

        def special_commit() -> None:
            if die == "before":
                print("at the commit", flush=True)
                kill_self()
            if hold:
                print("holding", flush=True)
                time.sleep(hold)
            commit()
            if die == "after":
                print("committed", flush=True)
                kill_self()

        with live.atomic():
            # Reads that commit are done by now: the next commit is the only one that is replaced.
            self._publish(NEVER if die == "before" else f"Held {hold:g} s, {die or 'lives'}")
            connection._commit = special_commit  # type: ignore[attr-defined]
        print("released", flush=True)

    def _mutate(self, count: int) -> None:
        self._done += 1
        every = self._options.roll_back
        before, posts = (list(self._public), list(self._retracted)), self._posts.kept()
        try:
            if every and self._done % every == 0:
                self._roll_back()
            with live.atomic():
                for _ in range(count):
                    self._choose()()
                if self._options.delay:
                    time.sleep(self._dice.uniform(0, self._options.delay))
        except publishing.InvalidField:
            raise  # a bug of the drill itself: a retry would not help
        except publishing.NewsroomError as error:
            # The database lost its last commits, so the articles of this writer are gone.
            self._public, self._retracted = [], []
            self._posts.go_back(([], []))
            words = f"the writer's articles are not as it left them: {error}"
            self._tally.fail(publishing.WrongState(words), count)
        except (DatabaseError, live.StreamBusy) as error:
            self._public, self._retracted = before
            self._posts.go_back(posts)
            self._tally.fail(error, count)
            connection.close()
            time.sleep(TROUBLE_SECONDS)
        else:
            self._tally.commit(count)

    def _roll_back(self) -> None:
        """Publish once in a transaction and once in a savepoint, and roll both back."""
        for whole in (True, False):
            try:
                with live.atomic():
                    if not whole:
                        self._inner_roll_back()
                        raise _Undo
                    self._publish(NEVER)
                    raise _Undo
            except _Undo:
                self._public = [a for a in self._public if a.headline != NEVER]

    def _inner_roll_back(self) -> None:
        try:
            with live.atomic():
                self._publish(NEVER)
                raise _Undo
        except _Undo:
            pass

    def _choose(self) -> Callable[[], None]:
        if self._options.swell:
            return self._swell
        verbs: list[Callable[[], None]] = [self._publish_next] * 4
        if self._public:
            verbs += [self._update] * 3 + [self._correct] * 2 + [self._move] * 2
        if len(self._public) > 3:
            verbs += [self._retract]
        if self._retracted:
            verbs += [self._restore]
        return self._dice.choice(verbs + self._posts.verbs())

    def _publish_next(self) -> None:
        self._publish(f"Writer {self._number}, story {self._done}")

    def _publish(self, headline: str) -> None:
        fields = {
            "headline": headline,
            "summary": (SUMMARY * 23)[:1900] if self._options.long else SUMMARY,
            "body": "First paragraph.\n\nSecond paragraph, *with* a [link](https://example.org/).",
            "section": self._dice.choice(SECTIONS),
            "urgency": self._dice.randint(1, 9),
        }
        self._public.append(publishing.publish_article(publishing.create_article(fields)))
        del self._public[:-ARTICLES]

    def _swell(self) -> None:
        article = Article.objects.get(pk=self._options.only)
        body = f"{self._done} " + "word " * (self._options.swell // 5)
        publishing.update_article(article, {"body": body})

    def _update(self) -> None:
        place = self._place(self._public)
        fields = {"headline": f"Updated {self._done} by {self._number}"}
        self._public[place] = publishing.update_article(self._public[place], fields)

    def _correct(self) -> None:
        place = self._place(self._public)
        fields = {"summary": f"It was {self._done}."}
        article = publishing.correct_article(self._public[place], "A number was wrong.", fields)
        self._public[place] = article

    def _move(self) -> None:
        place = self._place(self._public)
        article = self._public[place]
        here = article.section.slug if article.section else ""
        there = next(slug for slug in SECTIONS if slug != here)
        self._public[place] = publishing.update_article(article, {"section": there})

    def _retract(self) -> None:
        article = self._public.pop(self._place(self._public))
        self._retracted.append(publishing.retract_article(article, "It was never so."))

    def _restore(self) -> None:
        article = self._retracted.pop(self._place(self._retracted))
        self._public.append(publishing.restore_article(article))

    def _place(self, articles: Sequence[Article]) -> int:
        return self._dice.randrange(len(articles))


class _Undo(Exception):
    """Raised to roll a transaction back."""


def open_paper(sections: Sequence[str], stories: int, live_stories: int = 0) -> list[int]:
    """Create the sections and some public stories; return their ids, those of live ones last."""
    for slug in sections:
        Section.objects.get_or_create(slug=slug, defaults={"name": slug.title()})
    ids = []
    for number in range(stories + live_stories):
        kind = Article.Kind.LIVE if number >= stories else Article.Kind.ARTICLE
        fields = {"headline": f"Opening story {number}", "section": sections[number % 2]}
        made = publishing.create_article(fields | {"kind": kind})
        ids.append(publishing.publish_article(made).pk)
    return ids
