"""Where a frame, a video or a sound stood, a link to it stands."""

import re
from dataclasses import dataclass

from .body_address import safe_address

# Frames whose own address shows a player alone, and the page that readers know it by.
_YOUTUBE = r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/"
_PAGES = (
    (
        re.compile(_YOUTUBE + r"videoseries\?(?:[^#]*&)?list=([\w-]{3,64})(?:[&#].*)?"),
        r"https://www.youtube.com/playlist?list=\1",
    ),
    (
        # What a channel shows now has a frame, and no page that its address tells of.
        re.compile(_YOUTUBE + r"(?!(?:videoseries|live_stream)(?![\w-]))([\w-]{3,64})(?:[?#].*)?"),
        r"https://www.youtube.com/watch?v=\1",
    ),
    (
        re.compile(r"(?:https?:)?//player\.vimeo\.com/video/([0-9]{1,20})(?:[?#].*)?"),
        r"https://vimeo.com/\1",
    ),
)
_ADDRESSES = ("src", "data", "data-src", "data-lazy-src", "href")
EMBEDS = {
    "x-iframe": "A frame",
    "video": "A video",
    "audio": "A sound",
    "object": "An embedded object",
    "embed": "An embedded object",
}
EMBED_ATTRIBUTES = {*_ADDRESSES, "title", "aria-label"}


@dataclass
class Embed:
    """An element that brings something from elsewhere, as far as it has been read."""

    tag: str
    address: str | None = None
    title: str = ""
    inside: str = ""  # what those see whose browser cannot show it

    def look_at(self, values: dict[str, str]) -> None:
        """Take the address and the title from the element, or from one within it."""
        found = (safe_address(values.get(name, "")) for name in _ADDRESSES)
        self.address = self.address or next((page(a) for a in found if a), None)
        said = values.get("title", "") or values.get("aria-label", "")
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
