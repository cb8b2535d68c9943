"""The kinds of rows in an archive, in the order in which they are read, with their fields.

`docs/moving.md` describes each field. A change here needs a new `VERSION`, unless it only adds
fields that may be missing.
"""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from stoppress.newsroom.models import Article, Note, Person, Picture, Section, Topic, Version

FORMAT, VERSION = "stoppress-archive", 1
MANIFEST = "manifest.json"
# The file with one row for each file of a picture, in the order of the pictures.
FILES = "files"


@dataclass(frozen=True)
class Kind:
    """A kind of rows, in one file.

    Attributes:
        columns: the columns of the model that a row has.
        beside: the other fields of a row, which name other rows or are not columns.
        needed: the fields that every row must have.
    """

    name: str
    model: type[models.Model]
    columns: tuple[str, ...]
    beside: tuple[str, ...] = ()
    needed: frozenset[str] = frozenset()

    @property
    def file(self) -> str:
        return f"{self.name}.jsonl"


USER: type[AbstractBaseUser] = get_user_model()
_STORED = {field.name for field in USER._meta.get_fields()}
_NAMES = [name for name in ("first_name", "last_name") if name in _STORED]
USERNAME: str = USER.USERNAME_FIELD  # type: ignore[attr-defined]

USERS = Kind("users", USER, (USERNAME, *_NAMES), needed=frozenset({USERNAME}))
SECTIONS = Kind(
    "sections", Section, ("id", "slug", "name", "position"), needed=frozenset({"id", "slug"})
)
TOPICS = Kind("topics", Topic, ("id", "slug", "name"), needed=frozenset({"id", "slug"}))
PEOPLE = Kind("people", Person, ("id", "slug", "name"), ("user",), needed=frozenset({"id", "slug"}))
PICTURES = Kind(
    "pictures",
    Picture,
    (
        *("id", "digest", "width", "height", "renditions", "alt", "caption", "credit"),
        *("focus_x", "focus_y", "uploaded", "by"),
    ),
    ("uploader",),
    frozenset({"id", "digest", "width", "height", "renditions", "uploaded"}),
)
ARTICLES = Kind(
    "articles",
    Article,
    (
        *("id", "uri", "version", "edited_version", "version_created", "first_created"),
        *("first_published", "place", "kind", "occurred", "key_event", "coverage"),
        *("coverage_started", "coverage_changed", "latest_change", "taken_until", "quiet_hours"),
        *("headline", "slugline", "summary", "body", "body_format", "byline", "located"),
        *("language", "pub_status", "desk_state", "urgency", "pinned", "top_until"),
        *("publish_at", "publish_failed", "publish_retry", "embargoed_until", "expires"),
        *("ed_note", "correction_text", "correction_date", "retraction_note", "source_type"),
        *("reviewed_by", "source", "external_id", "original_url", "copyright_holder"),
        *("copyright_notice", "usage_terms"),
    ),
    ("parent", "section", "image", "topics", "authors", "contributors"),
    frozenset({"id", "uri", "version", "version_created", "kind", "pub_status", "language"}),
)
VERSIONS = Kind(
    "versions",
    Version,
    (
        *("version", "act", "public", "note", "by", "created", "headline", "summary", "body"),
        *("body_format", "fields", "withdrawn"),
    ),
    ("article",),
    frozenset({"article", "version", "act", "public", "created", "body_format"}),
)
NOTES = Kind("notes", Note, ("by", "created", "text"), ("article",), frozenset({"article", "text"}))

KINDS = (USERS, SECTIONS, TOPICS, PEOPLE, PICTURES, ARTICLES, VERSIONS, NOTES)


def media_name(picture: int, width: int, format: str) -> str:
    """Return the name of a picture's file in the archive."""
    return f"media/{picture}/{width}.{format}"
