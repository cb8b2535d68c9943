"""Publish a feed's stories, through the newsroom's verbs."""

import logging
import re
from collections import Counter
from datetime import datetime

from django.db import DatabaseError

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.live.shown_url import shown_url
from stoppress.newsroom.models import Article
from stoppress.newsroom.phrase import Phrase
from stoppress.newsroom.publishing import (
    NewsroomError,
    create_article,
    prepare,
    publish_article,
    update_article,
)

from .decide import Changed, Decision, New, Skipped, Unchanged, decide
from .edition import NAMED, Edition
from .identity import digest, name
from .keys import repeated_names
from .models import SeenItem, Source
from .report import Report
from .sanitize import clip, one_line
from .story import Story

logger = logging.getLogger("stoppress.ingest")

# A story has at most this many real edits; more come from a counter or a clock in its text.
OFTEN = 24
SOURCE_NAME, EXTERNAL_ID, URI = 120, 500, re.compile(r"(?:https?|tag|urn):\S{1,490}", re.ASCII)
TOLERATED_REPEATS = 0.05


def take_in(source: Source, feed: Edition) -> Report:
    """Publish new stories as articles, and update the articles of changed ones.

    Each entry has its own transaction. One that fails is counted and logged; the others continue.

    Args:
        source: the saved source of the feed.
        feed: its stories.
    """
    stories = feed.stories
    report = Report(
        entries=len(stories) + len(feed.unread),
        failed=len(feed.unread) if feed.cut_short else 0,
        skipped=list(feed.unread),
        flaws=_flaws(feed),
    )
    now = database_time()
    memory = {item.key: item for item in SeenItem.objects.called(source, stories)}
    decisions = decide(stories, [item.as_known() for item in memory.values()])
    former = _former_articles(source, decisions)
    for decision in _in_the_order_of_time(decisions, now):
        refusal = ""
        if isinstance(decision, Skipped):
            refusal = decision.reason
        elif not _is_as_remembered(decision, memory):
            try:
                if isinstance(decision, New | Changed):
                    prepare(_texts(decision.story))  # without the lock: it may take a second
                with live.atomic():
                    refusal = _carry_out(decision, source, memory, former, now)
            except NewsroomError as error:  # the next poll would fail too, so it is not `failed`
                refusal = one_line(str(error))
            except (live.LiveError, DatabaseError) as error:
                report.failed += 1
                refusal = one_line(str(error))
        _count(decision, refusal, report)
    report.flaws += _restless(decisions, memory)
    present = [memory[each.known.key].pk for each in decisions if isinstance(each, Unchanged)]
    SeenItem.objects.filter(pk__in=present).update(last_seen=now)
    for reason, number in Counter(reason for _, reason in report.skipped).items():
        # The log line has no headline, since the story may have been withdrawn.
        called = next(called for called, why in report.skipped if why == reason)
        url = shown_url(source.url)
        logger.warning("%s: %d skipped: %s (%s)", url, number, reason, called)
    return report


def _in_the_order_of_time(decisions: list[Decision], now: datetime) -> list[Decision]:
    """Return decisions with the oldest story first, as in the log; feeds have the newest first."""
    # Sorting keeps the reversed order of stories with equal dates or without one.
    backwards = list(reversed(decisions))
    return sorted(backwards, key=lambda each: each.story.published or now)


def _is_as_remembered(decision: Decision, memory: dict[str, SeenItem]) -> bool:
    if not isinstance(decision, Unchanged):
        return False
    return memory[decision.known.key].is_as_remembered(decision.story, decision.key)


def _carry_out(
    decision: New | Changed | Unchanged,
    source: Source,
    memory: dict[str, SeenItem],
    former: dict[str, Article],
    now: datetime,
) -> str:
    """Carry out the decision about a story; return why nothing was done, or an empty text."""
    refusal = ""
    match decision:
        case New(story, key):
            article = former.get(external_id(source, key)) or _add(source, story, key, now)
            item = SeenItem(source=source, article=article)
        case Changed(story, key, known, fields):
            item = memory[known.key]
            refusal = _change(item.article, source, story, fields)
            if not refusal:
                item.count_revision()
        case Unchanged(story, key, known):
            item = memory[known.key]
    item.remember(story, key, now)
    return refusal


def _former_articles(source: Source, decisions: list[Decision]) -> dict[str, Article]:
    """Return articles from an earlier following of this source, by external id.

    There are none once the source has known items.
    """
    if SeenItem.objects.filter(source=source).exists():
        return {}
    ids = [external_id(source, each.key) for each in decisions if isinstance(each, New)]
    return {str(each.external_id): each for each in Article.objects.filter(external_id__in=ids)}


def external_id(source: Source, key: str) -> str:
    """Return the external id of an article that is made of a source's item."""
    whole = f"{source.url} {key}"
    return whole if len(whole) <= EXTERNAL_ID else f"sha256:{digest(source.url, key)}"


def _add(source: Source, story: Story, key: str, now: datetime) -> Article:
    """Publish a story."""
    fields = _texts(story) | {
        "section": source.section,
        "source": clip(source.title, SOURCE_NAME),
        "external_id": external_id(source, key),
    }
    if story.language:
        fields["language"] = story.language
    # The publisher's id, unless another article has it: two feeds may carry the same story.
    if URI.fullmatch(story.id) and not Article.objects.filter(uri=story.id).exists():
        fields["uri"] = story.id
    article = create_article(fields, by=source.title)
    return publish_article(article, by=source.title, at=min(story.published or now, now))


def _change(article: Article | None, source: Source, story: Story, fields: frozenset[str]) -> str:
    """Update only the fields that the publisher changed; return why not, or an empty text."""
    if article is None:
        return Phrase("its article was deleted here")
    if article.is_retracted:
        return Phrase("its article was retracted here")
    names = {"link": {"original_url"}, "body": {"body", "body_format"}}
    wanted = {name for field in fields for name in names.get(field, {field})}
    texts = _texts(story)
    update_article(article, {name: texts[name] for name in wanted}, by=source.title)
    return ""


def _texts(story: Story) -> dict[str, object]:
    return {
        "headline": story.headline,
        "summary": story.summary,
        "body": story.body,
        "body_format": Article.BodyFormat.HTML,
        "byline": story.byline,
        "original_url": story.link,
    }


def _count(decision: Decision, refusal: str, report: Report) -> None:
    if refusal:
        report.skipped.append((clip(name(decision.story), NAMED) or "an entry", refusal))
        return
    match decision:
        case New():
            report.new += 1
        case Changed():
            report.changed += 1
        case Unchanged():
            report.unchanged += 1


def _restless(decisions: list[Decision], memory: dict[str, SeenItem]) -> list[str]:
    """Return a flaw that counts the changed entries that change suspiciously often.

    Their changes are published all the same: the next one might be a correction.
    """
    changed = [memory[each.known.key] for each in decisions if isinstance(each, Changed)]
    often = sum(item.revisions > OFTEN for item in changed)
    if not often:
        return []
    if often == 1:
        return [Phrase("1 has changed more than %(times)d times", times=OFTEN)]
    return [Phrase("%(number)d have changed more than %(times)d times", number=often, times=OFTEN)]


def _flaws(feed: Edition) -> list[str]:
    """Return the flaws of a feed that could be read."""
    flaws: list[str] = []
    if feed.flaw:
        flaws.append(Phrase("not well formed (%(flaw)s)", flaw=feed.flaw))
    repeats = repeated_names(feed.stories)
    if repeats > TOLERATED_REPEATS * len(feed.stories):
        flaws.append(Phrase("%(number)d entries have another's id", number=repeats))
    return flaws
