"""Replace WordPress's shortcodes, such as `[caption]`, by HTML with the same content."""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from html import escape, unescape

MAX_CHARS = 2_000_000  # of the replacements, because a hostile text could expand without limit
_CODE = re.compile(
    r"\[(?P<open>\[?)(?P<name>[a-zA-Z][\w-]{0,60})(?P<said>(?:\s+|\s*(?==|/))[^\[\]]{0,4000})?\]"
    r"(?P<close>\]?)"
)
_END = re.compile(r"\[/([\w-]{1,61})\s*\]")
_ATTRIBUTE = re.compile(
    r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))|(?:"([^"]*)"|(\S+))"""
)
_IMAGE = re.compile(r"<a\b[^<>]*>\s*<img\b[^<>]*>\s*</a>|<img\b[^<>]*>", re.IGNORECASE)
_MEDIA = ("src", "mp3", "m4a", "ogg", "wav", "flac", "mp4", "m4v", "webm", "ogv", "wmv", "flv")
# Shortcodes of WordPress and of common plugins, which are recognised without an attribute too.
_KNOWN = {
    *("audio", "video", "caption", "wp_caption", "embed", "gallery", "playlist"),
    *("youtube", "vimeo", "twitter", "tweet", "instagram", "soundcloud", "googlemaps"),
    *("liveblog_key_events", "contact-form", "contact-form-7", "gravityform", "toc"),
}
# Shortcodes with their content between two tags.
_TAKES = {"caption", "wp_caption", "embed", "youtube", "vimeo", "tweet", "twitter"}

Gallery = Callable[[Mapping[str, str]], str]


def without_shortcodes(html: str, gallery: Gallery) -> tuple[str, list[str]]:
    """Return HTML with shortcodes replaced, and the names of the shortcodes that were left out.

    Text that only looks like a shortcode, such as `[sic]`, stays. `[[caption]]` is the text
    `[caption]`.

    Args:
        gallery: makes the HTML of a gallery from its attributes.
    """
    reader = _Reader(html, gallery)
    return reader.read(), list(dict.fromkeys(reader.left_out))


def attributes_of(said: str) -> dict[str, str]:
    """Return the attributes of a shortcode; attributes without a name are `0`, `1` …"""
    values: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(unescape(said)):
        name, *quoted, text, bare = found.groups()
        value = next((each for each in quoted if each is not None), "")
        if name:
            values.setdefault(name.lower(), value)
        elif (plain := text or bare) not in {"", "/"}:
            values[str(sum(key.isdecimal() for key in values))] = plain
    return values


class _Reader:
    def __init__(self, html: str, gallery: Gallery) -> None:
        self.html = html
        self.gallery = gallery
        self.left_out: list[str] = []
        self.ends: dict[str, list[tuple[int, int]]] = {}
        for found in _END.finditer(html):
            self.ends.setdefault(found[1].lower(), []).append(found.span())

    def read(self) -> str:
        made: list[str] = []
        here = chars = 0
        while found := _CODE.search(self.html, here):
            made.append(self.html[here : found.start()])
            here = found.end()
            if found["open"] and found["close"]:
                made.append(found[0][1:-1])
                continue
            name = found["name"].lower()
            values = attributes_of(found["said"] or "")
            if not self._is_code(name, found["said"] or "", values):
                made.append(found[0])
                continue
            made.append("[" * bool(found["open"]))
            inside, here = self._content(name, here)
            said = self._said(name, values, inside)
            made += [said, "]" * bool(found["close"])]
            chars += len(said)
            if chars > MAX_CHARS:
                break
        made.append(self.html[here:])
        whole = "".join(made)
        # The content of other shortcodes stays.
        return _END.sub(lambda end: "" if end[1].lower() in self.ends else end[0], whole)

    def _is_code(self, name: str, said: str, values: Mapping[str, str]) -> bool:
        named = any(not key.isdecimal() for key in values)
        return name in _KNOWN or name in self.ends or (named and "=" in said) or said.endswith("/")

    def _content(self, name: str, here: int) -> tuple[str, int]:
        """Return the content of a shortcode with an end tag, and the position after that tag."""
        ends = self.ends.get(name, []) if name in _TAKES else []
        at = bisect_left(ends, (here, here))
        if at == len(ends):
            return "", here
        start, end = ends[at]
        return self.html[here:start], end

    def _said(self, name: str, values: Mapping[str, str], inside: str) -> str:
        if name in {"caption", "wp_caption"}:
            return _captioned(values, inside)
        if name == "gallery":
            return self.gallery(values)
        address = _address(values, inside)
        if name in _KNOWN and address:
            href = escape(address)
            return f'\n\n<p><a href="{href}">{href}</a></p>\n\n'
        if name not in self.ends:
            self.left_out.append(name)
        return ""


def _address(values: Mapping[str, str], inside: str) -> str:
    named = (values.get(name, "") for name in (*_MEDIA, "url", "id"))
    for said in (inside.strip(), *named, values.get("0", "").lstrip("=")):
        if re.fullmatch(r"https?://\S+", said):
            return said
    return ""


def _captioned(values: Mapping[str, str], inside: str) -> str:
    picture = _IMAGE.search(inside)
    if picture is None:
        return inside
    words = (inside[: picture.start()] + inside[picture.end() :]).strip() or escape(
        values.get("caption", "")
    )
    said = f"<figcaption>{words}</figcaption>" if words else ""
    return f"\n\n<figure>{picture[0]}{said}</figure>\n\n"
