"""Read a feed's bytes: RSS 0.9x, 1.0, 2.0 and Atom, well formed or not. No network, no files."""

import codecs
import io
import json
import re
from calendar import timegm
from datetime import UTC, datetime
from email.message import Message
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXParseException

import feedparser

from .entry import Entry, ParsedFeed
from .sanitize import is_web_address, one_line, plain_text, readable, text_as_html, writable

HTML_TYPES = {"text/html", "application/xhtml+xml"}
# Atomic, so that a long row of comments cannot be split in more than one way.
WEB_PAGE = re.compile(
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->|<!doctype\s+(?!html)[^>\[]*>)*+"
    rb"<(?:!doctype\s+)?(?:html|head|body)\b",
    re.DOTALL | re.IGNORECASE,
)
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
# Of a title or a name no more is looked at, whatever stands in it.
LINE = 2000
# A date before this is a broken clock.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


class NotAFeed(Exception):
    """Say in words why a document is no feed."""


def parse(body: bytes, content_type: str = "", base_url: str = "") -> ParsedFeed:
    """Read a feed, salvaging what is not well formed.

    Args:
        body: the document, as it came.
        content_type: the Content-Type header, for its charset.
        base_url: the document's address, for relative links.

    Raises:
        NotAFeed: there is no feed in it.
    """
    start = body.lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    if not start:
        raise NotAFeed("It is empty.")
    if start[:1] in b"{[":
        raise NotAFeed(_json_says(start))
    found = _salvage(body, _xml_type(body, content_type))
    # Some feeds come wrapped in a page, so only a page without entries is refused as one.
    if not found.entries and WEB_PAGE.match(start):
        raise NotAFeed("It is a web page, not a feed.")
    if not found.version:
        raise NotAFeed("It is neither RSS nor Atom.")
    feed = found.feed
    return ParsedFeed(
        title=_title(feed),
        link=_address(feed.get("link", ""), base_url),
        language=_language(feed.get("language")),
        entries=tuple(_entry(entry, base_url) for entry in found.entries),
        flaw=_flaw(found),
    )


def _salvage(body: bytes, content_type: str) -> Any:
    """Return what feedparser makes of the bytes, with its own cleaning off: ours comes after."""
    try:
        # A stream, for it takes bytes for the name of a file first. And no address of the
        # document, for it joins that to every guid that does not say isPermaLink="false".
        return feedparser.parse(
            io.BytesIO(body),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-type": content_type},
        )
    except Exception as error:  # whatever a hostile document makes it raise
        raise NotAFeed(f"It could not be read ({type(error).__name__}).") from error


def _json_says(start: bytes) -> str:
    try:
        version = json.loads(start)["version"]
    except (ValueError, LookupError, TypeError, RecursionError):
        version = ""
    if "jsonfeed.org" in str(version):
        return "It is a JSON Feed; only RSS and Atom are read so far."
    return "It is JSON, not a feed."


def _xml_type(body: bytes, content_type: str) -> str:
    """Return a type by which the document's own words on its encoding count.

    feedparser follows RFC 3023, where text/xml without a charset is ASCII. RFC 7303, section 3,
    replaced that: a byte order mark first, then the charset, then the XML declaration.
    """
    message = Message()
    message["Content-Type"] = content_type
    charset = message.get_content_charset("")
    if body.startswith(codecs.BOM_UTF8):
        charset = "utf-8"
    return f"application/xml; charset={charset}" if charset else "application/xml"


def _entry(entry: Any, base_url: str) -> Entry:
    summary, content = entry.get("summary_detail"), _content(entry.get("content", ()))
    link = entry.get("link", "")
    if link == entry.get("id") and not is_web_address(link):
        link = ""  # RSS calls a guid a link unless told otherwise; most such guids are none.
    details = (content, summary, entry.get("title_detail"))
    summary_html, content_html = _html(summary), _html(content)
    return Entry(
        id=one_line(writable(entry.get("id", ""))),
        link=_address(link, base_url),
        title=_title(entry),
        # feedparser copies the content to a missing summary.
        summary_html="" if summary_html == content_html else summary_html,
        content_html=content_html,
        author=_author(entry),
        language=_language((content or summary or {}).get("language")),
        base=next((d["base"] for d in details if d and d.get("base")), ""),
        published=_date(entry, "published_parsed"),
        updated=_date(entry, "updated_parsed"),
    )


def _content(contents: Any) -> Any:
    """Return the first content that is text or HTML and is in the document itself."""
    for content in contents:
        text = content.get("type") == "text/plain" or content.get("type") in HTML_TYPES
        if text and content.get("value", "").strip():
            return content
    return None


def _html(detail: Any) -> str:
    if not detail:
        return ""
    value = writable(detail.get("value", "")).strip()
    return value if detail.get("type") in HTML_TYPES else text_as_html(value)


def _title(node: Any) -> str:
    """Return a title as text: a feed says itself, or feedparser guesses, whether it is HTML."""
    title, detail = node.get("title", ""), node.get("title_detail") or {}
    # The detail may be that of an element further in, such as an author's title.
    marked_up = detail.get("type") in HTML_TYPES and detail.get("value") == title
    title = writable(title)[:LINE]
    return plain_text(title) if marked_up else readable(title)


def _author(entry: Any) -> str:
    """Return the authors' names, each once; where they take mail is not for the page."""
    people = [person.get("name", "") for person in entry.get("authors", ())]
    # feedparser finds a name beside an address only where the address is an old, short one.
    names = map(_name, people if len(people) > 1 else [entry.get("author", "")])
    return ", ".join(dict.fromkeys(name for name in names if name))


def _name(text: str) -> str:
    words = plain_text(writable(text)[:LINE]).split()
    return " ".join(word for word in words if "@" not in word[1:]).strip("()<>[],; ")


def _address(link: str, base_url: str) -> str:
    """Return an absolute http or https address, or nothing."""
    link = writable(link).strip()
    try:
        address = urljoin(base_url, link) if link else ""
    except ValueError:
        return ""
    return address if is_web_address(address) else ""


def _language(value: Any) -> str:
    language = str(value or "").strip().replace("_", "-")
    return language if len(language) <= 35 and LANGUAGE.fullmatch(language) else ""


def _date(entry: Any, name: str) -> datetime | None:
    # Asked first: feedparser warns, and answers with another date, where there is none.
    if name not in entry:
        return None
    try:
        date = datetime.fromtimestamp(timegm(entry[name]), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    return date if date >= EARLIEST else None


def _flaw(found: Any) -> str:
    if not found.bozo:
        return ""
    error = found.bozo_exception
    if isinstance(error, SAXParseException):
        return f"{error.getMessage()} in line {error.getLineNumber()}"
    return one_line(str(error))
