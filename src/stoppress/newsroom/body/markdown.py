"""Turns Markdown into HTML: CommonMark with tables and struck text.

Four rules differ from CommonMark, which would lose words and figures:

- Angle brackets are text if they contain no HTML tag (`<name withheld>`), or a tag that has no end
  tag in the text and no attribute with a value (`<time>`).
- An address in angle brackets is a link only if its scheme is allowed (not `<Anna:>`).
- An asterisk between a digit and a digit or letter is an asterisk (`5*3*x`).
- `[Name]: …` is a link reference only if an address follows.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, html_block, reference
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline, autolink, html_inline
from markdown_it.token import Token

from stoppress.newsroom.phrase import Phrase

from .address import LINKS
from .excerpt import excerpt
from .limits import check_tokens
from .tags import TAG, as_typed, is_html, whole

_REFERENCE = re.compile(
    r"\[(?:[^\[\]\\]|\\.){1,999}\]:\s*(?:<|https?:|mailto:|tel:|\.{0,2}/|[#?])", re.I | re.S
)
_LONGEST_LABEL = 1100
_NO_COMMENT = re.compile(r"<(?:\?|!(?!--|doctype\b))", re.I)
_SCHEME = re.compile(r"<([a-z][a-z0-9+.-]{1,31}):", re.I)
# After a code fence: a language (`c++`, `python`), not text of the article.
_LANGUAGE = re.compile(r"[^\W\d][\w.+#-]{0,30}")


def rendered(markdown: str) -> tuple[str, list[Phrase]]:
    """Return Markdown as HTML, and a warning for each part left out.

    Raises:
        TooCostly: its link references would expand to too much HTML.
    """
    environment: dict[str, Any] = {"whole": whole(markdown)}
    tokens = _markdown.parse(markdown, environment)
    check_tokens(tokens)
    left_out = [
        *_too_deep(tokens),
        *_number_items(tokens),
        *_unused(tokens, environment),
        *_spare(tokens, markdown),
        *_fences(tokens, markdown),
    ]
    for token in tokens:
        if token.type == "html_block":
            token.content = as_typed(token.content, environment["whole"])
    return str(_markdown.renderer.render(tokens, _markdown.options, environment)), left_out


def keeps_address(address: str) -> bool:
    """Return whether a Markdown link keeps this address unchanged."""
    return _markdown.validateLink(address) and _markdown.normalizeLink(address) == address


# -- text or HTML ------------------------------------------------------------------------------


def _is_text(source: str, position: int, environment: Any) -> bool:
    """Return whether an angle bracket is text and does not begin HTML."""
    if source.startswith("<!--", position):
        return _comments_end(environment, source) < position
    found = TAG.match(source, position)
    if found and found["name"]:
        return not is_html(found, environment["whole"])
    return _NO_COMMENT.match(source, position) is not None


def _comments_end(environment: Any, source: str) -> int:
    key = "comments end", len(source), hash(source)
    if key not in environment:
        environment[key] = source.rfind("-->")
    return int(environment[key])


def _html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    position = state.bMarks[start] + state.tShift[start]
    if state.src[position : position + 1] == "<" and _is_text(state.src, position, state.env):
        return False
    return html_block(state, start, end, silent)


def _html_inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] == "<" and _is_text(state.src, state.pos, state.env):
        return False
    return html_inline(state, silent)


def _autolink(state: StateInline, silent: bool) -> bool:
    scheme = _SCHEME.match(state.src, state.pos)
    if scheme and scheme[1].lower() not in LINKS:
        return False
    return autolink(state, silent)


def _figures(state: StateInline, silent: bool) -> bool:
    source, position = state.src, state.pos
    if source[position] != "*" or not position:
        return False
    end = position
    while end < state.posMax and source[end] == "*":
        end += 1
    around = source[position - 1] + source[end : min(end + 1, state.posMax)]
    # Two asterisks before a letter are more often strong text (`**5**th`) than a power.
    kind = str.isdigit if end - position > 1 else str.isalnum
    if len(around) < 2 or not all(map(kind, around)) or not any(map(str.isdigit, around)):
        return False
    if not silent:
        state.pending += source[position:end]
    state.pos = end
    return True


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    position = state.bMarks[start] + state.tShift[start]
    if not _REFERENCE.match(state.src[position : position + _LONGEST_LABEL]):
        return False
    return reference(state, start, end, silent)


# -- warnings ----------------------------------------------------------------------------------


def _number_items(tokens: list[Token]) -> Iterator[Phrase]:
    """Give each item of an ordered list the number that was typed.

    If all numbers are 1, or all are 0, the items are counted, because Markdown is often written so.
    """
    open_lists: list[list[Token]] = []
    for token in tokens:
        if token.type in {"ordered_list_open", "bullet_list_open"}:
            open_lists.append([])
        elif token.type == "list_item_open" and token.info:
            open_lists[-1].append(token)
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            items = open_lists.pop()
            same = all(one.info == other.info for one, other in pairwise(items))
            if items and (not same or items[0].info not in {"0", "1"}):
                for item in items:
                    item.attrSet("value", str(int(item.info)))
            for item in items:
                if item.info != str(int(item.info)):
                    yield Phrase(
                        "The number %(typed)s of a list is shown as %(number)d.",
                        typed=item.info,
                        number=int(item.info),
                    )


def _too_deep(tokens: list[Token]) -> Iterator[Phrase]:
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        yield Phrase("Text that is nested too deeply in lists and quotes was left out.")


def _unused(tokens: list[Token], environment: dict[str, Any]) -> Iterator[Phrase]:
    """Warn of the link references that no link uses, because their addresses are not shown."""
    defined = environment.get("references", {})
    if not defined:
        return
    used = {
        inner.attrs.get(name)
        for token in tokens
        for inner in token.children or ()
        for name in ("href", "src")
    }
    for label, said in defined.items():
        if said["href"] not in used:
            name = label[:40].lower()
            yield Phrase("No link in the text uses the address of [%(name)s].", name=name)


def _spare(tokens: list[Token], markdown: str) -> Iterator[Phrase]:
    """Warn of table cells for which the head has no column."""
    lines: list[str] = []
    columns = 0
    in_head = False
    for token in tokens:
        if token.type in {"thead_open", "tbody_open"}:
            in_head = token.type == "thead_open"
        elif token.type == "tr_open":
            if in_head:
                columns = 0
            elif token.map:
                lines = lines or re.split(r"\r\n|\r|\n", markdown)
                row = lines[token.map[0]].lstrip("> \t").strip().removeprefix("|")
                spare = [cell.strip() for cell in escapedSplit(row.removesuffix("|"))[columns:]]
                if any(spare):
                    said = excerpt(" | ".join(spare))
                    yield Phrase(
                        "A table’s row has more cells than its head; left out: %(words)s.",
                        words=said,
                    )
        elif token.type == "th_open":
            columns += 1


def _fences(tokens: list[Token], markdown: str) -> Iterator[Phrase]:
    """Warn of text after a code fence that is not a language, and of a fence without an end."""
    lines: list[str] = []
    for token in tokens:
        if token.type != "fence" or not token.map:
            continue
        said = token.info.strip()
        lines = lines or re.split(r"\r\n|\r|\n", markdown)
        first, after = token.map
        ended = after - first > 1 and lines[after - 1].lstrip("> \t").startswith(token.markup)
        if not ended and not said:
            yield Phrase(
                "Everything after %(mark)s is code, because it is never closed.",
                mark=token.markup[:3],
            )
        elif said and (not ended or not _LANGUAGE.fullmatch(said)):
            yield Phrase(
                "%(mark)s begins code; the text on the same line was left out: %(words)s.",
                mark=token.markup[:3],
                words=excerpt(said),
            )


# Levels of lists and quotes; a list has two. The parser recurses for each level.
MAX_NESTING = 100

_markdown = MarkdownIt("commonmark", {"html": True, "maxNesting": MAX_NESTING}).enable(
    ["table", "strikethrough"]
)
_markdown.block.ruler.at(
    "html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]}
)
_markdown.block.ruler.at("reference", _reference)
_markdown.inline.ruler.at("html_inline", _html_inline)
_markdown.inline.ruler.at("autolink", _autolink)
_markdown.inline.ruler.before("emphasis", "figures", _figures)
