"""Say what HTML loses by how it is written, which a parser drops without a word."""

import re

from .body_address import LINKS
from .body_tags import NAMES, TAG, without_comments

SAID = 40
# A parser takes all up to their end for code, or for no part of the text.
_CODE = ("script", "style", "title", "template", "noembed", "noframes")
# They too end the text where they are not ended.
_ENDED = (*_CODE, "iframe", "video", "audio", "object", "noscript", "textarea", "select", "button")
_CODE_TAG = re.compile(rf"<(/?)({'|'.join(_ENDED)})(?=[\s/>])", re.IGNORECASE)
_APART = re.compile(rf"<(svg|math|{'|'.join(_CODE)})(?=[\s/>])")
_ADDRESS = re.compile(r"""\bhref\s*+=\s*+["']?+\s*+([a-z][a-z0-9+.-]*+):""", re.IGNORECASE)
_NO_TAG = re.compile(r"<(?:[!?](?!--|doctype\b|\[if\b|\[endif\b)|/(?=[^a-zA-Z]))", re.IGNORECASE)


def lost(html: str) -> list[str]:
    """Return a sentence for each thing that nobody will see of this HTML."""
    sentences = dict.fromkeys(_code(html))
    for part, comment in without_comments(_without_code(html)):
        if comment:
            continue
        if "<!--" in part:
            part, _, hidden = part.partition("<!--")
            sentences[f"A comment that is never ended was left out: {_cut(hidden)}."] = None
        sentences.update(dict.fromkeys(_tags(part)))
    return list(sentences)


def _code(html: str) -> list[str]:
    tags = [(end, name.lower()) for end, name in _CODE_TAG.findall(html)]
    said = [f"A <{name}> was left out." for name in _CODE if ("", name) in tags and name != "style"]
    for name in _ENDED:
        if tags.count(("", name)) > tags.count(("/", name)):
            said.append(f"What comes after <{name}> was left out, for it is never ended.")
    return said


def _without_code(html: str) -> str:
    """Return HTML without what is left out as a whole; that has tags of its own."""
    parts, here, low = [], 0, html.lower()
    while (opened := _APART.search(low, here)) is not None:
        parts.append(html[here : opened.start()])
        here = low.find(f"</{opened[1]}", opened.end())
        if here < 0:
            return "".join(parts)
    return "".join([*parts, html[here:]])


def _tags(html: str) -> list[str]:
    said = []
    for found in TAG.finditer(html):
        name, attributes = found["name"], found["attributes"]
        if not name:
            rest = html[found.start() : found.start() + 2 * SAID]
            if _NO_TAG.match(rest) or re.match(r"</?[a-zA-Z]", rest):
                said.append(f"This is no tag of HTML, and was left out: {_cut(rest)}.")
        elif not found["end"] and not set(name) & set("-:") and name.lower() not in NAMES:
            said.append(f"HTML has no tag {_cut(found[0])}; a bracket in a text is &lt;.")
        scheme = _ADDRESS.search(attributes) if attributes else None
        if scheme and scheme[1].lower() not in LINKS:
            said.append(f"A link to an address of {scheme[1].lower()}: keeps its text only.")
    return said


def _cut(text: str) -> str:
    line = " ".join(text[: 2 * SAID].split())
    return f"“{line if len(line) <= SAID else line[: SAID - 1] + '…'}”"
