"""The rows of articles and versions in an archive of public texts (`--public`)."""

from typing import Any

from stoppress.newsroom.publishing.fields import FIELDS

# Readers do not see these values, but their effects.
_SHOWN_BY_THEIR_EFFECT = {"top_until", "quiet_hours"}
_FOR_THE_DESK = {
    name for name, field in FIELDS.items() if not field.public
} - _SHOWN_BY_THEIR_EFFECT
# In place of the reviewer's name: readers see only that somebody has reviewed the text.
REVIEWED = "–"

# The fields that stay of a retracted article, so that its address answers with the note.
_REMAINS = {
    *("id", "uri", "kind", "parent", "section", "place", "language", "version", "version_created"),
    *("first_published", "occurred", "taken_until"),
}

Row = dict[str, Any]


def public_article(row: Row) -> Row:
    """Return a public article's row without internal fields."""
    kept = {name: value for name, value in row.items() if name not in _FOR_THE_DESK}
    return kept | {
        # The number of saves and the beginning of the work are internal.
        "edited_version": row["version"],
        "first_created": row["first_published"],
        "desk_state": "draft",
        "publish_failed": "",
        "publish_retry": None,
        "reviewed_by": REVIEWED if row["reviewed_by"] else "",
        "contributors": [],
    }


def remains(row: Row, note: str) -> Row:
    """Return the row of a retracted article or post, or of a retracted story's post, without texts.

    Args:
        note: the public reason. A post that was withdrawn with its story has the story's reason.
    """
    kept = {name: value for name, value in row.items() if name in _REMAINS}
    return kept | {"pub_status": "canceled", "retraction_note": note, "reviewed_by": ""}


def retraction(row: Row) -> Row:
    """Return the row of a retraction's version, with only its time and its note."""
    empty = {"by": "", "headline": "", "summary": "", "body": "", "fields": {}}
    return row | empty | {"withdrawn": True}


def public_version(row: Row) -> Row:
    """Return a version's row without names of users and internal fields."""
    fields = {
        name: value
        for name, value in row["fields"].items()
        if name in FIELDS and name not in _FOR_THE_DESK or name == "story"
    }
    if fields.get("reviewed_by"):
        fields["reviewed_by"] = REVIEWED
    return row | {"by": "", "fields": fields}
