"""The index of an export: its authors, attachments, blocks and links, to which items refer.

For a large export it would not fit into memory, so it is in a temporary SQLite file, which is
deleted when the process ends.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from .item import Item
from .node import Node
from .plain_text import one_line

_TABLES = """
CREATE TABLE author (login TEXT PRIMARY KEY, number TEXT, name TEXT);
CREATE INDEX author_number ON author (number);
CREATE TABLE attachment (id TEXT PRIMARY KEY, url TEXT, stem TEXT, parent TEXT,
    alt TEXT, caption TEXT);
CREATE INDEX attachment_stem ON attachment (stem);
CREATE INDEX attachment_parent ON attachment (parent);
CREATE TABLE term (number TEXT PRIMARY KEY, slug TEXT);
CREATE TABLE block (id TEXT PRIMARY KEY, content TEXT);
CREATE TABLE guid (guid TEXT PRIMARY KEY, times INTEGER);
CREATE TABLE picture (url TEXT PRIMARY KEY, pk INTEGER);
CREATE TABLE link (address TEXT PRIMARY KEY, guid TEXT, id TEXT, pk INTEGER);
CREATE TABLE work (pk INTEGER PRIMARY KEY, date TEXT, parent INTEGER, publish INTEGER,
    closes TEXT, links INTEGER);
CREATE INDEX work_date ON work (parent IS NOT NULL, date, pk);
"""
_SIZE = re.compile(r"(?:-\d{1,5}x\d{1,5}|-scaled|-rotated|-e\d{10,13})+(?=\.\w{2,5}$)")


@dataclass(frozen=True)
class Attachment:
    """A file of the site's media library."""

    id: str
    url: str
    alt: str
    caption: str


@dataclass(frozen=True)
class Work:
    """The remaining work on an article whose draft was made.

    Attributes:
        date: the time of its first publication, in UTC.
        publish: whether to publish it.
        closes: the time at which the coverage of a live story ended.
        links: whether it links to articles that come later in the export.
    """

    pk: int
    date: datetime | None
    publish: bool
    closes: datetime | None
    links: bool


class Index:
    """The index of one export.

    Attributes:
        base: the address of the site, without a slash at its end.
        language: the tag that the export names.
    """

    def __init__(self, rows: sqlite3.Connection) -> None:
        self.base = self.language = ""
        self._rows = rows
        self._rows.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)

    # -- written by the first pass -----------------------------------------------------------

    def note(self, part: Node) -> None:
        """Store the facts of a part of the channel that is not an item."""
        match part.name:
            case "wp:base_blog_url":
                self.base = part.own_text.strip().rstrip("/")
            case "link" if not self.base:
                self.base = part.own_text.strip().rstrip("/")
            case "language":
                self.language = part.own_text.strip()
            case "wp:author":
                self._note_author(part)
            case "wp:category":
                self._put("term", part.text("wp:term_id"), part.text("wp:category_nicename"))

    def _note_author(self, part: Node) -> None:
        login = part.text("wp:author_login")
        both = (part.text("wp:author_first_name"), part.text("wp:author_last_name"))
        shown = part.text("wp:author_display_name")
        names = (shown, " ".join(filter(None, both)), login)
        name = next((each for each in names if each and "@" not in each), "")
        self._put("author", login, part.text("wp:author_id"), name or names[0].partition("@")[0])

    def note_item(self, item: Item) -> None:
        """Store the facts of an item to which other items refer."""
        if item.type == "attachment":
            alt = item.meta.get("_wp_attachment_image_alt", "")
            # In an old export only the guid has the address.
            url = item.attachment_url or item.guid
            self._put("attachment", item.id, url, stem(url), item.parent, alt, item.excerpt.strip())
        elif item.type == "wp_block":
            self._put("block", item.id, item.content)
        elif item.type == "guest-author":
            login = item.meta.get("cap-user_login", "")
            self._put("author", login, "", item.meta.get("cap-display_name", "") or item.title)
        if item.guid:
            self._rows.execute(
                "INSERT INTO guid VALUES (?, 1) ON CONFLICT (guid) DO UPDATE SET times = times + 1",
                [item.guid],
            )

    # -- read by the second pass -------------------------------------------------------------

    def author(self, login: str) -> str:
        """Return the name of the author with a login, or empty."""
        return str(self._one("SELECT name FROM author WHERE login = ?", login) or "")

    def author_of_number(self, number: str) -> str:
        return str(self._one("SELECT name FROM author WHERE number = ?", number) or "")

    def category(self, number: str) -> str:
        """Return the slug of the category with a number."""
        return str(self._one("SELECT slug FROM term WHERE number = ?", number) or "")

    def block(self, id_: str) -> str:
        """Return the text of a reusable block."""
        return str(self._one("SELECT content FROM block WHERE id = ?", id_) or "")

    def name(self, item: Item) -> str:
        """Return a name of an item that is the same at the next import."""
        return self._name(item.guid, item.id)

    def _name(self, guid: str, id_: str) -> str:
        found = self._rows.execute("SELECT times FROM guid WHERE guid = ?", [guid]).fetchone()
        if found == (1,):
            return one_line(guid)
        # The guid is missing, or that of a copied post; the number tells them apart.
        return one_line(f"{guid or self.base or 'wordpress'} {id_}")

    def attachment(self, id_: str) -> Attachment | None:
        return self._attachment("id = ?", id_)

    def attachment_at(self, url: str) -> Attachment | None:
        """Return the attachment with a file at an address, also if it is a smaller size."""
        return self._attachment("url = ?", url) or self._attachment("stem = ?", stem(url))

    def attachments_of(self, parent: str) -> list[str]:
        """Return the ids of the attachments that were uploaded for a post."""
        found = self._rows.execute(
            "SELECT id FROM attachment WHERE parent = ? ORDER BY CAST(id AS INTEGER)", [parent]
        )
        return [str(id_) for (id_,) in found]

    def _attachment(self, where: str, value: str) -> Attachment | None:
        sql = f"SELECT id, url, alt, caption FROM attachment WHERE {where} LIMIT 1"
        found = self._rows.execute(sql, [value]).fetchone()
        return Attachment(*found) if found else None

    # -- written by the import ---------------------------------------------------------------

    def picture(self, url: str) -> int | None:
        """Return the number of the picture from an address; 0 if it could not be imported."""
        found = self._rows.execute("SELECT pk FROM picture WHERE url = ?", [url]).fetchone()
        return int(found[0]) if found else None

    def put_picture(self, url: str, pk: int) -> None:
        self._put("picture", url, pk)

    def is_own(self, address: str) -> bool:
        """Return whether an address belongs to the exported site."""
        return bool(self.base) and _host(address) == _host(self.base)

    def linked(self, address: str) -> tuple[str, int] | None:
        """Return the name and the article's number (or 0) of the item at an address, or None."""
        sql = "SELECT guid, id, pk FROM link WHERE address = ?"
        found = self._rows.execute(sql, [plain(address)]).fetchone()
        return (self._name(found[0], found[1]), found[2]) if found else None

    def put_link(self, item: Item, pk: int = 0) -> None:
        """Store the number of the article made from an item; 0 if there is none yet."""
        for address in filter(None, (item.link, item.guid)):
            self._put("link", plain(address), item.guid, item.id, pk)

    def put_work(self, work: Work, parent: int | None) -> None:
        date, closes = (each.isoformat() if each else None for each in (work.date, work.closes))
        self._put("work", work.pk, date, parent, work.publish, closes, work.links)

    def works(self) -> int:
        """Return the number of articles with remaining work."""
        return int(self._rows.execute("SELECT count(*) FROM work").fetchone()[0])

    def work(self, *, posts: bool) -> Iterator[Work]:
        """Yield the work on articles, or on posts, in the order of their times."""
        rows = self._rows.execute(
            "SELECT pk, date, publish, closes, links FROM work"
            " WHERE (parent IS NOT NULL) = ? ORDER BY date, pk",
            [posts],
        )
        for pk, date, publish, closes, links in rows:
            yield Work(pk, _time(date), bool(publish), _time(closes), bool(links))

    def _one(self, sql: str, value: str) -> object:
        found = self._rows.execute(sql, [value]).fetchone()
        return found[0] if found else None

    def _put(self, table: str, *values: object) -> None:
        places = ", ".join("?" * len(values))
        self._rows.execute(f"INSERT OR REPLACE INTO {table} VALUES ({places})", values)


@contextmanager
def empty_index() -> Iterator[Index]:
    """Provide an empty index in a temporary file."""
    with closing(sqlite3.connect("", isolation_level=None)) as rows:
        yield Index(rows)


def stem(url: str) -> str:
    """Return a picture's address without scheme, query, and the suffix of a smaller size."""
    return _SIZE.sub("", plain(url).partition("?")[0])


def plain(address: str) -> str:
    """Return an address without the parts that do not distinguish pages."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return address
    query = f"?{parts.query}" if parts.query.startswith("p=") else ""
    return f"{_host(address)}{unquote(parts.path).rstrip('/')}{query}"


def _host(address: str) -> str:
    try:
        return (urlsplit(address.strip()).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
