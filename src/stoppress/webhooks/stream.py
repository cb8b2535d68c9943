"""The stream that webhooks send, and the events that an endpoint may ask for."""

from collections.abc import Collection

from stoppress.newsroom.stream_names import WIRE as STREAM

__all__ = ["EVENTS", "STREAM", "is_wanted"]

# All events of the stream; `docs/newsroom.md` says when they happen.
EVENTS = tuple(
    f"{kind}.{act}"
    for kind in ("article", "post")
    for act in ("published", "updated", "corrected", "retracted", "restored", "moved")
)


def is_wanted(event: str, redacts: bool, wanted: Collection[str]) -> bool:
    """Return whether an event is sent to an endpoint.

    An endpoint that asks for any event of articles gets every withdrawal of an article; the same
    holds for posts. So no receiver keeps a withdrawn text because it asked for too few events.

    Args:
        event: the name of the event, such as `article.published`.
        redacts: whether the event withdraws texts.
        wanted: the names that the endpoint asks for; if empty, all.
    """
    if not wanted or event in wanted:
        return True
    kind = event.partition(".")[0]
    return redacts and any(each.partition(".")[0] == kind for each in wanted)
