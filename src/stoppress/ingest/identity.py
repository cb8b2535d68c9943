"""Say which item an entry is, by what it is called and by what it says. Pure."""

import hashlib
import re
import unicodedata
from urllib.parse import parse_qsl, urlencode, urlsplit

from .sanitize import is_web_address, one_line, without_image_hosts
from .story import UNTITLED, Story

NAME_BYTES = 2048

# Bringing a run of combining marks into their order takes the square of its length. A run is cut
# to what the Stream-Safe Text Format allows (UAX #15, section 13); no writing has so many.
_MARKS = "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x1F000))))
LONG_RUN = re.compile(f"([{_MARKS}]{{30}})[{_MARKS}]+")


def name(story: Story) -> str:
    """Return what the publisher calls the item: its id, else its link, else a hash of it.

    Empty where there is nothing to go by.
    """
    if story.id or story.link:
        return story.id or story.link
    titled = story.headline if story.headline != UNTITLED else ""
    dated = story.published.isoformat() if story.published else ""
    said = [titled, dated] if titled or dated else [story.summary, story.body]
    return f"sha256:{digest(*said)}" if any(said) else ""


def id_alias(story: Story) -> str:
    """Return the id as it stays when a site moves to https or drops its `www.`."""
    return _short(without_decoration(story.id)) if is_web_address(story.id) else ""


def link_alias(story: Story) -> str:
    """Return the link without what varies from one copy of it to the next."""
    return _short(without_decoration(story.link).partition("#")[0]) if story.link else ""


def without_decoration(address: str) -> str:
    """Return an address without its scheme, `www.` and `utm_` parameters."""
    parts = urlsplit(address)
    host = parts.netloc.lower().removeprefix("www.")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if not key.lower().startswith("utm_")]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept)
    tail = (f"?{query}" if query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    return f"{host}{parts.path or '/'}{tail}"


def fingerprint(story: Story) -> dict[str, str]:
    """Return a hash of each text that readers see; dates are not among them.

    Publishers touch dates without an edit, and edit without touching a date.
    """
    return {
        "headline": digest(story.headline),
        "summary": digest(story.summary),
        "body": digest(without_image_hosts(story.body)),
        "byline": digest(story.byline),
        "link": digest(link_alias(story)),
    }


def digest(*texts: str) -> str:
    """Return a short hash of texts whose white space and composition of letters do not count."""
    cut = (LONG_RUN.sub(r"\1", text) for text in texts)
    plain = (one_line(unicodedata.normalize("NFC", text)) for text in cut)
    return hashlib.sha256("\x00".join(plain).encode()).hexdigest()[:32]


def _short(alias: str) -> str:
    # An index holds no more; an item without an alias still has its key.
    return alias if len(alias.encode()) <= NAME_BYTES else ""
