"""Reads untrusted HTML as a body's elements, and warns of each part that is left out.

The reader calls a sink for each element and text. It does not decide what is safe: the sink accepts
only the names in its own tables.
"""

import re
from html.parser import HTMLParser
from typing import Protocol

from stoppress.newsroom.phrase import Phrase, marked

from .address import picture_number
from .cards import CARD, is_card
from .cleaning import DRAWINGS, FIELDS, UNSEEN, meant
from .elements import ATTRIBUTES
from .embeds import BESIDE, EMBEDS, POSTS, Embed
from .excerpt import MOST, quoted
from .pictures import PICTURE_ATTRIBUTES, is_unseen, late_address, picture_address, same_picture
from .posts import is_post
from .styles import INLINE, counts_in_letters, ends, is_hidden, list_tag, names

BOXES = {True: "☑ ", False: "☐ "}
QUOTES = ("“", "”"), ("‘", "’")
HIDDEN = "hidden"
# Hidden elements of these names are left out, such as a sort key or a column. Others are kept,
# because a script often shows a hidden block.
HIDEABLE = INLINE | {"tr", "td", "th"}
DRAWN_AGAIN = "katex-html"
TEX = "application/x-tex"
MAX_SOURCES = 20  # of a `picture`; each `img` in it searches all of them

_LEFT_OUT = {
    "svg": marked("A drawing (SVG) was left out%(said)s."),
    "math": marked("A formula (MathML) was left out%(said)s."),
    "button": marked("A form’s button was left out%(said)s."),
    "select": marked("A form’s list to choose from was left out%(said)s."),
    "textarea": marked("A form’s field was left out%(said)s."),
}

_TYPED_TAG = re.compile(r"<[^<>]*>")

# Attributes of a picture that the reader uses and does not pass on.
_ASIDE = PICTURE_ATTRIBUTES - {*ATTRIBUTES["img"], "title"} | {"noscript"}


class Sink(Protocol):
    """Receives elements and texts in order. Each element that is not void is ended."""

    def start(self, name: str, values: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


def read(html: str, sink: Sink, *, embeds: bool = True, own_pictures: bool = False) -> list[Phrase]:
    """Read HTML into a sink.

    Args:
        embeds: replace a frame, a video or a sound by a link; else leave it out.
        own_pictures: pass on `picture:42`, the address of a picture of the newsroom.

    Returns:
        A warning for each part left out.

    Raises:
        TooCostly: unclosed elements would be reopened too often.
    """
    reader = _Reader(sink, embeds, own_pictures)
    plain, left_out = meant(html)
    reader.feed(plain)
    reader.close()
    reader.finish()
    return [*left_out, *reader.warnings]


class _Reader(HTMLParser):
    """Reads the well-formed HTML that nh3 writes."""

    def __init__(self, sink: Sink, embeds: bool, own_pictures: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.sink = sink
        self.embeds, self.own_pictures = embeds, own_pictures
        self.warnings: list[Phrase] = []
        # For each open tag of the input, the elements that it began.
        self.open: list[list[str]] = []
        # The element that is being left out or replaced by a link, and the depth within it.
        self.skipped: Embed | None = None
        self.depth = 0
        self.sources: list[dict[str, str]] = []  # of the open `picture`
        # The last picture is held back, because the next one may be the same for browsers without
        # scripts. `space` is the white space after it.
        self.picture: dict[str, str] | None = None
        self.space = ""
        self.last_address = ""  # of the last picture that the sink got
        self.quotes = 0
        self.has_formula_source = False  # then KaTeX's drawing of the formula is left out
        self.noscript = 0
        self.posts = 0  # open quotations of posts, in which a drawing is only the provider's mark
        self.unscripted = ""

    # -- the input -------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        void = tag in {"br", "hr", "img", "source", "input", "embed", "area"}
        if self.skipped:
            self.depth += not void
            if tag not in INLINE and not self.skipped.is_source:
                self.skipped.inside += " "
            if tag in EMBEDS or tag == "source":
                self.skipped.look_at(values)
            elif tag == "annotation" and values.get("encoding") == TEX:
                self.skipped.inside, self.skipped.is_source = "", True
        elif tag == "img":
            self.take_picture(values)
        elif tag == "source":
            self.sources += [values] if len(self.sources) < MAX_SOURCES else []
        elif void and not self.noscript:
            self.put(tag, values)
        elif not void and (tag in EMBEDS or tag in FIELDS or tag in DRAWINGS or tag in UNSEEN):
            self.skipped, self.depth = Embed(tag), 1
            self.skipped.look_at(values if tag in EMBEDS else {})
            if alternative := values.get("alttext", ""):
                self.skipped.inside, self.skipped.is_source = alternative, True
        elif tag in HIDEABLE and is_hidden(values):
            self.skipped, self.depth = Embed(HIDDEN), 1
        elif DRAWN_AGAIN in values.get("class", "").split() and self.has_formula_source:
            self.skipped, self.depth = Embed("rp"), 1
        elif not void:
            self.open.append(self.begin(tag, values))

    def handle_endtag(self, tag: str) -> None:
        if self.skipped:
            self.depth -= 1
            if not self.depth:
                done, self.skipped = self.skipped, None
                if self.noscript:
                    self.unscripted += done.inside[: 4 * MOST]
                else:
                    self.leave_out(done)
            return
        for name in reversed(self.open.pop() if self.open else []):
            if name == "x-noscript":
                self.noscript -= 1
                said, self.unscripted = quoted(self.unscripted), ""
                if said:
                    self.warn(
                        Phrase("Text for browsers without scripts was left out%(said)s.", said=said)
                    )
            elif name == "picture":
                self.sources = []
            elif name == "q":
                self.quotes -= 1
                self.say(QUOTES[self.quotes % 2][1])
            elif name == "rt":
                self.say(")")
            elif name == "post":
                self.posts -= 1
            else:
                self.flush_picture()
                self.sink.end(name)

    def handle_data(self, data: str) -> None:
        data = data.replace("\r\n", "\n").replace("\r", "\n")
        if self.skipped:
            self.skipped.inside += "" if self.skipped.is_source and self.skipped.inside else data
        elif self.noscript:
            self.unscripted += data[: 4 * MOST]
        elif self.picture is not None and data.isspace():
            self.space += data
        else:
            self.say(data)

    # -- the elements ----------------------------------------------------------------------

    def begin(self, tag: str, values: dict[str, str]) -> list[str]:
        """Begin the elements that a tag means; return the names to end with it."""
        if tag == "x-noscript":
            self.noscript += 1
            return [tag]
        if tag == "picture":
            return [tag]
        if self.noscript:
            return []
        if tag in BESIDE or (tag == "div" and POSTS & set(values.get("class", "").split())):
            embed = Embed(tag)
            embed.look_at(values)
            self.leave_out(embed)
            return self.begin("div", {})
        if tag == "q":
            self.say(QUOTES[self.quotes % 2][0])
            self.quotes += 1
            return [tag]
        if tag == "rt":
            self.say("(")
            return [tag]
        if tag == "blockquote" and is_post(values):
            self.flush_picture()
            # A quotation of a post within another is a plain quotation.
            self.sink.start(tag, {} if self.posts else values)
            self.posts += 1
            return [tag, "post"]
        style = values.pop("style", "")
        if tag in {"ol", "ul"}:
            tag = list_tag(tag, values | {"style": style})
        if tag in {"ol", "li"} and counts_in_letters(values | {"style": style}):
            self.warn(Phrase("A list that was numbered with letters is shown with numbers."))
        self.flush_picture()
        begun = names(tag, style) + ends(style)
        for name in begun:
            self.sink.start(name, values if name == tag else {})
        return begun

    def put(self, tag: str, values: dict[str, str]) -> None:
        """Add a void element."""
        if tag in EMBEDS:
            embed = Embed(tag)
            embed.look_at(values)
            self.leave_out(embed)
        elif tag == "input":
            kind = values.get("type", "").lower()
            if kind == "checkbox":
                self.say(BOXES["checked" in values])
            elif kind not in {"hidden", "radio"}:
                self.leave_out(Embed("textarea", inside=values.get("value", "")))
        else:
            self.flush_picture()
            self.sink.start(tag, values)

    def say(self, text: str) -> None:
        self.flush_picture()
        self.sink.text(text)

    def take_picture(self, values: dict[str, str]) -> None:
        """Read a picture; in `noscript` it usually repeats the picture before it."""
        if is_unseen(values):
            return
        own = self.own_pictures and picture_number(values.get("src", "")) is not None
        address = values["src"] if own else picture_address(values, self.sources) or ""
        said = values | {"src": address, "alt": values.get("alt", "")}
        before = self.picture
        if self.noscript:
            if not address or (
                before is None and self.last_address and same_picture(address, self.last_address)
            ):
                return
            if before is not None:
                said["alt"] = said["alt"] or before.get("alt", "")
            self.picture = said | {"noscript": ""}
            return
        late = not address or late_address(values) is not None
        if before is not None and "noscript" in before and late:
            before["alt"] = before["alt"] or said["alt"]
            return
        self.flush_picture()
        self.picture = said if "alt" in values else {k: said[k] for k in said if k != "alt"}

    def flush_picture(self) -> None:
        """Pass the held picture to the sink, because the next content is not a copy of it."""
        seen, self.picture = self.picture, None
        space, self.space = self.space, ""
        if seen is None:
            return
        if seen["src"]:
            self.last_address = seen["src"]
            # The attributes keep their order, so that an unchanged feed gives an unchanged text.
            self.sink.start("img", {k: seen[k] for k in seen if k not in _ASIDE})
        else:
            said = quoted(seen.get("alt", ""))
            self.warn(
                Phrase(
                    "A picture without an http or https address was left out%(said)s. Upload the"
                    " picture itself instead.",
                    said=said,
                )
            )
        if space:
            self.sink.text(space)

    def leave_out(self, embed: Embed) -> None:
        """Add the link that replaces an embed, or warn of an element that is left out."""
        said = quoted(embed.inside)
        if embed.tag in DRAWINGS and self.posts:
            # Markdown leaves the tags within a provider's logo as text.
            said = quoted(_TYPED_TAG.sub("", embed.inside))
        if embed.tag in EMBEDS or embed.tag in BESIDE or embed.tag == "div":
            noun = EMBEDS.get(embed.tag) or Phrase("A <%(tag)s>", tag=embed.tag)
            if not embed.address:
                # An `area` without address and title needs no warning.
                if embed.tag != "area" or embed.title:
                    title = said or quoted(embed.title)
                    self.warn(
                        Phrase(
                            "%(noun)s without an address was left out%(said)s.",
                            noun=noun,
                            said=title,
                        )
                    )
                return
            if said and not (
                embed.tag == CARD and is_card(embed.inside, embed.source, embed.title)
            ):
                self.warn(
                    Phrase(
                        "Text for browsers that cannot show this was left out%(said)s.", said=said
                    )
                )
            if self.embeds:
                self.flush_picture()
                self.sink.start("p", {})
                self.sink.start("a", embed.link)
                self.sink.text(embed.text)
                self.sink.end("a")
                self.sink.end("p")
        elif embed.tag == "math" and embed.is_source and embed.inside.strip():
            self.flush_picture()
            self.has_formula_source = True
            self.sink.start("code", {})
            self.sink.text(" ".join(embed.inside.split()))
            self.sink.end("code")
        elif embed.tag == HIDDEN:
            if said:
                self.warn(Phrase("Hidden text was left out%(said)s.", said=said))
        elif (embed.tag in DRAWINGS and (said or not self.posts)) or (said and embed.tag in FIELDS):
            self.warn(Phrase(_LEFT_OUT[embed.tag], said=said))

    def warn(self, sentence: Phrase) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def finish(self) -> None:
        self.flush_picture()
