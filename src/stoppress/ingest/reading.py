"""Read a document's text into what its elements say: as XML, else as what is nearly XML."""

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

# By which Atom goes in RSS, where no XML says it: atom, atom10, a10.
ATOMS_PREFIXES = ("atom", "a10:")
# It is left out, for the text is not in the encoding that it names any more.
DECLARATION = re.compile(r"\s*(?:<\?xml\b[^>]*\?>)?")


@dataclass(frozen=True)
class Found:
    """What feedparser says of a document, in its own words; `flaw` says why it is not XML."""

    version: str
    feed: Any
    entries: list[Any]
    flaw: str = ""


def read_elements(text: str, document_url: str = "") -> Found:
    """Read a feed's elements.

    Args:
        text: the document.
        document_url: where it came from, for relative addresses.
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
    """Read XML: an element is what its namespace and its place make it."""

    def __init__(self, document_url: str) -> None:
        super().__init__(document_url)
        self._namespace = ""
        self._homes: set[str] = set()  # namespaces around the feed: they may be anything
        self._silent = 0  # how many are open within one that does not count

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
    """Read what is nearly XML: tags may be left open, or closed twice.

    An element that does not count is left out with all that is in it. Where it is never closed,
    only its own tag is: what stands behind it is then read after all.
    """

    def __init__(self, document_url: str, entities: dict[str, str]) -> None:
        self._names: Counter[str] = Counter()  # of what is open
        self._silent = 0  # how many were open as one began that does not count
        self._held: list[tuple[Any, ...]] = []  # what came since
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
        """Read what stands in an element that was never closed."""
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
