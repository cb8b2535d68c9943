"""The stream that webhooks tell of, and what an endpoint may ask for of it."""

from collections.abc import Collection

from stoppress.newsroom.stream_names import WIRE as STREAM

__all__ = ["EVENTS", "STREAM", "is_wanted"]

# Each event that the stream has; `docs/newsroom.md` says when.
EVENTS = tuple(
    f"{kind}.{act}"
    for kind in ("article", "post")
    for act in ("published", "updated", "corrected", "retracted", "restored", "moved")
)


def is_wanted(event: str, redacts: bool, wanted: Collection[str]) -> bool:
    """Return whether an endpoint is told of an event.

    Whoever is told anything of articles is told of each one's withdrawal, and so of posts: nobody
    shall keep a text only because they asked too little.

    Args:
        event: its name, such as `article.published`.
        redacts: it withdraws texts.
        wanted: the names that the endpoint asks for; all if empty.
    """
    if not wanted or event in wanted:
        return True
    kind = event.partition(".")[0]
    return redacts and any(each.partition(".")[0] == kind for each in wanted)
