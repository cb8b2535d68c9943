"""Read a document's elements with feedparser, each with its own text, base and dates.

feedparser has three faults that matter here: it takes an extension's title or description for the
entry's, keeps one element's `xml:base` for its neighbours, and guesses dates. So both of its
parsers, the strict one for XML and the loose one, get only elements of the feed formats, and the
base that is in force at each.
"""

from typing import Any
from urllib.parse import urljoin

from feedparser.mixin import _FeedParserMixin

from .sanitize import is_web_address

ROOTS = {"feed": "atom", "rdf:rdf": "rss"}
ITEMS = {"item", "entry"}
PEOPLE = {"author", "managingeditor", "contributor", "dc:creator", "dc:author", "dc:contributor"}
OF_PEOPLE = {"name", "email", "url", "uri", "homepage"}
DATES = {
    *("pubdate", "published", "issued", "created", "updated", "modified", "lastbuilddate"),
    *("dc:date", "dcterms:issued", "dcterms:created", "dcterms:modified"),
}
# The elements of an entry; dc:title and dc:description count if it has no title or description.
OF_ENTRIES = {
    *("title", "link", "guid", "id", "description", "summary", "abstract", "content", "body"),
    *("fullitem", "source", "content:encoded", "xhtml:body", "dc:title", "dc:description"),
    *DATES,
    *PEOPLE,
}
# In RSS, Atom's elements may only add a missing date, text or address.
NOT_ATOMS_IN_RSS = {"title", "subtitle", "summary", "id"}
XHTML = "application/xhtml+xml"
ATOM = "http://www.w3.org/2005/atom"
OF_FEEDS = {"", "dc", "dcterms", "content", "xhtml", "rdf"}  # prefixes, as feedparser gives them
ADDRESSES = {"href", "src"}

Attributes = list[tuple[str, str]]


class Elements(_FeedParserMixin):  # type: ignore[misc]
    """The work of both readers before and after feedparser's own handling of an element."""

    resolve_relative_uris = sanitize_html = False
    can_be_relative_uri = {"link"}  # an id is a name, so it stays as it is

    def __init__(self, document_url: str, *rest: Any) -> None:
        self._document_url = document_url
        self._open: list[tuple[str, str]] = []  # each open element's name, and its base
        self._ended = ""
        self._text_at = 0  # the number of open elements when the current text began
        super().__init__("", None, "utf-8", *rest)

    # -- which elements count

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        super().track_namespace(prefix, self._usual(uri))

    def _usual(self, namespace: str) -> str:
        """Return a namespace as feedparser knows it: publishers write `https` or add a slash."""
        lowered = namespace.lower()
        if lowered not in self._matchnamespaces:
            plain = f"http:{lowered.removeprefix('https:').removeprefix('http:')}".removesuffix("/")
            for known in (plain, f"{plain}/"):
                if known in self._matchnamespaces:
                    return known
        return namespace

    def _counts(self, name: str, atom: bool) -> bool:
        if self.incontent:
            kind = self.contentparams.get("type", "")
            return not kind.endswith("xml") or kind == XHTML  # other XML is not the entry's text
        if atom and self.infeed and self.version.startswith("rss") and self._is_rsss_own(name):
            return False
        prefix = name.rpartition(":")[0]
        if not self.inentry:
            return not self.infeed or prefix in OF_FEEDS
        return not prefix if self.insource else self._is_of_entry(name)

    def _is_rsss_own(self, name: str) -> bool:
        """Return whether RSS has an element of its own for one of Atom's elements."""
        linked = is_web_address(self._get_context().get("link", ""))
        return name in NOT_ATOMS_IN_RSS or (name == "link" and linked)

    def _is_of_entry(self, name: str) -> bool:
        parent = self._open[-1][0]
        return name in OF_ENTRIES if parent in ITEMS else parent in PEOPLE and name in OF_PEOPLE

    # -- which base is in force

    def _start(self, name: str, tag: str, attributes: Attributes) -> None:
        declared = dict(attributes).get("xml:base", "")
        base = self._base()
        if declared:
            joined = join(base or self._document_url, declared)
            base = joined if is_web_address(joined) else base
        kept = [(key, value) for key, value in attributes if key not in ("xml:base", "base")]
        if self.incontent and base != self.contentparams.get("base", ""):
            kept = [(key, join(base, at) if key in ADDRESSES else at) for key, at in kept]
        self._open.append((name, base))
        self.baseuri = base
        in_text = self.incontent
        super().unknown_starttag(tag, kept)
        if self.incontent and not in_text:
            self._text_at = len(self._open)
        if name in ROOTS and not self.version.startswith(ROOTS[name]):
            self.version: str = f"{ROOTS[name]}10"  # the former value came from an extension

    def _end(self, name: str, tag: str) -> None:
        """End the element that was opened last."""
        self._ended = name
        if self.incontent and len(self._open) > self._text_at:
            self._end_within_text(tag)
        else:
            super().unknown_endtag(tag)
        self._open.pop()
        self.baseuri = self._base()

    def _end_within_text(self, tag: str) -> None:
        """End an element within a text, which feedparser might take for the feed's own.

        HTML has titles and summaries too.
        """
        if self.contentparams.get("type") == XHTML:
            self.handle_data(f"</{tag.rpartition(':')[2]}>", escape=0)
        self.basestack.pop()
        self.langstack.pop()
        self.lang = self.langstack[-1] if self.langstack else None
        self.depth -= 1

    def _base(self) -> str:
        return self._open[-1][1] if self._open else ""

    def resolve_uri(self, address: str) -> str:
        return join(self._base() or self._document_url, address)

    # -- what an element says

    def _end_published(self) -> None:
        self._keep_date("published")

    def _end_updated(self) -> None:
        self._keep_date("updated")

    def _end_created(self) -> None:
        self._keep_date("created")

    _end_pubdate = _end_issued = _end_published
    _end_modified = _end_lastbuilddate = _end_updated

    def _keep_date(self, element: str) -> None:
        value = self.pop(element)
        if value and self.inentry and not self.insource:
            self.entries[-1].setdefault("dates", []).append((self._ended, value))

    def _start_content(self, attributes: Any) -> None:
        super()._start_content(attributes)
        if self._summaryKey == "content":  # a second summary, which feedparser files as content
            self.contentparams["rank"] = 2
        elif self.version.startswith("rss"):  # RSS's own content:encoded may still come
            self.contentparams["rank"] = 1

    def _start_body(self, attributes: Any) -> None:
        if self.inentry:  # otherwise it is the body of a page around the feed
            super()._start_body(attributes)

    def _end_body(self) -> None:
        if self.inentry:
            super()._end_body()

    _start_xhtml_body, _end_xhtml_body = _start_body, _end_body

    def _start_dc_title(self, attributes: Any) -> None:
        if self.inentry:
            self.push_content("dc_title", attributes, "text/plain", 1)
        else:
            self._start_title(attributes)

    def _end_dc_title(self) -> None:
        self.pop_content("dc_title") if self.inentry else self._end_title()

    def _start_dc_description(self, attributes: Any) -> None:
        if self.inentry:
            self.push_content("dc_description", attributes, "text/html", 1)
        else:
            self._start_description(attributes)

    def _end_dc_description(self) -> None:
        self.pop_content("dc_description") if self.inentry else self._end_description()

    def _sync_author_detail(self, key: str = "author") -> None:
        """Keep an author's text as it is: feedparser may search it for an address for minutes."""
        context = self._get_context()
        people = context.get(f"{key}s")
        if people and not self.inauthor and not people[-1]:
            people[-1]["name"] = context.get(key, "")


def join(base: str, address: str) -> str:
    """Return an absolute address, or the given one if it cannot be joined."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address
