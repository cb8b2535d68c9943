"""Turn a publisher's entry into a story for the newsroom. Pure."""

from dataclasses import dataclass
from datetime import datetime

from .entry import Entry, ParsedFeed
from .sanitize import clip, clip_html, picture_text, plain_text, safe_html

# The largest sizes of an article's fields, in characters; and sizes that read well on a front page.
HEADLINE, SUMMARY, BODY, BYLINE, LINK = 300, 2000, 200_000, 200, 2000
OPENING, SHORT = 280, 500
MADE_HEADLINE = 80
UNTITLED = "Untitled"


@dataclass(frozen=True)
class Story:
    """An entry made safe: `body` is HTML, everything else is text.

    `published` is UTC, in whole seconds.
    """

    id: str
    link: str
    headline: str
    summary: str
    body: str
    byline: str
    language: str
    published: datetime | None


def compose(entry: Entry, feed: ParsedFeed, base_url: str = "") -> Story:
    """Return the story of an entry.

    Args:
        entry: the entry, its HTML untrusted.
        feed: the entry's feed.
        base_url: the document's address, for relative links without a better base.
    """
    base = entry.content_base if entry.content_html else entry.summary_base
    base = base or entry.link or feed.link or base_url
    summary = plain_text(entry.summary_html)
    body = safe_html(entry.content_html or entry.summary_html, base)
    if not entry.content_html and len(summary) <= SHORT and _is_bare(body):
        body = ""  # otherwise a page would show the summary twice
    elif not entry.content_html or not summary:
        summary = clip(plain_text(entry.content_html or entry.summary_html), OPENING)
    published = entry.published or entry.updated
    return Story(
        id=entry.id,
        link=entry.link if len(entry.link) <= LINK else "",
        headline=clip(entry.title, HEADLINE)
        or clip(summary, MADE_HEADLINE)
        or clip(picture_text(body) or _embeds_title(body), MADE_HEADLINE)
        or UNTITLED,
        summary=clip(summary, SUMMARY),
        body=clip_html(body, BODY),
        byline=clip(entry.author, BYLINE),
        language=entry.language or feed.language,
        published=published and published.replace(microsecond=0),
    )


def _embeds_title(body: str) -> str:
    """Return the text of the link that replaces an embed, unless it is only an address."""
    text = plain_text(body)
    return text if " " in text or "/" not in text else ""


def _is_bare(body: str) -> bool:
    """Return whether HTML is a few lines of bare text."""
    marks = ("<a ", "<img", "<li", "<h", "<blockquote", "<pre", "<table")
    struck = ("<s>", "<del>", "<strike>")  # text that a summary leaves out
    return body.count("<p>") <= 1 and not any(mark in body for mark in marks + struck)
