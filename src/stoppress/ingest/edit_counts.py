"""Tell ids that count the edits of one item: `…/c4e#0`, `…/c4e#1`, `urn:x:c4e-rev3`. Pure."""

import re

from .pages import page
from .sanitize import is_web_address

_BEFORE = r"(?P<base>.*?[^\W_])[#?&;/@:_.~+,-]+"
_WORD = r"(?:v|ver|version|r|rev|revision|edit|upd|update|updated|mod|modified)[=._:/-]?"
_COUNT = r"\d[\dTZ:.+-]*"
# "rev3" says itself that it is an edit; "3" might be the third of several stories.
_SAID = re.compile(_BEFORE + _WORD + _COUNT, re.I | re.DOTALL)
# A few digits are a count, a moment is when the edit was; a day may be that of another issue.
_BARE = re.compile(
    _BEFORE + r"(?:\d{1,3}|\d{9,14}|\d{4}-?\d\d-?\d\d[T:_-]?\d\d[\dZ:.+-]*)", re.I | re.DOTALL
)
_LAST_WORD = re.compile(r"[^\W_][\w-]{2,}\Z")


def are_edits_of_one(one: str, other: str, link: str) -> bool:
    """Tell whether two ids at one link call two edits of one item.

    They differ in a count at their end alone. Where no word says what it counts, what stands
    before it must name the page: `https://x.example/c4e/2` at `https://x.example/c4e`.

    Args:
        link: the link that both have, as `identity.link_alias` says it.
    """
    ours, theirs = _bases(one), _bases(other)
    return any(
        ours[base] or theirs[base] or _names_the_page(base, link)
        for base in ours.keys() & theirs.keys()
    )


def _bases(called: str) -> dict[str, bool]:
    """Return what an id may be an edit of, and whether it says so itself."""
    bases = {_plain(called): False}
    if bare := _BARE.fullmatch(called):
        bases[_plain(bare["base"])] = False
    if said := _SAID.fullmatch(called):
        bases[_plain(said["base"])] = True
    return bases


def _plain(base: str) -> str:
    return page(base) if is_web_address(base) else base


def _names_the_page(base: str, link: str) -> bool:
    path = link.partition("?")[0].partition("#")[0]
    if path.endswith("/"):  # the front page names no story
        return False
    word = _LAST_WORD.search(base)
    return base == link or (word is not None and word[0] == path.rpartition("/")[2])
