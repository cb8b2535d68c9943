"""The fields of a version besides its texts, which pages of the admin show."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from stoppress.newsroom.models import Article, Section
from stoppress.newsroom.publishing.errors import InvalidField
from stoppress.newsroom.publishing.fields import FIELDS
from stoppress.newsroom.publishing.row_checks import MOST_RELATED
from stoppress.newsroom.publishing.stored_fields import SEVERAL, VERSION_TEXTS

from .values import WrongRow, names, number, plain, stored, text

SLUG: int = Section._meta.get_field("slug").max_length or 0
RESPONSIBLE = 254
# Fields whose limits are narrower than those of their columns.
NUMBERS = {"urgency", "quiet_hours"}


def checked_fields(given: object) -> dict[str, Any]:
    """Check `fields` of a version: each value has the type that `stored_fields` gives it.

    The rows that it names may be deleted by now. An unknown field is kept: it is from an older
    release, and nothing reads it.

    Raises:
        WrongRow.
    """
    fields = plain("fields", given)
    for name, value in fields.items():
        if check := _CHECKS.get(name):
            check(f"fields: {name}", value)
    return fields


def _slug(name: str, value: object) -> None:
    if value is not None:
        text(name, value, SLUG)


def _slugs(name: str, value: object) -> None:
    slugs = names(name, value)
    if len(slugs) > MOST_RELATED:
        raise WrongRow(f"{name}: has {len(slugs)} members; the limit is {MOST_RELATED}.")
    for slug in slugs:
        text(name, slug, SLUG)


def _row(name: str, value: object) -> None:
    if value is not None:
        number(name, value)


def _responsible(name: str, value: object) -> None:
    text(name, value, RESPONSIBLE)


def _number(field: str, name: str, value: object) -> None:
    try:
        FIELDS[field].check(name, value)
    except InvalidField as error:
        raise WrongRow(str(error)) from error


def _column(field: str, name: str, value: object) -> None:
    stored(name, Article._meta.get_field(field), value)


_CHECKS: Mapping[str, Callable[[str, object], None]] = {
    **{
        name: partial(_number if name in NUMBERS else _column, name)
        for name in FIELDS.keys() - {*VERSION_TEXTS}
    },
    **dict.fromkeys(SEVERAL, _slugs),
    **{"section": _slug, "image": _row, "story": _row, "responsible": _responsible},
}
