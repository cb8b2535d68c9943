"""Read anybody's HTML: what it means in the elements a body has, and what is left out of it.

The reader tells a sink of each element and text in well-formed HTML. It has no say in what is
safe: the sink takes names of its own tables only.
"""

from html.parser import HTMLParser
from typing import Protocol

from .cleaning import DRAWINGS, FIELDS, UNSEEN, cleaned
from .elements import ATTRIBUTES
from .embeds import BESIDE, EMBEDS, POSTS, Embed
from .excerpt import MOST, excerpt
from .pictures import PICTURE_ATTRIBUTES, is_unseen, late_address, picture_address, same_picture
from .styles import INLINE, counts_in_letters, ends, is_hidden, list_tag, names

BOXES = {True: "☑ ", False: "☐ "}
QUOTES = ("“", "”"), ("‘", "’")
HIDDEN = "hidden"
# A block that is hidden is often shown by a script; a key to sort by or a column never is.
HIDEABLE = INLINE | {"tr", "td", "th"}
DRAWN_AGAIN = "katex-html"
TEX = "application/x-tex"
MAX_SOURCES = 20  # of a picture; each is looked at for each of its pictures

# What a picture says besides what is told of it.
_ASIDE = PICTURE_ATTRIBUTES - set(ATTRIBUTES["img"]) | {"noscript"}


class Sink(Protocol):
    """Takes what a reader reads; each element that holds something is ended in its turn."""

    def start(self, name: str, values: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


def read(html: str, sink: Sink, *, embeds: bool = True) -> list[str]:
    """Tell a sink what HTML says.

    Args:
        embeds: whether a link stands for a frame, a video or a sound.

    Returns:
        A sentence for each thing left out.

    Raises:
        TooCostly: what is left open in it is opened again too often.
    """
    reader = _Reader(sink, embeds)
    reader.feed(cleaned(html))
    reader.close()
    reader.finish()
    return reader.warnings


class _Reader(HTMLParser):
    """Takes well-formed HTML, as nh3 writes it."""

    def __init__(self, sink: Sink, embeds: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.sink = sink
        self.embeds = embeds
        self.warnings: list[str] = []
        # For each open tag of the input, the elements that it began.
        self.open: list[list[str]] = []
        # What is left out until it ends, or what a link will stand for; and how deep in it we are.
        self.apart: Embed | None = None
        self.depth = 0
        self.sources: list[dict[str, str]] = []  # of the picture that is open
        self.picture: dict[str, str] | None = None  # the last one, not told yet, and …
        self.space = ""  # … the white space after it
        self.told = ""  # the address of the last one told
        self.quotes = 0
        self.is_formula_said = False  # in TeX; what draws it once more is left out
        self.noscript = 0
        self.unscripted = ""

    # -- the input -------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        void = tag in {"br", "hr", "img", "source", "input", "embed", "area"}
        if self.apart:
            self.depth += not void
            if tag not in INLINE and not self.apart.is_source:
                self.apart.inside += " "
            if tag in EMBEDS or tag == "source":
                self.apart.look_at(values)
            elif tag == "annotation" and values.get("encoding") == TEX:
                self.apart.inside, self.apart.is_source = "", True
        elif tag == "img":
            self.see(values)
        elif tag == "source":
            self.sources += [values] if len(self.sources) < MAX_SOURCES else []
        elif void and not self.noscript:
            self.put(tag, values)
        elif not void and (tag in EMBEDS or tag in FIELDS or tag in DRAWINGS or tag in UNSEEN):
            self.apart, self.depth = Embed(tag), 1
            self.apart.look_at(values if tag in EMBEDS else {})
            if alternative := values.get("alttext", ""):
                self.apart.inside, self.apart.is_source = alternative, True
        elif tag in HIDEABLE and is_hidden(values):
            self.apart, self.depth = Embed(HIDDEN), 1
        elif DRAWN_AGAIN in values.get("class", "").split() and self.is_formula_said:
            self.apart, self.depth = Embed("rp"), 1
        elif not void:
            self.open.append(self.begin(tag, values))

    def handle_endtag(self, tag: str) -> None:
        if self.apart:
            self.depth -= 1
            if not self.depth:
                done, self.apart = self.apart, None
                if self.noscript:
                    self.unscripted += done.inside[: 4 * MOST]
                else:
                    self.leave_out(done)
            return
        for name in reversed(self.open.pop() if self.open else []):
            if name == "x-noscript":
                self.noscript -= 1
                said, self.unscripted = _quoted(self.unscripted), ""
                if said:
                    self.warn(f"What is for browsers without scripts was left out{said}.")
            elif name == "picture":
                self.sources = []
            elif name == "q":
                self.quotes -= 1
                self.say(QUOTES[self.quotes % 2][1])
            elif name == "rt":
                self.say(")")
            else:
                self.tell_picture()
                self.sink.end(name)

    def handle_data(self, data: str) -> None:
        data = data.replace("\r\n", "\n").replace("\r", "\n")
        if self.apart:
            self.apart.inside += "" if self.apart.is_source and self.apart.inside else data
        elif self.noscript:
            self.unscripted += data[: 4 * MOST]
        elif self.picture is not None and data.isspace():
            self.space += data
        else:
            self.say(data)

    # -- what it means ---------------------------------------------------------------------

    def begin(self, tag: str, values: dict[str, str]) -> list[str]:
        """Begin what a tag means; return the elements that end with it."""
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
        style = values.pop("style", "")
        if tag in {"ol", "ul"}:
            tag = list_tag(tag, values | {"style": style})
        if tag in {"ol", "li"} and counts_in_letters(values | {"style": style}):
            self.warn("A list that was counted in letters is counted in numbers.")
        self.tell_picture()
        begun = names(tag, style) + ends(style)
        for name in begun:
            self.sink.start(name, values if name == tag else {})
        return begun

    def put(self, tag: str, values: dict[str, str]) -> None:
        """Put what holds nothing."""
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
            self.tell_picture()
            self.sink.start(tag, values)

    def say(self, text: str) -> None:
        self.tell_picture()
        self.sink.text(text)

    def see(self, values: dict[str, str]) -> None:
        """Take a picture; in `noscript` it is the one before it, for those without scripts."""
        if is_unseen(values):
            return
        address = picture_address(values, self.sources) or ""
        said = values | {"src": address, "alt": values.get("alt", "")}
        before = self.picture
        if self.noscript:
            if not address or (before is None and self.told and same_picture(address, self.told)):
                return
            if before is not None:
                said["alt"] = said["alt"] or before.get("alt", "")
            self.picture = said | {"noscript": ""}
            return
        late = not address or late_address(values) is not None
        if before is not None and "noscript" in before and late:
            before["alt"] = before["alt"] or said["alt"]
            return
        self.tell_picture()
        self.picture = said if "alt" in values else {k: said[k] for k in said if k != "alt"}

    def tell_picture(self) -> None:
        """Tell of the picture that was seen, now that nothing can stand for it any more."""
        seen, self.picture = self.picture, None
        space, self.space = self.space, ""
        if seen is None:
            return
        if seen["src"]:
            self.told = seen["src"]
            # In the order they came in: a feed's text is the same as long as nothing changes.
            self.sink.start("img", {k: seen[k] for k in seen if k not in _ASIDE})
        else:
            said = _quoted(seen.get("alt", ""))
            self.warn(f"A picture without an address of http or https was left out{said}.")
        if space:
            self.sink.text(space)

    def leave_out(self, embed: Embed) -> None:
        """Put a link for what is brought from elsewhere; warn of what goes without a trace."""
        said = _quoted(embed.inside)
        if embed.tag in EMBEDS or embed.tag in BESIDE or embed.tag == "div":
            noun = EMBEDS.get(embed.tag, f"A <{embed.tag}>")
            if not embed.address:
                # The parts of a picture that lead nowhere are no parts of it.
                if embed.tag != "area" or embed.title:
                    title = said or _quoted(embed.title)
                    self.warn(f"{noun} without an address was left out{title}.")
                return
            if said:
                self.warn(f"What is for browsers that cannot show it was left out{said}.")
            if self.embeds:
                self.tell_picture()
                self.sink.start("p", {})
                self.sink.start("a", {"href": embed.address})
                self.sink.text(embed.text)
                self.sink.end("a")
                self.sink.end("p")
        elif embed.tag == "math" and embed.is_source and embed.inside.strip():
            self.tell_picture()
            self.is_formula_said = True
            self.sink.start("code", {})
            self.sink.text(" ".join(embed.inside.split()))
            self.sink.end("code")
        elif embed.tag == HIDDEN:
            if said:
                self.warn(f"What is hidden was left out{said}.")
        elif embed.tag in DRAWINGS:
            self.warn(f"A {DRAWINGS[embed.tag]} was left out{said}.")
        elif said and embed.tag in FIELDS:
            self.warn(f"A form’s {FIELDS[embed.tag]} was left out{said}.")

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def finish(self) -> None:
        self.tell_picture()


def _quoted(text: str) -> str:
    return f": {excerpt(text)}" if text.strip() else ""
