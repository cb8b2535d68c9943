"""What becomes of an item by its status in WordPress."""

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
    """What becomes of an item."""

    PUBLISHED = "published"
    SCHEDULED = "scheduled"
    SUBMITTED = "submitted"
    DRAFT = "draft"


def state_of(item: Item, now: datetime) -> State | str:
    """Return what becomes of a post, or why it is left out, in a few words."""
    if item.password:
        return f"{item.type} with a password"
    match item.status:
        case "publish":
            return State.PUBLISHED
        case "future":
            # WordPress has published it meanwhile.
            due = item.date is not None and item.date <= now
            return State.PUBLISHED if due else State.SCHEDULED
        case "pending":
            return State.SUBMITTED
        case "draft":
            return State.DRAFT
    why = _LEFT_OUT.get(item.status) or f"of the status {item.status[:40]}"
    return f"{item.type} ({why})"
