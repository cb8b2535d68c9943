"""Make drafts from the posts of an export, and update the articles of earlier imports."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import DatabaseError

from stoppress import live
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing import (
    NewsroomError,
    create_article,
    prepare,
    submit_article,
    update_article,
)

from .around import Around
from .changes import changed_fields
from .content import TooLarge
from .entries import Entry
from .fields import Fields
from .index import Index, Work
from .item import Item
from .pictures import BY, Pictures
from .report import Report
from .state import State, state_of
from .terms import KINDS, Terms

NOT_TAKEN = "Not imported"
KEPT = "Changed here and in the export; the text here stays"
STILL_PUBLIC = "Public here, but no longer in the export; retract what should not stay"
# The coverage of a live blog that was not ended ends with its last entry, once it is so old.
QUIET = timedelta(days=2)
NEVER_CHANGED = ("kind", "external_id", "uri")
OF_COVERAGE = (Version.Act.PAUSE, Version.Act.RESUME, Version.Act.CLOSE)


class Intake:
    """Imports the items of one export."""

    def __init__(
        self, index: Index, report: Report, terms: Terms, pictures: Pictures, *, dry_run: bool
    ) -> None:
        self._index, self._report, self._terms = index, report, terms
        self._around = Around(index, pictures)
        self._fields = Fields(index, report, terms, self._around)
        self._dry_run = dry_run

    def take(self, item: Item, now: datetime) -> None:
        """Make a draft from a post, or update its article, with the entries of a live blog."""
        state = state_of(item, now)
        known = _known(self._fields.id_of(item))
        if isinstance(state, str):
            self._report.leave_out(state)
            if known is not None and known.is_public:
                self._report.name(STILL_PUBLIC, f"{item.called}: article {known.pk}")
            return
        self._report.left_out["reader’s comment"] += item.comments
        story = self._carry_out(item.called, partial(self._story, item, state, known))
        if story is None:
            return
        links = self._around.links_forward
        if story.pk is not None:
            self._index.put_link(item, story.pk)
        if story.is_live:
            self._take_entries(item, story, state)
        if self._dry_run:
            return
        closes = _closes(item, story, now) if story.is_live else None
        publish = state is State.PUBLISHED and story.is_draft
        if publish or links or closes:
            self._index.put_work(Work(story.pk, item.date, publish, closes, links), None)

    def _take_entries(self, item: Item, story: Article, state: State) -> None:
        for entry in item.entries:
            called = f"entry {entry.id} of {item.called}"
            self._carry_out(called, partial(self._post, item, entry, story, state))
        self._say_deleted(item)

    def _carry_out(self, called: str, act: Callable[[], Article | None]) -> Article | None:
        """Do something with an article; report an error."""
        try:
            return act()
        except (NewsroomError, TooLarge) as error:
            self._report.name(NOT_TAKEN, f"{called}: {' '.join(str(error).split())}")
        except (live.LiveError, DatabaseError) as error:
            self._report.again += 1
            self._report.name(NOT_TAKEN, f"{called}: {' '.join(str(error).split())}")
        return None

    def _story(self, item: Item, state: State, known: Article | None) -> Article | None:
        self._around.begin(item)
        values = self._fields.of(item, state)
        if known is not None:
            return self._changed(known, values, item.called)
        kind = "live story" if item.live else "article"
        self._terms.make(values)
        if self._dry_run:
            self._report.new[kind] += 1
            return Article(kind=str(values["kind"]))
        prepare(values)
        with live.atomic():
            made = create_article(values, by=BY)
            if state is State.SUBMITTED:
                made = submit_article(made, by=BY)
        self._report.new[kind] += 1
        return made

    def _post(self, item: Item, entry: Entry, story: Article, state: State) -> Article | None:
        self._around.begin(item)
        values = self._fields.of_entry(item, entry)
        known = _known(str(values["external_id"]))
        post: Article | None = None
        if known is None:
            self._terms.make(values)
            if not self._dry_run:
                post = create_article(values, parent=story, by=BY)
            self._report.new["post"] += 1
        else:
            post = self._changed(known, values, f"entry {entry.id} of {item.called}")
        if post is not None and not self._dry_run:
            links = self._around.links_forward
            publish = state is State.PUBLISHED and post.is_draft
            if publish or links:
                self._index.put_work(Work(post.pk, entry.date, publish, None, links), story.pk)
        return post

    def _changed(self, article: Article, values: dict[str, object], called: str) -> Article | None:
        """Change what the export has changed; return the article unless it is withdrawn."""
        if article.is_withdrawn or article.is_discarded:
            self._report.leave_out("retracted here" if article.is_withdrawn else "discarded here")
            return None
        if values.get("kind", article.kind) != article.kind and not article.is_post:
            self._report.name(
                NOT_TAKEN, f"{called}: it has become a live blog, or is no longer one"
            )
        if self._dry_run:
            self._report.known += 1
            return article
        never = NEVER_CHANGED if article.is_draft else (*NEVER_CHANGED, "publish_at")
        told = {name: value for name, value in values.items() if name not in never}
        # Rows are made only for changed fields: others may have been deleted here.
        rows = {name: told.pop(name) for name in KINDS.keys() & told.keys()}
        new, edited = changed_fields(article, prepare(told, article) | rows)
        if edited:
            self._report.name(KEPT, f"{called}, article {article.pk}: {', '.join(edited)}")
        if not new:
            self._report.unchanged += 1
            return article
        self._report.changed += 1
        self._terms.make(new)
        return update_article(article, new, by=BY)

    def _say_deleted(self, item: Item) -> None:
        if not item.deleted_entries:
            return
        self._report.left_out["deleted entry"] += len(item.deleted_entries)
        ids = [self._fields.id_of_entry(item, each) for each in item.deleted_entries]
        for post in Article.objects.public().filter(external_id__in=ids, source=""):
            self._report.name(STILL_PUBLIC, f"a deleted entry of {item.called}: post {post.pk}")


def _known(external_id: str) -> Article | None:
    return Article.objects.filter(external_id=external_id, source="").first()


def _closes(item: Item, story: Article, now: datetime) -> datetime | None:
    """Return when the coverage of a live blog ended; None if it goes on or an editor decided."""
    last = max((each.date for each in item.entries if each.date), default=item.date)
    if item.live == "archive":
        decided = story.versions.filter(act__in=OF_COVERAGE).exists()
        return None if decided else last or now
    return last if story.is_draft and last is not None and now - last > QUIET else None
