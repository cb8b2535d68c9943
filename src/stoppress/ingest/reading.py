"""Read a document's elements: as XML, or with a tolerant parser if it is not well formed."""

import io
import re
import xml.sax
from collections import Counter
from dataclasses import dataclass
from typing import Any
from xml.sax.handler import feature_external_ges, feature_namespaces

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype

from .elements import ATOM, ITEMS, OF_ENTRIES, OF_PEOPLE, PEOPLE, Attributes, Elements

# Prefixes of Atom in RSS, for documents that are not XML and have no namespaces: atom, atom10, a10.
ATOMS_PREFIXES = ("atom", "a10:")
# The XML declaration is removed: the text no longer has the encoding that it names.
DECLARATION = re.compile(r"\s*(?:<\?xml\b[^>]*\?>)?")


@dataclass(frozen=True)
class Found:
    """feedparser's results for a document; `flaw` says why it is not XML."""

    version: str
    feed: Any
    entries: list[Any]
    flaw: str = ""


def read_elements(text: str, document_url: str = "") -> Found:
    """Read a feed's elements.

    Args:
        text: the document.
        document_url: its address, for relative addresses in it.
    """
    declared = DECLARATION.match(text)
    version, body, entities = replace_doctype(text[declared.end() if declared else 0 :].encode())
    reader: Any = XMLReader(document_url)
    flaw = ""
    try:
        _parse_xml(body, reader)
    except xml.sax.SAXParseException as error:
        flaw = f"{error.getMessage()} in line {error.getLineNumber()}"
        reader = LooseReader(document_url, entities)
        reader.feed(body.decode())
        reader.end()
    return Found(version or reader.version, reader.feeddata, reader.entries, flaw)


def _parse_xml(body: bytes, reader: Any) -> None:
    parser = xml.sax.make_parser()
    parser.setFeature(feature_namespaces, True)
    parser.setFeature(feature_external_ges, False)
    parser.setContentHandler(reader)
    source = xml.sax.InputSource()
    source.setByteStream(io.BytesIO(body))
    source.setEncoding("utf-8")
    parser.parse(source)


class XMLReader(Elements, StrictFeedParser):  # type: ignore[misc]
    """Reads XML: an element's namespace and parent decide what it means."""

    def __init__(self, document_url: str) -> None:
        super().__init__(document_url)
        self._namespace = ""
        self._homes: set[str] = set()  # namespaces of the elements around the feed
        self._silent = 0  # the number of open elements that do not count, or are within one

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:
        namespace = self._usual(name[0] or "")
        self._namespace = namespace.lower()
        if not self.infeed:
            self._homes.add(self._namespace)
        super().startElementNS((namespace, name[1]), qname, attrs)

    def endElementNS(self, name: Any, qname: Any) -> None:
        super().endElementNS((self._usual(name[0] or ""), name[1]), qname)

    def unknown_starttag(self, tag: str, attributes: Attributes) -> None:
        name = self._name(tag)
        if self._silent or not self._counts(name, self._is_atom()):
            self._silent += 1
        else:
            self._start(name, tag, attributes)

    def unknown_endtag(self, tag: str) -> None:
        if self._silent:
            self._silent -= 1
        else:
            self._end(self._open[-1][0], tag)

    def handle_data(self, text: str, escape: int = 1) -> None:
        if not self._silent:
            super().handle_data(text, escape)

    def _is_atom(self) -> bool:
        return self._namespace == ATOM and ATOM not in self._homes

    def _name(self, tag: str) -> str:
        local = tag.rpartition(":")[2]
        prefix = self._matchnamespaces.get(self._namespace)
        if prefix is None:
            ours = self._namespace in self._homes or "backend.userland.com/rss" in self._namespace
            return local if ours else f"?:{local}"
        return f"{prefix}:{local}" if prefix else local


class LooseReader(Elements, LooseFeedParser):  # type: ignore[misc]
    """Reads documents that are not well formed: tags may be left open, or closed twice.

    An element that does not count is left out with its content. If it is never closed, only its
    tag is left out, and the rest is read after all.
    """

    def __init__(self, document_url: str, entities: dict[str, str]) -> None:
        self._names: Counter[str] = Counter()  # of the open elements
        self._silent = 0  # the number of open elements when one began that does not count
        self._held: list[tuple[Any, ...]] = []  # the calls since then, to repeat them if needed
        self._again = self._mute = False
        super().__init__(document_url, entities)

    def unknown_starttag(self, tag: str, attributes: Attributes) -> None:
        name = self._name(tag)
        if name in ITEMS:
            if self._silent:
                self._read_again()
            self._end_text()
        if self._silent:
            self._held.append((self.unknown_starttag, tag, attributes))
            self._open.append((name, ""))
            self._names[name] += 1
            return
        self._mute = not self._counts(name, tag.startswith(ATOMS_PREFIXES))
        if not self._mute:
            self._names[name] += 1
            self._start(name, tag, attributes)
        elif not self._again:
            self._names[name] += 1
            self._open.append((name, self._base()))
            self._silent = len(self._open)

    def unknown_endtag(self, tag: str) -> None:
        name = self._name(tag)
        self._mute = False
        if not self._names[name]:
            if not self._silent and not self._again and not self.incontent:
                super().unknown_endtag(tag)
                self.baseuri = self._base()
            return
        place = len(self._open)
        while self._open[place - 1][0] != name:
            place -= 1
        if self._silent and place < self._silent:
            self._read_again()
            self.unknown_endtag(tag)
            return
        if not self._silent and place < self._text_at:
            self._end_text()
        self._close_to(place)
        if self._silent:
            self._held.append((self.unknown_endtag, tag))
            self._names[name] -= 1
            self._open.pop()
            if len(self._open) < self._silent:
                self._silent, self._held = 0, []
        else:
            self._names[name] -= 1
            self._end(name, tag)

    def handle_data(self, text: str, escape: int = 1) -> None:
        if self._silent:
            self._held.append((self.handle_data, text, escape))
        elif not self._mute:
            super().handle_data(text, escape)

    def handle_charref(self, ref: str) -> None:
        if self._silent:
            self._held.append((self.handle_charref, ref))
        elif not self._mute:
            super().handle_charref(ref)

    def handle_entityref(self, ref: str) -> None:
        if self._silent:
            self._held.append((self.handle_entityref, ref))
        elif not self._mute:
            super().handle_entityref(ref)

    def end(self) -> None:
        """Read the content of an element that was never closed."""
        if self._silent:
            self._read_again()
        self._end_text()

    def _read_again(self) -> None:
        self._close_to(self._silent - 1)
        held, self._held, self._silent = self._held, [], 0
        self._again = True
        for read, *what in held:
            read(*what)
        self._again = self._mute = False

    def _end_text(self) -> None:
        """End a text that was never closed."""
        if self.incontent:
            self._close_to(self._text_at)
            name = self._open[-1][0]
            self._names[name] -= 1
            self._end(name, name)

    def _close_to(self, place: int) -> None:
        while len(self._open) > place:
            self._names[self._open.pop()[0]] -= 1

    def _is_of_entry(self, name: str) -> bool:
        people = any(self._names[person] for person in PEOPLE)
        return name in ITEMS or name in OF_ENTRIES or (people and name in OF_PEOPLE)

    def _name(self, tag: str) -> str:
        prefix, colon, local = tag.rpartition(":")
        prefix = self.namespacemap.get(prefix, prefix) if colon else ""
        return f"{prefix}:{local}" if prefix else local
