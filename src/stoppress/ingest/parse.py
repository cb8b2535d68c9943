"""Parse a feed: RSS 0.9x, 1.0, 2.0 and Atom, well formed or not. No network, no files."""

import json
import re
from datetime import datetime
from typing import Any

from stoppress.newsroom.language import LANGUAGE, MAX_CHARS
from stoppress.newsroom.phrase import Phrase

from .charset import as_text
from .dates import read_date
from .elements import join
from .entry import Entry, ParsedFeed
from .reading import Found, read_elements
from .sanitize import is_web_address, one_line, plain_text, readable, text_as_html, writable

HTML_TYPES = {"text/html", "application/xhtml+xml"}
# Atomic, so that a long row of comments is not backtracked into.
WEB_PAGE = re.compile(
    r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!doctype\s+(?!html)[^>\[]*>)*+"
    r"<(?:!doctype\s+)?(?:html|head|body)\b",
    re.DOTALL | re.IGNORECASE,
)
# Characters of a title or a name that are read.
LINE = 2000
# Seconds; a longer `ttl` is a mistake.
MOST_TTL = 86_400
# The first of these dates that can be parsed counts.
PUBLISHED = ("published", "pubdate", "issued", "dcterms:issued", "created", "dcterms:created")
UPDATED = ("updated", "modified", "dcterms:modified", "dc:date", "lastbuilddate")


class NotAFeed(Exception):
    """The document is not a feed; the message says why."""


def parse(body: bytes, content_type: str = "", base_url: str = "") -> ParsedFeed:
    """Parse a feed, even if it is not well formed.

    Args:
        body: the document, unpacked.
        content_type: the Content-Type header, for its charset.
        base_url: the document's address, for relative links.

    Raises:
        NotAFeed: the document has no feed in it.
    """
    text, flaw = as_text(body, content_type)
    start = text.lstrip("\ufeff \t\r\n")
    if not start:
        raise NotAFeed(Phrase("It is empty."))
    if start[0] in "{[":
        raise NotAFeed(_json_says(start))
    found = _salvage(text, base_url)
    # Some feeds are wrapped in a page, so only a page without entries is refused.
    if not found.entries and WEB_PAGE.match(start):
        raise NotAFeed(Phrase("It is a web page, not a feed."))
    if not found.version:
        raise NotAFeed(Phrase("It is neither RSS nor Atom."))
    feed = found.feed
    # In Atom, the feed's author is that of entries without one (RFC 4287, section 4.2.1). In RSS,
    # the feed's managingEditor is not an author.
    atom = found.version.startswith("atom")
    author = _author(feed) if atom else ""
    return ParsedFeed(
        title=_title(feed),
        link=_address(feed.get("link", ""), base_url),
        language=_language(feed.get("language")),
        entries=tuple(_entry(entry, base_url, author) for entry in found.entries),
        flaw=flaw or one_line(found.flaw),
        atom=atom,
        ttl=_seconds(feed.get("ttl", "")),
    )


def _salvage(text: str, base_url: str) -> Found:
    try:
        return read_elements(text, base_url)
    except Exception as error:  # a hostile document may cause any exception
        raise NotAFeed(
            Phrase("It could not be read (%(error)s).", error=type(error).__name__)
        ) from error


def _json_says(start: str) -> Phrase:
    try:
        version = json.loads(start)["version"]
    except (ValueError, LookupError, TypeError, RecursionError):
        version = ""
    if "jsonfeed.org" in str(version):
        return Phrase("It is a JSON Feed; only RSS and Atom are read so far.")
    return Phrase("It is JSON, not a feed.")


def _entry(entry: Any, base_url: str, feed_author: str) -> Entry:
    content = _content(entry.get("content", ()))
    summary = entry.get("summary_detail") or (not content and entry.get("dc_description_detail"))
    link = entry.get("link", "")
    if link == entry.get("id") and not is_web_address(link):
        link = ""  # RSS treats a guid as a link by default, but most guids are not addresses
    summary_html, content_html = _html(summary), _html(content)
    if summary_html == content_html:  # feedparser copies the content to a missing summary
        summary_html = ""
    return Entry(
        id=one_line(writable(entry.get("id", ""))),
        link=_address(link, base_url),
        title=_title(entry) or _title(entry, "dc_title"),
        summary_html=summary_html,
        content_html=content_html,
        author=_author(entry) if "authors" in entry else _author_around(entry) or feed_author,
        language=_language((content or summary or {}).get("language")),
        summary_base=(summary or {}).get("base", ""),
        content_base=(content or {}).get("base", ""),
        published=_date(entry, PUBLISHED),
        updated=_date(entry, UPDATED),
    )


def _author_around(entry: Any) -> str:
    """Return the author in an entry's `source`, the feed that it was taken from."""
    return _author(entry.get("source", {}))


def _content(contents: Any) -> Any:
    """Return the first content that is text or HTML and is in the document itself.

    In RSS, Atom's content counts only without RSS's own, and a second summary comes last.
    """
    for content in sorted(contents, key=lambda content: content.get("rank", 0)):
        text = content.get("type") == "text/plain" or content.get("type") in HTML_TYPES
        if text and content.get("value", "").strip():
            return content
    return None


def _html(detail: Any) -> str:
    if not detail:
        return ""
    value = writable(detail.get("value", "")).strip()
    return value if detail.get("type") in HTML_TYPES else text_as_html(value)


def _title(node: Any, name: str = "title") -> str:
    """Return a title as text. The feed declares, or feedparser guesses, whether it is HTML."""
    title, detail = node.get(name, ""), node.get(f"{name}_detail") or {}
    # The detail may belong to an inner element, such as an author's title.
    marked_up = detail.get("type") in HTML_TYPES and detail.get("value") == title
    title = writable(title)[:LINE]
    return plain_text(title) if marked_up else readable(title)


def _author(entry: Any) -> str:
    """Return the authors' names, each once, without mail addresses."""
    names = [_name(person.get("name", "")) for person in entry.get("authors", ())]
    return ", ".join(dict.fromkeys(name for name in names if name))


def _name(text: str) -> str:
    words = plain_text(writable(text)[:LINE]).split()
    return " ".join(word for word in words if "@" not in word[1:]).strip("()<>[],; ")


def _address(link: str, base_url: str) -> str:
    """Return an absolute http or https address; empty if it is neither."""
    link = writable(link).strip()
    address = join(base_url, link) if link else ""
    return address if is_web_address(address) else ""


def _language(value: Any) -> str:
    language = str(value or "").strip().replace("_", "-")
    return language if len(language) <= MAX_CHARS and LANGUAGE.fullmatch(language) else ""


def _seconds(minutes: str) -> int:
    """Return RSS's `ttl` in seconds; 0 if it is no number."""
    digits = minutes.strip()
    return min(int(digits[:9]) * 60, MOST_TTL) if digits.isascii() and digits.isdigit() else 0


def _date(entry: Any, elements: tuple[str, ...]) -> datetime | None:
    """Return the first date that can be parsed, of the elements in their order."""
    named_dates = entry.get("dates", ())
    dates = (read_date(text) for name in elements for named, text in named_dates if named == name)
    return next((date for date in dates if date), None)
