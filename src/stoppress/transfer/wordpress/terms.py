"""The sections, topics and people of an export."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from stoppress.newsroom.admin.slugs import slug_of
from stoppress.newsroom.models import Person, Section, Topic

from .entries import Entry
from .index import Index
from .item import Item
from .plain_text import clip, plain
from .report import Report

NAME, BYLINE = 100, 200
MOST = 20  # the most topics or authors of an article
_SLUG = re.compile(Section.SLUG)
LONGEST: int = Section._meta.get_field("slug").max_length or 0
# The slug of WordPress's category for posts without one.
NONE = {"uncategorized", "uncategorised"}
PRIMARY = ("_yoast_wpseo_primary_category", "rank_math_primary_category")
# Taxonomies that are not about the subject.
_ASIDE = {"author", "post_format", "nav_menu", "wp_theme", "language", "post_translations"}

# The fields that refer to rows by their slugs.
KINDS: dict[str, type[Section | Topic | Person]] = {
    "section": Section,
    "topics": Topic,
    "authors": Person,
}


class Terms:
    """Finds sections, topics and people by their slugs, and makes those that articles use.

    Rows that an earlier import made may have been deleted or merged here since.
    """

    def __init__(self, index: Index, report: Report, *, dry_run: bool) -> None:
        self._index, self._report = index, report
        self._dry_run = dry_run
        self._known: dict[tuple[str, str], Section | Topic | Person] = {}
        self._made = set[tuple[str, str]]()

    def section_and_topics(self, item: Item) -> tuple[str | None, list[str]]:
        """Return the slugs of an item's section, which is its first category, and of its topics.

        The main category of the plugins Yoast SEO and Rank Math comes first.
        """
        categories = [
            each for each in item.terms if each.domain == "category" and each.slug not in NONE
        ]
        number = next((item.meta[key] for key in PRIMARY if item.meta.get(key)), "")
        primary = self._index.category(number) if number else ""
        categories.sort(key=lambda each: each.slug != primary)
        tags = [each for each in item.terms if each.domain not in _ASIDE | {"category"}]
        slugs = [self._slug(Topic, each.slug, each.name) for each in (*categories[1:], *tags)]
        topics = list(dict.fromkeys(slugs))
        if len(topics) > MOST:
            more = len(topics) - MOST
            self._report.name("Articles with too many tags", f"{item.called}: {more} left out")
        section = (
            self._slug(Section, categories[0].slug, categories[0].name) if categories else None
        )
        return section, topics[:MOST]

    def authors(self, item: Item) -> tuple[str, list[str]]:
        """Return an item's byline and its authors' slugs; Co-Authors Plus allows several."""
        guests = [each for each in item.terms if each.domain == "author"]
        names = [
            self._index.author(each.slug.removeprefix("cap-")) or _name(each.name)
            for each in guests
        ] or [self._index.author(item.creator) or _name(item.creator)]
        return self._people(names)

    def authors_of_entry(self, entry: Entry) -> tuple[str, list[str]]:
        """Return an entry's byline and the slugs of its authors, if it shows them."""
        more = (self._index.author_of_number(number) for number in entry.contributors)
        return self._people([_name(entry.author), *more])

    def make(self, fields: Mapping[str, Any]) -> None:
        """Make the missing rows to which fields refer."""
        for name, kind in KINDS.items():
            said = fields.get(name) or []
            for slug in [said] if isinstance(said, str) else said:
                row = self._known[kind.__name__, slug]
                if row._state.adding and (kind.__name__, slug) not in self._made:
                    if not self._dry_run:
                        row.save()
                    self._made.add((kind.__name__, slug))
                    self._report.made[kind.__name__.lower()] += 1

    def _people(self, names: list[str]) -> tuple[str, list[str]]:
        shown = list(dict.fromkeys(filter(None, (clip(plain(name), NAME) for name in names))))[
            :MOST
        ]
        slugs = [self._slug(Person, "", name) for name in shown]
        return clip(", ".join(shown), BYLINE), list(dict.fromkeys(slugs))

    def _slug(self, kind: type[Section | Topic | Person], slug: str, name: str) -> str:
        """Return the slug of a row, which `make` makes if it is missing."""
        name = clip(plain(name), NAME)
        slug = usual_slug(slug, name)
        if (kind.__name__, slug) not in self._known:
            row = kind._default_manager.filter(slug=slug).first()
            if row is None:
                row = kind(slug=slug, name=name or slug)
            self._known[kind.__name__, slug] = row
        return slug


def usual_slug(slug: str, name: str) -> str:
    """Return a slug that the paper allows; without Latin letters it is a hash."""
    said = unquote(slug).lower()
    if _SLUG.fullmatch(said):
        return said
    whole = said or name
    made = slug_of(whole) or slug_of(name)
    digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
    if not made:
        return digest
    return made if len(whole) < LONGEST else f"{made[: LONGEST - 9].strip('-')}-{digest}"


def _name(said: str) -> str:
    """Return a name; for an e-mail address, only the part before the @."""
    return said.partition("@")[0] if "@" in said else said
