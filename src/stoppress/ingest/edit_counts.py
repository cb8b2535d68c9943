"""Recognise ids that count the edits of one item: `…/c4e#0`, `…/c4e#1`, `urn:x:c4e-rev3`. Pure."""

import re

from .pages import page, without_count
from .sanitize import is_web_address

_BEFORE = r"(?P<base>.*?[^\W_])[#?&;/@:_.~+,|( -]+"
_WORD = (
    r"(?:v|ver|version|r|rev|revision|edit|upd|update|updated|lastmod|mod|modified)[=._:/ -]{0,2}"
)
_COUNT = r"(?P<count>\d[\dTZ:.+-]*)\)?"
# The name of an item in a daily series is its day, which is not a count.
_DAY = re.compile(r"\d{4}([-.:/]?)\d\d\1\d\d")
# "rev3" is an edit; "3" might be the third of several stories.
_WITH_WORD = re.compile(_BEFORE + _WORD + _COUNT, re.I | re.DOTALL)
_BARE = re.compile(_BEFORE + _COUNT, re.I | re.DOTALL)
# A revision, with a letter for what it does to the former one (RFC 3085).
_NEWSML = re.compile(r"(?P<base>urn:newsml:[^:]+:\d{8}:.+):(?P<count>\d+)[NUA]?", re.I)
_OF_THE_PAGE = re.compile(r"(?P<page>[^#]+)#(?P<count>\d{1,4})")
_LONGEST = 2048
# Last words of addresses that many stories share, each for a day or an hour.
_SERIES = {
    *("live", "liveblog", "blog", "ticker", "latest", "updates", "today", "briefing", "newsletter"),
    *("podcast", "podcasts", "crossword", "puzzle", "puzzles", "quiz", "sudoku", "horoscope"),
    *("cartoon", "comic", "weather", "news", "world", "politics", "business", "sport", "sports"),
}
_LAST_WORD = re.compile(r"[^\W_][\w-]{2,}\Z")


def are_edits_of_one(one: str, other: str, link: str) -> bool:
    """Return whether two ids with one link may be two edits of one item.

    The ids differ only in a count at their end. If no word says what it counts, the part before it
    must name the page: `https://x.example/c4e/2` at `https://x.example/c4e`.

    Args:
        link: the link of both, as `identity.link_alias` returns it.
    """
    first, second = _bases(one), _bases(other)
    return say_so(one, other, link) or any(
        _names_the_page(base, link) for base in first.keys() & second.keys()
    )


def say_so(one: str, other: str, link: str) -> bool:
    """Return whether two ids are certainly edits of one item: a word (`rev`) or the page proves it.

    `c4e-2` may be the second puzzle of a series. `https://x.example/c4e#2` at that page is a count,
    since places in a page have names and not small numbers. At a page with a bare word as its
    name, such as `/crossword` or `/sport/live`, even that is not certain.
    """
    first, second = _bases(one), _bases(other)
    if any(first[base] or second[base] for base in first.keys() & second.keys()):
        return True
    if not names_one_story(link) and (link.count("/") < 2 or _last(link) in _SERIES):
        return False
    return {_page_counted(one), _page_counted(other)} == {link}


def names_a_story(link: str) -> bool:
    """Return whether a link, as `identity.link_alias` returns it, is not to the front page."""
    return not link.partition("?")[0].partition("#")[0].endswith("/") or "?" in link


def names_one_story(link: str) -> bool:
    """Return whether a link is to one story, and not to many as `/crossword` and `/live` may be.

    The name of a single story has a number in it, or several words.
    """
    last = _last(link)
    return "?" in link or not (last.isalpha() or not last)


def _last(link: str) -> str:
    return link.partition("?")[0].partition("#")[0].rpartition("/")[2]


def base_and_count(called: str, link: str) -> tuple[str, int] | None:
    """Split an id into the item whose edits it counts, and the count; None if in doubt.

    Args:
        link: the link of the id's entry, as `pages.page` returns it.
    """
    if len(called) > _LONGEST:
        return None
    counted = _OF_THE_PAGE.fullmatch(called)
    if counted and is_web_address(called) and page(counted["page"]) == link:
        return (link, int(counted["count"])) if names_a_story(link) else None
    match = _WITH_WORD.fullmatch(called) or _NEWSML.fullmatch(called)
    if not match or not names_one_story(without_count(link)):
        return None
    return _plain(match["base"]), int("".join(filter(str.isdecimal, match["count"])))


def are_of_other_hosts(one: str, other: str) -> bool:
    """Return whether two ids are addresses that differ only in their host."""
    if not (is_web_address(one) and is_web_address(other)):
        return False
    paths = [page(called, doubtful=True).partition("/")[2] for called in (one, other)]
    return paths[0] == paths[1] != ""


def _page_counted(called: str) -> str:
    counted = _OF_THE_PAGE.fullmatch(called)
    return page(counted["page"] if counted else called, doubtful=True)


def _bases(called: str) -> dict[str, bool]:
    """Return the items that an id may be an edit of, and for each whether a word proves it."""
    bases = {_plain(called): False}
    bare = _BARE.fullmatch(called)
    if bare and not _DAY.fullmatch(bare["count"]):
        bases[_plain(bare["base"])] = False
    if match := _WITH_WORD.fullmatch(called) or _NEWSML.fullmatch(called):
        bases[_plain(match["base"])] = True
    return bases


def _plain(base: str) -> str:
    return page(base, doubtful=True) if is_web_address(base) else base


def _names_the_page(base: str, link: str) -> bool:
    if not names_a_story(link):
        return False
    path = link.partition("?")[0].partition("#")[0]
    word = _LAST_WORD.search(base)
    return base == link or (word is not None and word[0] == path.rpartition("/")[2])
