"""What an archive with public texts alone holds of an article and of a version."""

from typing import Any

from stoppress.newsroom.publishing.fields import FIELDS

# Not for readers by themselves, but their effects are.
_SHOWN_BY_THEIR_EFFECT = {"top_until", "quiet_hours"}
_FOR_THE_DESK = {
    name for name, field in FIELDS.items() if not field.public
} - _SHOWN_BY_THEIR_EFFECT
# Stands for the name of the user who has reviewed a text: readers are told that somebody has.
REVIEWED = "–"

# What stays of a retracted article: its address answers with its note.
_REMAINS = {
    *("id", "uri", "kind", "parent", "section", "place", "language", "version", "version_created"),
    *("first_published", "occurred", "taken_until"),
}

Row = dict[str, Any]


def public_article(row: Row) -> Row:
    """Return a public article's row without what is for the desk alone."""
    kept = {name: value for name, value in row.items() if name not in _FOR_THE_DESK}
    return kept | {
        # Who has saved how often, and when the work began, is the desk's.
        "edited_version": row["version"],
        "first_created": row["first_published"],
        "desk_state": "draft",
        "publish_failed": "",
        "publish_retry": None,
        "reviewed_by": REVIEWED if row["reviewed_by"] else "",
        "contributors": [],
    }


def remains(row: Row, note: str) -> Row:
    """Return the row of what was retracted, or whose story was: without any text of it.

    Args:
        note: why; public. A post that was withdrawn with its story has the story's.
    """
    kept = {name: value for name, value in row.items() if name in _REMAINS}
    return kept | {"pub_status": "canceled", "retraction_note": note, "reviewed_by": ""}


def retraction(row: Row) -> Row:
    """Return the row of a retraction's version: its time and its note alone."""
    empty = {"by": "", "headline": "", "summary": "", "body": "", "fields": {}}
    return row | empty | {"withdrawn": True}


def public_version(row: Row) -> Row:
    """Return a version's row without names of users and what is for the desk alone."""
    fields = {
        name: value
        for name, value in row["fields"].items()
        if name in FIELDS and name not in _FOR_THE_DESK or name == "story"
    }
    if fields.get("reviewed_by"):
        fields["reviewed_by"] = REVIEWED
    return row | {"by": "", "fields": fields}
