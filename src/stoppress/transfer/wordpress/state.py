"""The state of an imported article, by the item's status in WordPress."""

from datetime import datetime
from enum import Enum

from .item import Item

_LEFT_OUT = {
    "private": "private",
    "trash": "in the trash",
    "auto-draft": "never saved",
    "inherit": "revision",
}


class State(Enum):
    """The state of the article."""

    PUBLISHED = "published"
    SCHEDULED = "scheduled"
    SUBMITTED = "submitted"
    DRAFT = "draft"


def state_of(item: Item, now: datetime) -> State | str:
    """Return the state of a post's article, or a few words on why the post is left out."""
    if item.password:
        return f"{item.type} with a password"
    match item.status:
        case "publish":
            return State.PUBLISHED
        case "future":
            # Its time may have come since the export.
            due = item.date is not None and item.date <= now
            return State.PUBLISHED if due else State.SCHEDULED
        case "pending":
            return State.SUBMITTED
        case "draft":
            return State.DRAFT
    why = _LEFT_OUT.get(item.status) or f"with the status {item.status[:40]}"
    return f"{item.type} ({why})"
