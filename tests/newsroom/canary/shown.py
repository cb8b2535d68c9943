"""Places where a public article or post must be found; written by hand, to prove the crawler."""

from . import words
from .words import Canary

SAID = set(words.OF_A_PICTURE)
LIST = {"headline", "summary", "byline", "located"}
STORY = LIST | {"body", "source", "copyright_notice"}
# A feed names the authors; the byline only where there are none.
FED = (STORY - {"byline"}) | SAID

ABOVE_ALL_ARTICLES = "3-9999-12-31T23:59:59.999Z"
# An article of urgency 1 in the section `town`, with the topic `bridges` and the author `mara`;
# `{pk}` is its own, `{state}` the beginning of its words.
ADDRESSES = {
    "/": LIST - {"byline", "located"},
    "/section/town/": LIST - {"byline", "located"},
    "/topic/bridges/": LIST - {"byline", "located"},
    "/author/mara/": LIST - {"byline", "located"},
    f"/page/{ABOVE_ALL_ARTICLES}/": LIST - {"byline", "located"},
    f"/author/mara/page/{ABOVE_ALL_ARTICLES}/": LIST - {"byline", "located"},
    "/feeds/rss.xml": FED,
    "/section/town/feeds/atom.xml": FED,
    "/topic/bridges/feeds/feed.json": FED,
    "/author/mara/feeds/rss.xml": FED,
    "/sitemap-news.xml": {"headline"},
    "/search/?q=zq0{state}0": {"headline", "summary"},
    "/articles/{pk}/": STORY | SAID,
    "/articles/{pk}/ninjs.json": STORY | SAID,
    "{picture}": {"picture"},
}
STREAMS = {
    "news": LIST,
    "section:town": LIST,
    "topic:bridges": LIST,
    "author:mara": LIST,
    "breaking": LIST,
    "story:{pk}": STORY,
    "wire": STORY,
}
# For any valid token.
CALLS = {"/api/articles": LIST | {"body"}, "/api/articles/{pk}": LIST | {"body"}}

POST = {"headline", "byline", "body"}
ABOVE_ALL = "1-9999-12-31T23:59:59.999Z-9999-12-31T23:59:59.999Z"
# A post that is a key event; `{pk}` is its own, `{story}` that of its story.
ADDRESSES_OF_POST = {
    "/articles/{story}/": POST,
    f"/articles/{{story}}/page/{ABOVE_ALL}/": POST,
    "/articles/{story}/posts/{pk}/": POST | SAID,
    "/articles/{story}/ninjs.json": POST | SAID | {"source", "copyright_notice"},
    "/articles/{story}/posts/{pk}/ninjs.json": POST | SAID | {"source", "copyright_notice"},
    "/articles/{story}/feeds/atom.xml": POST | SAID | {"source", "copyright_notice"},
    "/search/?q=zq0{state}0headline": {"headline", "body"},
    "{picture}": {"picture"},
    "/": {"headline"},
}
STREAMS_OF_POST = {
    "posts:{story}": POST | {"source", "copyright_notice"},
    "keys:{story}": {"headline"},
    "keys": {"headline"},
    "wire": POST | {"source", "copyright_notice"},
}
CALLS_OF_POST = {"/api/articles/{story}/posts": POST, "/api/posts/{pk}": POST}

Places = dict[str, set[str]]


def places(state: str) -> tuple[Places, Places, Places]:
    """Return the pages, the calls of the API and the streams where this is, once it is public."""
    if state.startswith("post"):
        return ADDRESSES_OF_POST, CALLS_OF_POST, STREAMS_OF_POST
    return ADDRESSES, CALLS, STREAMS


def canaries(state: str, names: set[str]) -> set[Canary]:
    """Return the canaries of these fields of the article in this state."""
    return {(state, name.replace("_", "")) for name in names}


def missing(page: str, state: str, names: set[str]) -> set[Canary]:
    """Return the canaries that a page should have and does not."""
    return canaries(state, names) - words.found_in(page)
