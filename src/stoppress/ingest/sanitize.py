"""Make a publisher's HTML safe to store, and its text plain."""

import html
import re
import unicodedata
from urllib.parse import urlsplit

import nh3

from stoppress.newsroom.body.address import LINKS, WEB
from stoppress.newsroom.body.elements import ATTRIBUTES, ELEMENTS, MAPPED, VOID, WRAPPERS
from stoppress.newsroom.body.reading import read
from stoppress.newsroom.letters import whole_letters, without_piles

from .markup import Markup
from .plain import Plain
from .scripted import as_shown

# The attributes that a body keeps, and those that determine the numbers of a list.
KEPT = {**ATTRIBUTES, "ol": ("start", "reversed", "type"), "li": ("value",)}

# Characters that PostgreSQL or UTF-8 cannot store, and control characters.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Invisible characters, and those that change the direction of all text after them. Joiners are
# kept: Persian words and emoji families need them.
UNREADABLE = re.compile("[\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
# Within a line these marks keep signs and numbers of Hebrew and Arabic in their place, and do not
# affect the text after them. At the ends of a line they have no effect.
DIRECTION_MARKS = "\u061c\u200e\u200f"
BLANK = set("\u115f\u1160\u2800\u3164\uffa0")  # letters that are invisible
# What nh3 writes: a tag, its attributes in double quotes, or text.
TOKEN = re.compile(r'<(/?)([a-z0-9]+)(?:[^">]|"[^"]*")*+>|[^<]+')
PART_OF_ENTITY = re.compile("&[^;]*$")
PICTURE_TEXT = re.compile(r'<img\b(?:[^>"]|"[^"]*")*? alt="([^"]*)"')
IMAGE_ADDRESS = re.compile(r'(<img\b[^>]*? src=")(?:https?:)?//[^/"?#]*([^"?#]*)[^"]*')


def writable(text: str) -> str:
    """Return the text without control characters, noncharacters and lone surrogates."""
    return UNWRITABLE.sub("", text)


def safe_html(text: str, base: str = "") -> str:
    """Return a publisher's HTML without anything active, and with absolute addresses.

    Args:
        text: untrusted HTML.
        base: the base of relative addresses; without it they are dropped.
    """
    markup = Markup()
    read(as_shown(writable(text)), markup)
    cleaned = nh3.clean(
        markup.html(),
        tags={*ELEMENTS, *MAPPED, *WRAPPERS} - {"form"},
        attributes={name: set(names) for name, names in KEPT.items()},
        link_rel=None,
        url_schemes=set(LINKS),
        url_relative=("rewrite_with_base", base) if is_web_address(base) else "deny",
    )
    return writable(cleaned).strip()  # again: a forbidden character may have come as a reference


def plain_text(text: str) -> str:
    """Return the visible text of HTML, on one line."""
    plain = Plain()
    read(writable(text), plain, embeds=False)
    return readable(writable(plain.text_of_all()))


def text_as_html(text: str) -> str:
    """Return plain text as HTML: a paragraph for each part between empty lines."""
    parts = (part.strip() for part in re.split(r"\n\s*\n", text))
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts if part)


def one_line(text: str) -> str:
    """Return the text with every run of white space as one space."""
    return " ".join(text.split())


def readable(text: str) -> str:
    """Return text on one line without bidirectional controls; empty if nothing is visible."""
    line = without_piles(UNREADABLE.sub("", one_line(text)))
    line = one_line(line).strip(DIRECTION_MARKS + " ")
    return line if any(map(_has_ink, line)) else ""


def clip(text: str, limit: int) -> str:
    """Return at most `limit` characters of a line, cut after a word and with an ellipsis.

    If the last word is more than half of it, the cut is within the word: not every script has
    spaces.
    """
    if len(text) <= limit:
        return text
    head = whole_letters(text, limit).rpartition(" ")[0]
    if len(head) < limit // 2:
        # One endless grapheme is cut too: its start is better than nothing.
        head = whole_letters(text, limit - 1) or text[: limit - 1]
    return head.rstrip(" ,;:–—-" + DIRECTION_MARKS) + "…"


def clip_html(safe: str, limit: int) -> str:
    """Return at most `limit` characters of safe HTML, with every element closed."""
    if len(safe) <= limit:
        return safe
    kept: list[str] = []
    open_: list[str] = []
    room = limit - 1  # and an ellipsis
    for token in TOKEN.finditer(safe):
        slash, name = token.groups()
        if slash:
            # The room for the end tag was reserved at the start tag.
            kept.append(f"</{open_.pop()}>")
            continue
        end = f"</{name}>" if name and name not in VOID else ""
        if len(token[0]) + len(end) > room:
            if not name:
                kept.append(PART_OF_ENTITY.sub("", whole_letters(token[0], room)))
            break
        room -= len(token[0]) + len(end)
        kept.append(token[0])
        open_ += [name] if end else []
    return "".join([*kept, "…", *(f"</{name}>" for name in reversed(open_))])


def picture_text(safe: str) -> str:
    """Return the first visible `alt` text of a picture in safe HTML; empty if there is none."""
    texts = (readable(html.unescape(found[1])) for found in PICTURE_TEXT.finditer(safe))
    return next(filter(None, texts), "")


def without_image_hosts(safe: str) -> str:
    """Return safe HTML with image addresses cut to their paths.

    An image's host and query change with the content delivery network, not with the news.
    """
    return IMAGE_ADDRESS.sub(r"\1\2", safe)


def _has_ink(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in BLANK


def is_web_address(address: str) -> bool:
    """Return whether this is an absolute http or https address with a host."""
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() in WEB and bool(parts.hostname)
    except ValueError:  # such as "http://[::1"
        return False
