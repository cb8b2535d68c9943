"""The HTML comments in a text of WordPress, in which the block editor describes its blocks."""

import json
import re
from collections.abc import Callable, Iterator

BEGIN, END = "<!--", "-->"
_REUSABLE = re.compile(r"<!--\s*wp:block\s*(\{.*\})\s*/-->", re.DOTALL)


def comments(html: str) -> Iterator[tuple[int, int]]:
    """Yield the begin and the end of each comment. A comment without an end is ignored."""
    here = 0
    while (begin := html.find(BEGIN, here)) >= 0:
        end = html.find(END, begin + len(BEGIN))
        if end < 0:
            return
        here = end + len(END)
        yield begin, here


def with_comments(html: str, said: Callable[[str], str]) -> str:
    """Return HTML with each comment replaced.

    Args:
        said: returns the replacement of a comment.
    """
    made, here = [], 0
    for begin, end in comments(html):
        made += [html[here:begin], said(html[begin:end])]
        here = end
    return "".join([*made, html[here:]])


def reusable(comment: str) -> str | None:
    """Return the number of the reusable block that a comment refers to, or None."""
    found = _REUSABLE.fullmatch(comment)
    try:
        attributes = json.loads(found[1]) if found else None
    except (ValueError, RecursionError):
        return None
    ref = attributes.get("ref") if isinstance(attributes, dict) else None
    return str(ref) if isinstance(ref, int) else None
