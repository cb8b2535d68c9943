"""A feed prepared for the newsroom: its stories made safe, and the entries left unread. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stoppress.newsroom.body.limits import TooCostly, check_html
from stoppress.newsroom.phrase import Phrase, marked

from .choice import newest, superseded
from .entry import Entry, ParsedFeed
from .sanitize import clip, one_line
from .story import Story, compose

MAX_ENTRIES = 500
MAX_BYTES = 1_000_000
MAX_TEXT = 20_000_000  # of all stories: a short relative link grows by the length of its base
NAMED = 200
# What `check_html` refuses, as the reason why an entry is left out.
TOO_COSTLY = {
    "is too large as HTML.": marked("its text is too large as HTML"),
    "has too many nested tags.": marked("its text has too many nested tags"),
}


@dataclass(frozen=True)
class Edition:
    """The stories of a feed, in the document's order.

    Attributes:
        unread: the name of each entry that was left unread, and why.
        flaw: what was not well formed.
        cut_short: reading stopped early; another poll may read the unread entries.
        ttl: seconds for which the document may be kept, as it says.
    """

    title: str = ""
    stories: tuple[Story, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    flaw: str = ""
    cut_short: bool = False
    ttl: int = 0


def edition(feed: ParsedFeed, base_url: str = "") -> Edition:
    """Return a parsed feed prepared for the newsroom.

    Args:
        feed: the parsed document.
        base_url: the document's address, for relative links.
    """
    return bound(feed.title, feed.flaw, names(feed), read(feed, base_url), ttl=feed.ttl)


def read(feed: ParsedFeed, base_url: str = "") -> Iterator[tuple[int, Story | str]]:
    """Yield the index of each entry with its story, or with why it is left unread.

    Cheap entries come first, so these are read even if the others take too long.
    """
    older = superseded(feed.entries, feed.atom)
    latest = [place for place in range(len(feed.entries)) if place not in older]
    chosen = newest(feed.entries, latest, MAX_ENTRIES)
    text = 0
    for place in sorted(range(len(feed.entries)), key=lambda at: _tags(feed.entries[at])):
        entry = feed.entries[place]
        reason: str = ""
        if place in older:
            reason = Phrase("the feed has a later version of it")
        if not reason and place not in chosen:
            reason = Phrase("%(number)d other entries are newer", number=MAX_ENTRIES)
        reason = reason or _too_much(entry)
        if not reason and text > MAX_TEXT:
            reason = Phrase(
                "the entries before it have over %(number)s characters",
                number=format(MAX_TEXT, ","),
            )
        if reason:
            yield place, reason
            continue
        story = compose(entry, feed, base_url)
        text += len(story.body)
        yield place, story


def names(feed: ParsedFeed) -> list[str]:
    """Return a name of each entry for a report: never its text, since that may be withdrawn."""
    called = (entry.id or entry.link for entry in feed.entries)
    return [clip(one_line(name), NAMED) or f"entry {n}" for n, name in enumerate(called, start=1)]


def bound(
    title: str,
    flaw: str,
    names: Sequence[str],
    results: Iterable[tuple[int, Story | str]],
    missing: str = "",
    cut_short: bool = False,
    ttl: int = 0,
) -> Edition:
    """Build an edition from the results of `read`, in the document's order.

    Args:
        missing: why entries without a result are unread.
    """
    found = dict(results)
    everything = [(name, found.get(place, missing)) for place, name in enumerate(names)]
    return Edition(
        title=title,
        stories=tuple(made for _, made in everything if isinstance(made, Story)),
        unread=tuple((name, made) for name, made in everything if isinstance(made, str)),
        flaw=flaw,
        cut_short=cut_short and len(found) < len(names),
        ttl=ttl,
    )


def _tags(entry: Entry) -> int:
    return entry.content_html.count("<") + entry.summary_html.count("<")


def _too_much(entry: Entry) -> str:
    """Return why an entry is too large to be read; empty if it is not."""
    if entry.bytes() > MAX_BYTES:
        return Phrase("it is larger than %(number)s bytes", number=format(MAX_BYTES, ","))
    try:
        check_html(entry.content_html)
        check_html(entry.summary_html)
    except TooCostly as error:
        return Phrase(TOO_COSTLY[error.message])
    return ""
