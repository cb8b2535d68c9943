"""Reduce a body to its visible news: words, pictures and links. Pure."""

import html
import re

from stoppress.newsroom.body.elements import ATTRIBUTES, MAPPED, VOID, WRAPPERS

from .counters import counts_readers, counts_readers_at_the_end
from .pages import picture, target
from .sanitize import TOKEN

# Elements of layout: one paragraph more or less changes no word.
LAID_OUT = WRAPPERS | {"p", "br"}
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
NOTHING_TO_SEE = re.compile("[\u00ad\u200b\u2060\ufeff]")


def essence(safe: str, own_site: str = "") -> str:
    """Return the news in safe HTML, as a text for comparisons.

    Left out are the layout, the tracking parts of links, the host, size and signature of pictures,
    pictures that count readers, and empty elements.

    Args:
        safe: the result of `safe_html`.
        own_site: the site of the text, as `pages.site_of` returns it.
    """
    reading = _Reading(own_site)
    for token in TOKEN.finditer(safe):
        slash, tag = token.groups()
        name = MAPPED.get(tag, tag) if tag else ""
        if not tag:
            reading.text(NOTHING_TO_SEE.sub("", token[0].replace("&nbsp;", " ")))
        elif name in LAID_OUT:
            reading.lay_out()
        elif slash:
            reading.end(name)
        elif name == "img":
            attributes = ATTRIBUTE.findall(token[0])
            reading.image({key: html.unescape(value) for key, value in attributes})
        elif name in VOID:
            reading.say(f"<{name}>")
        else:
            reading.begin(name, ATTRIBUTE.findall(token[0]))
    reading.finish()
    return "".join(reading.parts)


class _Reading:
    """Collects the parts of a body; writes an element only once it has content."""

    def __init__(self, own_site: str) -> None:
        self.own_site = own_site
        self.parts: list[str] = []
        self.begun: list[str] = []  # open elements without content so far
        self.nameless: list[str] = []  # pictures that count only if words come after them
        self.address = ""  # the address of the open link; empty outside a link
        self.figures = 0
        self.laid_out = self.has_begun = False

    def say(self, what: str) -> None:
        if self.laid_out:
            self.parts.append(" <p> ")
        self.parts += [*self.begun, *self.nameless, what]
        self.begun.clear()
        self.nameless.clear()
        self.laid_out, self.has_begun = False, True

    def text(self, text: str) -> None:
        if text.isspace():
            self.parts.append(" ")
        elif text:
            # A link to a video may show its own address, which is signed anew at each poll.
            self.say("" if self.address and _is_shown_by(text, self.address) else text)

    def lay_out(self) -> None:
        self.laid_out = self.has_begun

    def begin(self, name: str, attributes: list[tuple[str, str]]) -> None:
        values = {key: value for key, value in attributes if key in ATTRIBUTES.get(name, ())}
        if "href" in values:
            address = html.unescape(values["href"])
            self.address = f"/{address}"
            values["href"] = target(address, self.own_site)
        self.figures += name == "figure"
        self.begun.append(f"<{name} {sorted(values.items())}>" if values else f"<{name}>")

    def end(self, name: str) -> None:
        self.figures -= name == "figure"
        self.address = "" if name == "a" else self.address
        if self.begun:
            self.begun.pop()
        else:
            self.parts.append(f"</{name}>")

    def image(self, values: dict[str, str]) -> None:
        if counts_readers(values):
            return
        tag = f"<img {picture(values.get('src', ''))} {values.get('alt', '')}>"
        if counts_readers_at_the_end(values) and not self.figures:
            self.nameless.append(tag)
        else:
            self.say(tag)

    def finish(self) -> None:
        """Keep the nameless pictures if the body has nothing else: they are the story."""
        if not self.has_begun and self.nameless:
            self.say("")


def _is_shown_by(text: str, address: str) -> bool:
    """Return whether the text of a link is only its address, or the end of it.

    Args:
        address: with a slash before it.
    """
    shown = html.unescape(text).strip()
    shown = shown.removeprefix("https:").removeprefix("http:").lstrip("/")
    return bool(shown) and address.endswith(f"/{shown}")
