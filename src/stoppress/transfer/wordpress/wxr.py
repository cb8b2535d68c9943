"""Read WXR, WordPress's export format: RSS 2.0 with elements of WordPress, item by item.

The file may have any size: only one item is held in memory at a time.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from stoppress.transfer.format import CannotImport, Tell

from .node import MAX_NODES, Node

CHUNK = 256 * 1024
# XML forbids these characters, but WordPress writes them.
CONTROLS = bytes(number for number in range(32) if number not in b"\t\n\r")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Depths of elements: <channel>, and its children, which are the parts of the export.
CHANNEL, PART = 2, 3

_MARK = b"wordpress.org/export/"
_NAMESPACE = re.compile(r"https?://wordpress\.org/export/[0-9.]+/(excerpt/)? (.+)")
_OTHERS = {
    "http://purl.org/rss/1.0/modules/content/ encoded": "content:encoded",
    "http://purl.org/dc/elements/1.1/ creator": "dc:creator",
}


def is_wxr(head: bytes) -> bool:
    """Return whether a file that begins with these bytes is an export of WordPress."""
    return b"<rss" in head and _MARK in head


def parts_of(path: Path, tell: Tell, what: str) -> Iterator[Node]:
    """Yield each part of an export, such as `title`, `wp:author` or `item`, in order.

    Args:
        what: the activity, for lines of progress.

    Raises:
        CannotImport: the file is not well-formed XML, has a document type, or cannot be read.
    """
    target = _Target()
    parser = _parser(target)
    try:
        with path.open("rb") as file:
            size = max(path.stat().st_size, 1)
            clean = None if file.read(2) in UTF_16 else CONTROLS
            file.seek(0)
            while chunk := file.read(CHUNK):
                parser.Parse(chunk.translate(None, clean) if clean else chunk)
                yield from target.taken()
                tell(f"{what}: {100 * file.tell() // size} %")
            parser.Parse(b"", True)
            yield from target.taken()
    except expat.ExpatError as error:
        raise CannotImport(
            f"{path} is damaged at line {error.lineno}, column {error.offset + 1} "
            f"({expat.ErrorString(error.code)}). Export it from WordPress again, or mend it there."
        ) from error
    except _DocumentType as error:
        raise CannotImport(
            f"{path} is not read, because it has a document type. No export of WordPress has one."
        ) from error
    except OSError as error:
        raise CannotImport(f"{path} cannot be read: {error.strerror or error}.") from error
    if not target.is_wxr:
        raise CannotImport(f"{path} is not an export of WordPress: it has no <channel>.")


class _DocumentType(Exception):
    """The file has a document type, and so could have entities that expand or name other files."""


def _refuse(*declared: object) -> NoReturn:
    raise _DocumentType


def _parser(target: "_Target") -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = target.start
    parser.EndElementHandler = target.end
    parser.CharacterDataHandler = target.data
    return parser


@lru_cache(maxsize=500)
def _short(tag: str) -> str:
    """Return an element's name with its usual prefix, for every version of the format."""
    if found := _NAMESPACE.fullmatch(tag):
        return f"excerpt:{found[2]}" if found[1] else f"wp:{found[2]}"
    return _OTHERS.get(tag.replace("https://", "http://", 1), tag)


class _Target:
    """Builds the parts from the events of the parser."""

    def __init__(self) -> None:
        self.is_wxr = False
        self._depth = self._nodes = 0
        self._open: list[Node] = []
        self._done: list[Node] = []

    def taken(self) -> list[Node]:
        """Return the parts that were completed since the last call."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == CHANNEL and tag == "channel":
            self.is_wxr = True
        if self._depth < PART:
            return
        if self._depth == PART:
            self._nodes = 0
        self._nodes += 1
        self._open.append(Node(_short(tag), dict(attributes)))

    def end(self, tag: str) -> None:
        if self._depth >= PART:
            node = self._open.pop()
            if not self._open:
                self._done.append(node)
            elif self._nodes > MAX_NODES:
                self._open[0].cut = True
            elif not _is_readers_comment(node):
                self._open[-1].children.append(node)
            else:
                self._open[-1].comments += 1
                self._nodes -= 1
        self._depth -= 1

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1].add(text)


def _is_readers_comment(node: Node) -> bool:
    """Return whether a node is a comment of a reader, not an entry of a live blog."""
    return node.name == "wp:comment" and node.text("wp:comment_type") != "liveblog"
