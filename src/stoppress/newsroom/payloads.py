"""Articles as items: the JSON that readers receive."""

import json
from datetime import datetime
from itertools import zip_longest
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext

from stoppress import live
from stoppress.live import conf
from stoppress.live.protocol.frames import wire_time as wire_time
from stoppress.live.rendering.locale import Locale

from .body.cards import with_links
from .dateline import with_dateline
from .direction import Direction, direction
from .language import site_language
from .models import Article, Person, Section, SourceType, Topic, Version
from .opening import opening
from .pictures.in_body import shown_body
from .pictures.item import picture_item
from .public_versions import HISTORY, public_versions
from .times import in_full_words

OLDER_PAGES_BYTES = 64 * 1024
CHANGES_TEXT = {Version.Act.UPDATE, Version.Act.CORRECTION}


class HistoryLine(NamedTuple):
    """A public change in words, and its note in the article's language."""

    words: str
    note: str
    direction: Direction  # of the note

    def __str__(self) -> str:
        return f"{self.words}: {self.note}" if self.note else self.words


def article_item(article: Article) -> dict[str, Any]:
    """Return the fields of an article for items and for the API's answers, without `view`."""
    return {
        "key": article.key,
        "version": article.version,
        "order": article.order,
        "uri": article.uri,
        "kind": article.kind,
        "language": article.language,
        "direction": direction_of(article),
        "url": article.get_absolute_url(),
        "headline": article.headline,
        "summary": article.summary,
        "byline": article.byline,
        "located": article.located,
        "section": section_item(article.section) if article.section else None,
        "urgency": article.urgency,
        "breaking": article.is_public and article.breaking,
        "pinned": article.pinned,
        "pub_status": article.pub_status,
        "first_published": time_or_none(article.first_published),
        "version_created": wire_time(article.version_created),
        "source_type": article.source_type,
        "digital_source_type": digital_source_type(article.source_type),
        "reviewed": bool(article.reviewed_by),
        "image": picture_item(article.image) if article.image else None,
        "correction": correction_item(article),
        **coverage_fields(article),
    }


def coverage_fields(article: Article) -> dict[str, str | None]:
    """Return the state and the times of a live story's coverage; `{}` for another article."""
    if not article.is_live:
        return {}
    ended = article.coverage == Article.Coverage.CLOSED
    return {
        "coverage": article.coverage or None,
        "coverage_started": time_or_none(article.coverage_started),
        "coverage_changed": time_or_none(article.coverage_changed),
        "coverage_ended": time_or_none(article.coverage_changed) if ended else None,
    }


def story_item(article: Article, versions: list[Version] | None = None) -> dict[str, Any]:
    """Return an article as the item of its own stream; text and history are in the view.

    Args:
        versions: its `public_versions`, if they were read before.
    """
    versions = public_versions(article) if versions is None else versions
    updated = last_update(versions)
    item = article_item(article) | {
        "topics": [topic_item(topic) for topic in article.topics.all()],
        "authors": [author_item(person) for person in article.authors.all()],
        "updated": time_or_none(updated),
        "source": article.source,
        "original_url": article.original_url,
        "copyright_notice": article.copyright_notice,
    }
    history = history_lines(article, versions[:HISTORY])
    shown = history_shown(history, versions)
    body, located = with_dateline(shown_body(article), article.located)
    context = {
        "item": item,
        "body": body,
        "located": located,
        "tone": article.section and article.section.tone,
        "history": shown,
        "corrected": changes_of(Version.Act.CORRECTION, shown, versions),
        # A summary is in the view already.
        "description": "" if article.summary.strip() else opening(article.body_tree),
        "site_language": site_language(),
    }
    item["view"] = live.view("newsroom/_story.html", context, stream=article.stream)
    return item | for_older_pages(article, history)


def last_update(versions: list[Version]) -> datetime | None:
    """Return the time of the last update of the text; None if there was none.

    A correction does not count: it has a note with its own time.

    Args:
        versions: the public ones, the latest first.
    """
    return next((each.created for each in versions if each.act == Version.Act.UPDATE), None)


def for_older_pages(article: Article, history: list[HistoryLine]) -> dict[str, Any]:
    """Return the fields for open pages of the release before `view`. Drop in the next release.

    The result is empty if the text is very long: each server would store it twice, and the item
    could become too large to be sent. Such a page lacks the text until it is reloaded.
    """
    fields = {
        "body": with_links(shown_body(article)),
        "description": description(article) or None,
        "history": [["ul", *(["li", str(line)] for line in history)]],
    }
    size = len(json.dumps(fields, ensure_ascii=False).encode())
    return fields if size <= min(OLDER_PAGES_BYTES, conf.whole("ITEM_BYTES") // 3) else {}


def direction_of(article: Article) -> Direction:
    """Return the writing direction of an article's texts."""
    return direction(article.language, f"{article.headline} {article.summary}")


def description(article: Article) -> str:
    """Return an article's description for search results and link previews.

    It is the summary, else the opening of the text.
    """
    return " ".join(article.summary.split()) or opening(article.body_tree)


def section_item(section: Section) -> dict[str, str]:
    """Return a section as a part of an item."""
    return {"slug": section.slug, "name": section.name, "url": section.get_absolute_url()}


def topic_item(topic: Topic) -> dict[str, str]:
    """Return a topic as a part of a story's item."""
    return {"slug": topic.slug, "name": topic.name, "url": topic.get_absolute_url()}


def person_item(person: Person) -> dict[str, str]:
    """Return an author as a part of a post's item, without `url`: no page lists their posts."""
    return {"slug": person.slug, "name": person.name}


def author_item(person: Person) -> dict[str, str]:
    """Return an author as a part of a story's item."""
    return person_item(person) | {"url": person.get_absolute_url()}


def correction_item(article: Article) -> dict[str, str] | None:
    """Return the latest correction; None if there is none."""
    if article.correction_date is None:
        return None
    return {"text": article.correction_text, "date": wire_time(article.correction_date)}


def history_lines(article: Article, versions: list[Version]) -> list[HistoryLine]:
    """Return the public changes in words, the latest first.

    Example: `22 November 2026, 09:10 UTC — Correction`, with the note `The mayor's name.`. Words
    and times are in the site's language and zone, not the publisher's: all readers get the same.
    """
    with Locale.of_the_site().active():
        return [_history_line(article, version) for version in versions]


def history_shown(
    lines: list[HistoryLine], versions: list[Version], taken: datetime | None = None
) -> list[dict[str, str]]:
    """Return the lines of a history for a template, each with the address of its comparison.

    Args:
        versions: the public ones, the latest first; if possible one more than there are lines.
        taken: of a post, its `texts_taken_until`.
    """
    addresses = changes_addresses(versions, taken)
    return [
        {**line._asdict(), "changes": changes}
        for line, changes in zip(lines, addresses, strict=False)
    ]


def changes_of(act: str, shown: list[dict[str, str]], versions: list[Version]) -> str:
    """Return the address of the latest comparison for an act; empty if there is none."""
    pairs = zip(shown, versions, strict=False)
    return next((line["changes"] for line, version in pairs if version.act == act), "")


def changes_addresses(versions: list[Version], taken: datetime | None = None) -> list[str]:
    """Return the address of the comparison for each public change.

    It is empty where there is nothing to compare, or where a text has been withdrawn or retracted.

    Args:
        versions: the public ones, the latest first.
        taken: of a post, its `texts_taken_until`.
    """
    addresses: list[str] = []
    retracted = False
    for after, before in zip_longest(versions, versions[1:]):
        retracted = retracted or Version.Act.RETRACTION in {after.act, before and before.act}
        gone = before is None or before.withdrawn or after.withdrawn or retracted
        gone = gone or bool(before and taken and before.created <= taken)
        changed = after.act in CHANGES_TEXT and not gone
        numbers = [after.article_id, before.version, after.version] if changed else []
        addresses.append(reverse("newsroom:changes", args=numbers) if numbers else "")
    return addresses


def _history_line(article: Article, version: Version) -> HistoryLine:
    words = f"{in_full_words(version.created)} — {Version.Act(version.act).label}"
    if version.withdrawn:
        gone = gettext("This version’s text has been withdrawn.")
        return HistoryLine(f"{words}. {gone}", "", "ltr")
    return HistoryLine(words, version.note, direction(article.language, version.note))


def digital_source_type(source_type: str) -> str | None:
    return SourceType(source_type).uri if source_type else None


def time_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else wire_time(moment)
