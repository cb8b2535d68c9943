"""Known providers: the addresses of their videos and posts, and the frames that show them.

An unusual address is not known: another host, a port, a user, an escaped character.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from .address import MAX_ADDRESS

NAMES = {
    "youtube": "YouTube",
    "vimeo": "Vimeo",
    "x": "X",
    "instagram": "Instagram",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
}
# The hosts of the preview pictures of videos.
STILLS = re.compile(
    r"(?:https?:)?//(?:i[0-9]?\.ytimg\.com|(?:img|i[0-9]?)\.youtube\.com|i\.vimeocdn\.com)/",
    re.IGNORECASE,
)
# Hosts that a page's Content-Security-Policy must allow as `frame-src`.
FRAME_HOSTS = (
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
    "https://platform.twitter.com",
    "https://www.instagram.com",
)
WIDE, TALL = "16:9", "9:16"
# The style sheet has a rule for each. A video of another ratio is shown with bars on two sides.
RATIOS = {"21:9": 21 / 9, WIDE: 16 / 9, "4:3": 4 / 3, "1:1": 1, "4:5": 4 / 5, TALL: 9 / 16}
# Posts have any height, so they scroll in a frame of a fixed ratio.
_POST, _PICTURE = "1:1", "4:5"
_VIDEOS = frozenset({"youtube", "vimeo"})
_LEAST_PIXELS, _NARROWEST, _WIDEST = 100, 1 / 3, 3

_ADDRESS = re.compile(
    r"(?P<scheme>https?:|)//(?P<host>[a-z0-9.-]{3,253})(?P<path>/[\w@:./&=-]*)?"
    r"(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.ASCII | re.IGNORECASE,
)
_YOUTUBE = frozenset({"youtube.com", "youtube-nocookie.com"})
# Pages of the site that are no videos; the short host also redirects to them.
_NAMES_OF_PAGES = """
    about account ads clip creators embed feed gaming live music playlist premium redirect results
    shorts trending upload watch
"""
_YOUTUBE_PAGES = frozenset(_NAMES_OF_PAGES.split())
_LIST = re.compile(r"[\w-]{2,64}", re.ASCII)
_VIDEO = re.compile(
    # Not a channel's live stream: the frame's address does not name its page.
    r"/(?P<kind>embed|v|e|live|shorts)/(?!(?:videoseries|live_stream)(?![\w-]))(?P<id>[\w-]{3,64})/?",
    re.ASCII,
)
_VIDEO_ID = re.compile(r"[\w-]{3,64}", re.ASCII)
_VIMEO = re.compile(
    r"/(?:channels/[\w-]+/|groups/[\w-]+/videos/|(?:album|showcase)/[0-9]+/video/)?"
    r"(?P<id>[0-9]{1,20})(?:/(?P<key>[0-9a-f]{6,40}))?/?",
    re.ASCII,
)
_VIMEO_FRAME = re.compile(r"/video/(?P<id>[0-9]{1,20})/?")
_VIMEO_KEY = re.compile(r"[0-9a-f]{6,40}")
_X = re.compile(
    r"/(?:i/web|(?P<name>\w{1,20}))/status(?:es)?/(?P<id>[0-9]{1,20})(?:/(?:photo|video)/[0-9])?/?",
    re.ASCII,
)
_INSTAGRAM = re.compile(
    # The code in a `share` address is not the code of a post.
    r"/(?:(?!share/)[\w.]{1,30}/)?(?P<kind>p|reels?|tv)/(?P<id>[\w-]{3,64})(?:/embed(?:/captioned)?)?/?",
    re.ASCII,
)
_BLUESKY = re.compile(
    r"/profile/(?P<who>did:[a-z]+:[\w.:-]+|[\w.-]+)/post/(?P<id>[a-z0-9]{1,32})/?", re.ASCII
)
_BLUESKY_FRAME = re.compile(
    r"/embed/(?P<who>did:[a-z]+:[\w.:-]+)/app\.bsky\.feed\.post/(?P<id>[a-z0-9]{1,32})/?", re.ASCII
)
_MASTODON = re.compile(
    # Only names from other servers have dots.
    r"/@(?P<who>\w{1,64}|\w(?:[\w.-]{0,62}\w)?@[a-z0-9.-]{3,253})/(?P<id>[0-9]{1,20})(?:/embed)?/?",
    re.ASCII,
)
_MASTODON_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")
_LIKE_MASTODON = frozenset({"medium.com", "substack.com", "threads.com", "threads.net"})
_TIME = re.compile(r"(?=[0-9])(?:([0-9]{1,3})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,7})s?)?")


@dataclass(frozen=True)
class Known:
    """A video or a post of a known provider.

    Attributes:
        provider: a key of `NAMES`.
        url: the address of its page, in one spelling and without tracking parameters.
        ratio: of its frame, a key of `RATIOS`; empty if it has no frame.
        frame: the address of the document for a frame; empty if there is none.
    """

    provider: str
    url: str
    ratio: str = ""
    frame: str = ""


def known(address: str) -> Known | None:
    """Return the video or post at an address of a page or of a frame; None if it is not known."""
    found = _ADDRESS.fullmatch(address) if len(address) <= MAX_ADDRESS else None
    if not found or not found["path"]:
        return None
    scheme, host = found["scheme"].lower(), found["host"].lower()
    path, _, more = found["path"].partition("&")
    values = _values("&".join(filter(None, (more, found["query"]))))
    if values is None:
        return None
    site = re.sub(r"^(?:www|m|mobile)\.", "", host)
    if look := _SITES.get(host) or _SITES.get(site):
        return look(site, path, values | _moment(found["fragment"]))
    if site in _LIKE_MASTODON or found["query"] or found["fragment"]:
        return None  # the provider is only a guess, so no part of the address may be dropped
    return _mastodon(scheme, host, found["path"])


def ratio_of(provider: str, width: str, height: str) -> str:
    """Return the ratio nearest to the size of a video's frame, in pixels.

    Empty for a post, and if the size is missing or not plausible.
    """
    if provider not in _VIDEOS or not (width.isdecimal() and height.isdecimal()):
        return ""
    wide, high = int(width[:6]), int(height[:6])
    if min(wide, high) < _LEAST_PIXELS or not _NARROWEST <= wide / high <= _WIDEST:
        return ""

    def apart(ratio: str) -> float:
        said = wide / high / RATIOS[ratio]
        return max(said, 1 / said)

    return min(RATIOS, key=apart)


def _values(query: str) -> dict[str, str] | None:
    """Return the parameters of an address; None if one that is used here appears twice."""
    pairs = parse_qsl(query)
    names = [name for name, _ in pairs if name in {"v", "list", "t", "start", "h", "id"}]
    return dict(pairs) if len(names) == len(set(names)) else None


def _moment(fragment: str | None) -> dict[str, str]:
    found = re.fullmatch(r"t=([0-9hms]{1,20})", fragment or "")
    return {"t": found[1]} if found else {}


def _seconds(values: Mapping[str, str]) -> int:
    """Return the start time of a video, in seconds."""
    said = values.get("t") or values.get("start") or values.get("time_continue") or ""
    found = _TIME.fullmatch(said)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds


def _youtube(site: str, path: str, values: Mapping[str, str]) -> Known | None:
    found = _VIDEO.fullmatch(path) if site in _YOUTUBE else None
    video = found["id"] if found else ""
    if site == "youtu.be" and path.strip("/") not in _YOUTUBE_PAGES:
        video = path.strip("/")
    elif path.rstrip("/") == "/watch":
        video = values.get("v", "")
    series = values.get("list", "")
    frame = "https://www.youtube-nocookie.com/embed/"
    if _VIDEO_ID.fullmatch(video):
        if found and found["kind"] == "shorts":
            url = f"https://www.youtube.com/shorts/{video}"
            return Known("youtube", url, TALL, frame + video)
        more = {"list": series} if _LIST.fullmatch(series) else {}
        start = _seconds(values)
        page = urlencode({"v": video, **more, **({"t": start} if start else {})})
        said = urlencode({**more, **({"start": start} if start else {})})
        frame += f"{video}?{said}" if said else video
        return Known("youtube", f"https://www.youtube.com/watch?{page}", WIDE, frame)
    lists = {"/playlist", "/embed/videoseries"}
    if path.rstrip("/") in lists and _LIST.fullmatch(series):
        url = f"https://www.youtube.com/playlist?list={series}"
        return Known("youtube", url, WIDE, f"{frame}videoseries?list={series}")
    return None


def _vimeo(site: str, path: str, values: Mapping[str, str]) -> Known | None:
    in_frame = site == "player.vimeo.com"
    found = (_VIMEO_FRAME if in_frame else _VIMEO).fullmatch(path)
    if not found:
        return None
    # An unlisted video can be seen only with its key.
    key = values.get("h", "") if in_frame else found["key"] or values.get("h", "")
    key = key if _VIMEO_KEY.fullmatch(key) else ""
    start = f"#t={seconds}s" if (seconds := _seconds(values)) else ""
    url = f"https://vimeo.com/{found['id']}" + (f"/{key}" if key else "")
    frame = f"https://player.vimeo.com/video/{found['id']}?dnt=1" + (f"&h={key}" if key else "")
    return Known("vimeo", url + start, WIDE, frame + start)


def _x(site: str, path: str, values: Mapping[str, str]) -> Known | None:
    name, post = "i", ""
    if site == "platform.twitter.com":
        post = values.get("id", "") if path == "/embed/Tweet.html" else ""
    elif found := _X.fullmatch(path):
        name, post = found["name"] or "i", found["id"]
    if not re.fullmatch(r"[0-9]{1,20}", post):
        return None
    frame = f"https://platform.twitter.com/embed/Tweet.html?id={post}&dnt=true"
    return Known("x", f"https://x.com/{name}/status/{post}", _POST, frame)


def _instagram(site: str, path: str, values: Mapping[str, str]) -> Known | None:
    found = _INSTAGRAM.fullmatch(path)
    if not found:
        return None
    url = f"https://www.instagram.com/{found['kind'].rstrip('s')}/{found['id']}/"
    return Known("instagram", url, _PICTURE, f"{url}embed/")


def _bluesky(site: str, path: str, values: Mapping[str, str]) -> Known | None:
    found = (_BLUESKY_FRAME if site == "embed.bsky.app" else _BLUESKY).fullmatch(path)
    if not found:
        return None
    return Known("bluesky", f"https://bsky.app/profile/{found['who']}/post/{found['id']}")


def _mastodon(scheme: str, host: str, path: str) -> Known | None:
    """Return a post on any host; it is recognised only by the form of its address."""
    found = _MASTODON.fullmatch(path)
    if not found or scheme != "https:" or not _MASTODON_HOST.fullmatch(host):
        return None
    return Known("mastodon", f"https://{host}/@{found['who']}/{found['id']}")


_SITES: dict[str, Callable[[str, str, Mapping[str, str]], Known | None]] = {
    **dict.fromkeys((*_YOUTUBE, "youtu.be"), _youtube),
    **dict.fromkeys(("vimeo.com", "player.vimeo.com"), _vimeo),
    **dict.fromkeys(("x.com", "twitter.com", "platform.twitter.com"), _x),
    "instagram.com": _instagram,
    **dict.fromkeys(("bsky.app", "embed.bsky.app"), _bluesky),
}
