"""Replaces a frame, a video, a sound or another embed by a link to it."""

import re
from dataclasses import dataclass, field

from stoppress.newsroom.phrase import Phrase

from .address import safe_address
from .cards import CARD

# Addresses of frames that show only a player, and the page with the same content.
_YOUTUBE = r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/"
_WATCH = "https://www.youtube.com/watch?v="
_PAGES = (
    (
        re.compile(_YOUTUBE + r"videoseries\?(?:[^#]*&)?list=([\w-]{3,64})(?:[&#].*)?"),
        r"https://www.youtube.com/playlist?list=\1",
    ),
    (
        # Not a channel's live stream: the frame's address does not name its page.
        re.compile(_YOUTUBE + r"(?!(?:videoseries|live_stream)(?![\w-]))([\w-]{3,64})(?:[?#].*)?"),
        rf"{_WATCH}\1",
    ),
    (
        re.compile(r"(?:https?:)?//player\.vimeo\.com/video/([0-9]{1,20})(?:[?#].*)?"),
        r"https://vimeo.com/\1",
    ),
)
_ADDRESSES = ("src", "data", "data-src", "data-lazy-src", "href", "url", "data-href", "data-url")
_TITLES = ("title", "aria-label", "alt", "playlabel", "data-title")
_SIZES = ("width", "height")
_RATIO = "data-ratio"
EMBEDS = {
    "x-iframe": Phrase("A frame"),
    "video": Phrase("A video"),
    "audio": Phrase("A sound"),
    "object": Phrase("An embedded object"),
    "embed": Phrase("An embedded object"),
    "area": Phrase("A part of a picture"),
    CARD: Phrase("An embed"),
}
# Elements where a script inserts a player or a post. Their content is for readers without scripts.
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
# Classes of a `div` that Facebook's script replaces by a post. Other classes are for its buttons.
POSTS = {"fb-post", "fb-video"}
_IDS = ("videoid", "data-videoid", "data-tweetid", "data-shortcode")
_ID = re.compile(r"[\w-]{1,64}")
EMBED_ATTRIBUTES = {*_ADDRESSES, *_TITLES, *_SIZES, _RATIO}
BESIDE_ATTRIBUTES = EMBED_ATTRIBUTES | {*_IDS}
# Elements that a parser would not keep, or that mean the same as another.
RENAMED = {
    **{"iframe": "x-iframe", "noscript": "x-noscript"},
    **dict.fromkeys(("amp-iframe", "amp-video-iframe", "portal"), "x-iframe"),
    **{"amp-video": "video", "amp-audio": "audio", "amp-img": "img", "amp-anim": "img"},
    **{"frame": "embed", "bgsound": "embed"},
}
# A paragraph that contains only an address. WordPress and others show the page's content instead.
_ALONE = re.compile(
    r"\s*(?:\[embed[^\[\]]{0,200}\])?\s*(https?://[^\s\[\]<>]+)\s*(?:\[/embed\])?\s*"
)


@dataclass
class Embed:
    """An embed whose element is being read.

    Attributes:
        source: the address of the frame, if `address` is that of its page.
        sizes: its width and height, if the code gives them.
        inside: its content, for browsers that cannot show the embed.
        is_source: `inside` is the TeX source of a formula.
    """

    tag: str
    address: str | None = None
    title: str = ""
    source: str = ""
    sizes: dict[str, str] = field(default_factory=dict)
    inside: str = ""
    is_source: bool = False

    def look_at(self, values: dict[str, str]) -> None:
        """Take address and title from the attributes of the element or of one inside it."""
        if not self.source:
            found = (safe_address(values.get(name, "")) for name in _ADDRESSES)
            self.source = next(filter(None, found), "")
        if not self.source and (begun := BESIDE.get(self.tag)):
            ids = (values.get(name, "").strip() for name in _IDS)
            self.source = next((begun + id_ for id_ in ids if _ID.fullmatch(id_)), "")
        self.address = self.address or (page(self.source) if self.source else None)
        sizes = {name: values[name] for name in _SIZES if name in values}
        if _RATIO in values:
            sizes = dict(
                zip(_SIZES, (f"{part}00" for part in values[_RATIO].split(":")), strict=False)
            )
        self.sizes = sizes | self.sizes
        title = next((values[name] for name in _TITLES if values.get(name, "").strip()), "")
        self.title = self.title or " ".join(title.split())

    @property
    def link(self) -> dict[str, str]:
        """The attributes of the link, with the frame's address as `source`, and its sizes."""
        return {"href": self.address or "", "source": self.source, **self.sizes}

    @property
    def text(self) -> str:
        """The link's text: the title, else the address without its scheme."""
        address = self.address or ""
        bare = address.removeprefix("https:").removeprefix("http:").removeprefix("//")
        return self.title or bare


def page(address: str) -> str:
    """Return the address of the page with the content of a frame; else the frame's own address."""
    for frame, instead in _PAGES:
        if found := frame.fullmatch(address):
            return found.expand(instead)
    return address


def alone(text: str) -> str | None:
    """Return the address if a paragraph contains only that, also within WordPress's `[embed]`."""
    found = _ALONE.fullmatch(text)
    return found[1] if found and safe_address(found[1]) == found[1] else None
