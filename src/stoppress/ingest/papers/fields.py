"""Turn an item into the fields of an article here, and a hash of each. Pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stoppress.newsroom.publishing.kinds import NOT_OF_POSTS, POSTS_ONLY

from .item import Item

# Facts that are used unchanged; the others are derived from the item.
PLAIN = (
    *("headline", "summary", "body", "body_format", "byline", "located", "language", "urgency"),
    *("pinned", "top_until", "source_type", "source", "original_url", "occurred", "key_event"),
    "copyright_notice",
)


def facts_of(item: Item) -> dict[str, Any]:
    """Return the facts of an item, by the names of our fields.

    `correction`, `coverage` and `story` are facts without a field. Sections, topics and authors are
    given by their slugs, a picture by its address.
    """
    facts: dict[str, Any] = {name: getattr(item, name) for name in PLAIN}
    facts |= {
        "section": item.section.slug if item.section else None,
        "topics": sorted({each.slug for each in item.topics}),
        "authors": sorted({each.slug for each in item.authors}),
        "image": item.image.url if item.image else None,
    }
    facts = {name: value for name, value in facts.items() if name not in _not_of(item)}
    facts["body"] = [item.body, sorted((each.id, each.url) for each in item.pictures)]
    correction = item.correction
    return facts | {
        "correction": [correction.text, correction.date] if correction else None,
        "coverage": item.coverage,
        "story": item.story.key if item.story else None,
    }


def fingerprint_of(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return a short hash of each fact."""
    return {name: _digest(json.dumps(value, default=_as_text)) for name, value in facts.items()}


def changed(now: Mapping[str, str], before: Mapping[str, str]) -> set[str]:
    """Return the names of the facts that the paper has changed since the item before."""
    return {name for name, value in now.items() if before.get(name) != value}


def fields_of(item: Item, body: tuple[str, str], now: datetime) -> dict[str, object]:
    """Return the fields that need no lookup in the database.

    `occurred` is never later than now, because the other paper's clock may be ahead.

    Args:
        body: the text and its format, with our addresses.
    """
    fields: dict[str, object] = {
        name: getattr(item, name) for name in PLAIN if name not in _not_of(item)
    }
    fields |= {"body": body[0], "body_format": body[1]}
    if item.is_post and item.occurred is not None:
        fields["occurred"] = min(item.occurred, now)
    return fields


def _not_of(item: Item) -> tuple[str, ...]:
    return NOT_OF_POSTS if item.is_post else POSTS_ONLY


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
