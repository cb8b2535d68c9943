"""Identify the item of a story, by its id and link and by its text. Pure."""

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache

from stoppress.newsroom.letters import without_piles

from .essence import essence
from .known import Known
from .pages import page, site_of, without_count
from .sanitize import is_web_address, one_line, without_image_hosts
from .story import UNTITLED, Story

NAME_BYTES = 2048
A_POLL = 500  # stories of one poll; the fingerprint of each is needed several times


def name(story: Story) -> str:
    """Return the name of the item: its id, else its link, else a hash of its text.

    It is empty if the story has none of these.
    """
    if story.id or story.link:
        return story.id or story.link
    titled = story.headline if story.headline != UNTITLED else ""
    dated = story.published.isoformat() if story.published else ""
    texts = [titled, dated] if titled or dated else [story.summary, story.body]
    return f"sha256:{digest(*texts)}" if any(texts) else ""


def id_alias(story: Story) -> str:
    """Return the id without the parts that change when a site moves to https or drops its `www.`.

    Tracking parameters are left out too. Without an id, the link is used.
    """
    called = story.id or story.link
    return _short(page(called)) if is_web_address(called) else ""


def exact_alias(called: str) -> str:
    """Return an id as `id_alias` does, but keep parameters that may identify the item."""
    return page(called, doubtful=True) if is_web_address(called) else called


def link_alias(story: Story) -> str:
    """Return the link without the parts that vary between its copies or between edits."""
    return _short(without_count(page(story.link))) if story.link else ""


@lru_cache(maxsize=A_POLL)
def fingerprint(story: Story) -> Mapping[str, str]:
    """Return a hash of each text that readers see.

    Dates are left out: publishers change dates without an edit, and edit without changing a date.
    """
    return {
        "headline": digest(story.headline),
        "summary": digest(story.summary),
        "body": digest(essence(story.body, site_of(story.link))),
        "byline": digest(story.byline),
        "link": digest(without_count(page(story.link))),
    }


def same_date_or_headline(story: Story, known: Known) -> bool:
    """Return whether a story has the known item's date, or, if a date is missing, its headline."""
    if story.published and known.published:
        return story.published == known.published
    return fingerprint(story)["headline"] == known.fingerprint.get("headline")


def same_date_and_headline(story: Story, known: Known) -> bool:
    """Return whether a story has the known item's date and headline."""
    dated = story.published is not None and story.published == known.published
    return dated and fingerprint(story)["headline"] == known.fingerprint.get("headline")


def says_much_the_same(story: Story, known: Known, within: timedelta) -> bool:
    """Return whether a story has the known item's headline, its text, or nearly its date.

    Args:
        within: the largest difference of the dates.
    """
    now, before = fingerprint(story), known.fingerprint
    if now["headline"] == before.get("headline"):
        return True
    if story.summary or story.body:
        words = [now["summary"], now["body"]]
        if words == [before.get("summary"), before.get("body")]:
            return True
    if not story.published or not known.published:
        return False
    return abs(story.published - known.published) <= within


def former_body(story: Story) -> str:
    """Return the hash of a body as former releases made it, which did not leave out noise.

    Items are still recognised by it. Otherwise a new release would write each body once more, and
    overwrite the changes of editors.
    """
    return digest(without_image_hosts(story.body))


def digest(*texts: str) -> str:
    """Return a short hash of texts that ignores white space and Unicode composition."""
    # The time to normalise a run of marks grows with the square of its length, so cut runs first.
    plain = (one_line(unicodedata.normalize("NFC", without_piles(text))) for text in texts)
    return hashlib.sha256("\x00".join(plain).encode()).hexdigest()[:32]


def _short(alias: str) -> str:
    # A database index holds no more; an item without an alias still has its key.
    return alias if len(alias.encode()) <= NAME_BYTES else ""
