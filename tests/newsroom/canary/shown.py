"""Where a public article must be found; written by hand, so that the crawler is proved to find."""

from . import words
from .words import Canary

LIST = {"headline", "summary", "byline", "located"}
STORY = LIST | {"body", "source", "copyright_notice"}

# An article of urgency 1 in the section `town` with the topic `bridges`; `{pk}` is its own.
ADDRESSES = {
    "/": LIST - {"byline", "located"},
    "/section/town/": LIST - {"byline", "located"},
    "/topic/bridges/": LIST - {"byline", "located"},
    "/articles/{pk}/": STORY,
}
# A post of that story, a key event; `{story}` is its story's, `{pk}` and `{order}` its own.
POST = {"headline", "body", "byline"}
ADDRESSES_OF_POST = {
    "/": {"headline"},
    "/articles/{story}/": POST,
    "/articles/{story}/page/1-{order}/": POST,
    "/articles/{story}/posts/{pk}/": POST,
}
STREAMS = {
    "news": LIST,
    "section:town": LIST,
    "topic:bridges": LIST,
    "breaking": LIST,
    "story:{pk}": STORY,
}
# For any valid token.
CALLS = {"/api/articles": LIST | {"body"}, "/api/articles/{pk}": LIST | {"body"}}


def canaries(state: str, names: set[str]) -> set[Canary]:
    """Return the canaries of these fields of the article in this state."""
    return {(state, name.replace("_", "")) for name in names}


def missing(page: str, state: str, names: set[str]) -> set[Canary]:
    """Return the canaries that a page should have and does not."""
    return canaries(state, names) - words.found_in(page)
