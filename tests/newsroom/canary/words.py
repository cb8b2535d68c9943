"""The canary texts: each says of which article and which field it is, and is found in any page."""

import re

from stoppress.newsroom.publishing.kinds import NOT_OF_POSTS

_FOUND = re.compile(r"zq0([a-z]+)0([a-z]+)0", re.IGNORECASE)

TEXTS = ("headline", "summary", "body", "byline", "located", "source", "copyright_notice")
DESK = ("slugline", "ed_note", "external_id", "usage_terms", "copyright_holder")
OF_A_PICTURE = ("alt", "caption", "credit")

Canary = tuple[str, str]


def text(state: str, field: str) -> str:
    """Return the canary of one field of the article in this state."""
    return f"zq0{state}0{field.replace('_', '')}0"


def fields(state: str) -> dict[str, object]:
    """Return an article's fields, each with its own canary."""
    return {name: text(state, name) for name in (*TEXTS, *DESK)}


def of_post(state: str) -> dict[str, object]:
    """Return a post's fields, each with its own canary."""
    return {name: each for name, each in fields(state).items() if name not in NOT_OF_POSTS}


def found_in(page: str) -> set[Canary]:
    """Return the canaries of a page as (state, field)."""
    return {(state.lower(), field.lower()) for state, field in _FOUND.findall(page)}


def is_secret(canary: Canary) -> bool:
    """Return whether no reader may ever see a canary."""
    state, field = canary
    return state not in {"public", "post"} or field in {name.replace("_", "") for name in DESK}
