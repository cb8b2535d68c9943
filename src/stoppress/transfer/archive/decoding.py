"""Turn rows of an archive into objects to store, and check each as untrusted input."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from stoppress.newsroom.models import Article, Note, Person, Picture, Section, Topic, Version
from stoppress.newsroom.publishing import InvalidField, LoadedArticle
from stoppress.newsroom.publishing.fields import checked_name
from stoppress.newsroom.publishing.pictures import checked_facts
from stoppress.newsroom.publishing.row_checks import MOST_RELATED

from . import kinds, values
from .kinds import Kind
from .values import WrongRow
from .version_fields import checked_fields

FORMATS = {"webp", "jpg"}
DIGEST = re.compile("[0-9a-f]{64}")
MOST_RENDITIONS = 40
WIDEST = 100_000  # pixels
FACTS = ("alt", "caption", "credit", "focus_x", "focus_y")


class Numbers:
    """The numbers of the rows that were read, by the names that other rows use for them."""

    def __init__(self) -> None:
        self.users: dict[str, int] = {}
        self.sections: dict[str, int] = {}
        self.topics: dict[str, int] = {}
        self.people: dict[str, int] = {}
        self.pictures: set[int] = set()
        self.articles: set[int] = set()


def section(row: Any) -> Section:
    return Section(**_named(kinds.SECTIONS, row))


def topic(row: Any) -> Topic:
    return Topic(**_named(kinds.TOPICS, row))


def person(row: Any, known: Numbers) -> Person:
    user = _user(row, "user", known)
    return Person(**_named(kinds.PEOPLE, row), user_id=user)


def picture(row: Any, known: Numbers) -> Picture:
    made = picture_of(row)
    made.uploader_id = _user(row, "uploader", known)
    return made


def picture_of(row: Any) -> Picture:
    """Return a picture without its uploader. Its files are checked when they are read."""
    columns = values.decoded(kinds.PICTURES, row)
    if not DIGEST.fullmatch(columns["digest"]):
        raise WrongRow("digest: must have 64 hexadecimal digits.")
    for name in ("width", "height"):
        values.number(name, columns[name], WIDEST)
    try:
        columns |= checked_facts({name: columns[name] for name in FACTS})
    except InvalidField as error:
        raise WrongRow(str(error)) from error
    columns["renditions"] = _renditions(columns["renditions"])
    return Picture(**columns)


def article(row: Any, known: Numbers) -> LoadedArticle:
    columns = values.decoded(kinds.ARTICLES, row)
    if columns["edited_version"] > columns["version"]:
        raise WrongRow("edited_version: is higher than the version.")
    for name in ("version", "edited_version"):
        values.number(name, columns[name])
    parent, image, of = row.get("parent"), row.get("image"), row.get("section")
    if image is not None and values.number("image", image) not in known.pictures:
        raise WrongRow(f"image: there is no picture {image} in the archive.")
    sections = values.looked_up("section", [] if of is None else [of], known.sections)
    made = Article(
        **columns,
        parent_id=None if parent is None else values.number("parent", parent),
        image_id=image,
        section_id=sections[0] if sections else None,
    )
    return LoadedArticle(
        made,
        _several(row, "topics", known.topics),
        _several(row, "authors", known.people),
        values.looked_up(
            "contributors", values.names("contributors", row.get("contributors", [])), known.users
        ),
    )


def version(row: Any, known: Numbers) -> Version:
    columns = values.decoded(kinds.VERSIONS, row)
    columns["fields"] = checked_fields(columns["fields"])
    if columns["body_format"] not in Article.BodyFormat.values:
        raise WrongRow(f"body_format: must be one of {', '.join(Article.BodyFormat.values)}.")
    return Version(**columns, article_id=_article(row, known))


def note(row: Any, known: Numbers) -> Note:
    return Note(**values.decoded(kinds.NOTES, row), article_id=_article(row, known))


def _named(kind: Kind, row: Any) -> dict[str, Any]:
    columns = values.decoded(kind, row)
    slug: Any = kind.model._meta.get_field("slug")
    try:
        slug.run_validators(columns["slug"])
        columns["name"] = checked_name(columns["name"])
    except ValidationError as error:
        raise WrongRow(f"slug: {' '.join(error.messages)}") from error
    except InvalidField as error:
        raise WrongRow(str(error)) from error
    return columns


def _article(row: Any, known: Numbers) -> int:
    pk = values.number("article", row["article"])
    if pk not in known.articles:
        raise WrongRow(f"article: there is no article {pk} in the archive.")
    return pk


def _user(row: Any, name: str, known: Numbers) -> int | None:
    user = row.get(name) if isinstance(row, dict) else None
    return None if user is None else values.looked_up(name, [user], known.users)[0]


def _several(row: Any, name: str, known: dict[str, int]) -> list[int]:
    found = values.looked_up(name, values.names(name, row.get(name, [])), known)
    if len(found) > MOST_RELATED:
        raise WrongRow(f"{name}: has {len(found)} members; the limit is {MOST_RELATED}.")
    return found


def _renditions(given: object) -> list[dict[str, Any]]:
    if not isinstance(given, list) or len(given) > MOST_RENDITIONS:
        raise WrongRow(f"renditions: must be a list of at most {MOST_RENDITIONS} files.")
    for each in given:
        if not isinstance(each, dict) or each.keys() != {"width", "height", "format", "bytes"}:
            raise WrongRow("renditions: each has width, height, format and bytes, nothing else.")
        for name in ("width", "height", "bytes"):
            values.number(f"renditions: {name}", each[name], values.MOST)
        if each["format"] not in FORMATS:
            raise WrongRow("renditions: format must be webp or jpg.")
    if {each["format"] for each in given} != FORMATS:
        raise WrongRow("renditions: must have a file of each format, webp and jpg.")
    if len({(each["width"], each["format"]) for each in given}) != len(given):
        raise WrongRow("renditions: has the same file twice.")
    return given


def user(row: Any) -> models.Model:
    """Return a user who cannot sign in and has no rights; an administrator grants both."""
    made = kinds.USER(**values.decoded(kinds.USERS, row))
    made.set_unusable_password()
    made.is_active = False
    return made
