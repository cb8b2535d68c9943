"""Where a frame, a video or a sound stood, a link to it stands."""

import re
from dataclasses import dataclass

from .address import safe_address

# Frames whose own address shows a player alone, and the page that readers know it by.
_YOUTUBE = r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/"
_WATCH = "https://www.youtube.com/watch?v="
_PAGES = (
    (
        re.compile(_YOUTUBE + r"videoseries\?(?:[^#]*&)?list=([\w-]{3,64})(?:[&#].*)?"),
        r"https://www.youtube.com/playlist?list=\1",
    ),
    (
        # What a channel shows now has a frame, and no page that its address tells of.
        re.compile(_YOUTUBE + r"(?!(?:videoseries|live_stream)(?![\w-]))([\w-]{3,64})(?:[?#].*)?"),
        rf"{_WATCH}\1",
    ),
    (
        re.compile(r"(?:https?:)?//player\.vimeo\.com/video/([0-9]{1,20})(?:[?#].*)?"),
        r"https://vimeo.com/\1",
    ),
)
_ADDRESSES = ("src", "data", "data-src", "data-lazy-src", "href", "url", "data-href", "data-url")
_TITLES = ("title", "aria-label", "alt", "playlabel")
EMBEDS = {
    "x-iframe": "A frame",
    "video": "A video",
    "audio": "A sound",
    "object": "An embedded object",
    "embed": "An embedded object",
    "area": "A part of a picture",
}
# A script puts a player or a post there. What is within is text for readers without that script.
BESIDE = {
    "oembed": "",
    **dict.fromkeys(("amp-youtube", "lite-youtube"), _WATCH),
    **dict.fromkeys(("amp-vimeo", "lite-vimeo"), "https://vimeo.com/"),
    "amp-dailymotion": "https://www.dailymotion.com/video/",
    "amp-twitter": "https://twitter.com/i/status/",
    "amp-instagram": "https://www.instagram.com/p/",
    **dict.fromkeys(("amp-facebook", "amp-pinterest", "amp-tiktok"), ""),
    **dict.fromkeys(("fb:post", "fb:video"), ""),
}
# Classes of a `div` in whose place Facebook's script puts a post; it has buttons as well.
POSTS = {"fb-post", "fb-video"}
_IDS = ("videoid", "data-videoid", "data-tweetid", "data-shortcode")
_ID = re.compile(r"[\w-]{1,64}")
EMBED_ATTRIBUTES = {*_ADDRESSES, *_TITLES}
BESIDE_ATTRIBUTES = EMBED_ATTRIBUTES | {*_IDS}
# Names that a parser would not keep, or that mean what another does.
RENAMED = {
    **{"iframe": "x-iframe", "noscript": "x-noscript"},
    **dict.fromkeys(("amp-iframe", "amp-video-iframe", "portal"), "x-iframe"),
    **{"amp-video": "video", "amp-audio": "audio", "amp-img": "img", "amp-anim": "img"},
    **{"frame": "embed", "bgsound": "embed"},
}
# An address alone in a paragraph, for which WordPress and others show what is there.
_ALONE = re.compile(
    r"\s*(?:\[embed[^\[\]]{0,200}\])?\s*(https?://[^\s\[\]<>]+)\s*(?:\[/embed\])?\s*"
)


@dataclass
class Embed:
    """An element that brings something from elsewhere, as far as it has been read."""

    tag: str
    address: str | None = None
    title: str = ""
    inside: str = ""  # what those see whose browser cannot show it
    is_source: bool = False  # of a formula: `inside` is what was typed, in TeX

    def look_at(self, values: dict[str, str]) -> None:
        """Take the address and the title from the element, or from one within it."""
        found = (safe_address(values.get(name, "")) for name in _ADDRESSES)
        self.address = self.address or next((page(a) for a in found if a), None)
        if not self.address and (begun := BESIDE.get(self.tag)):
            ids = (values.get(name, "").strip() for name in _IDS)
            self.address = next((begun + said for said in ids if _ID.fullmatch(said)), None)
        said = next((values[name] for name in _TITLES if values.get(name, "").strip()), "")
        self.title = self.title or " ".join(said.split())

    @property
    def text(self) -> str:
        """The link's text: the title, or else the address as people say it."""
        said = self.address or ""
        return self.title or said.removeprefix("https:").removeprefix("http:").removeprefix("//")


def page(address: str) -> str:
    """Return the page that shows what a frame's address shows."""
    for frame, instead in _PAGES:
        if found := frame.fullmatch(address):
            return found.expand(instead)
    return address


def alone(text: str) -> str | None:
    """Return the address that is all of a paragraph, in WordPress's `[embed]` or without."""
    found = _ALONE.fullmatch(text)
    return found[1] if found and safe_address(found[1]) == found[1] else None
