"""An article's contributors in the admin."""

import re
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.utils.translation import gettext, gettext_lazy

from stoppress.newsroom.models import Article, Contributor

if TYPE_CHECKING:
    Inline = admin.TabularInline[Contributor, Article]
    FormSet = BaseInlineFormSet[Contributor, Article, Any]
else:
    Inline, FormSet = admin.TabularInline, BaseInlineFormSet


class LabelledFormSet(FormSet):
    """Rows whose fields have names for a screen reader: in a table only the columns have labels.

    A row that somebody else has removed meanwhile is left out, with one message in the form. With
    the row, the form could never be saved.
    """

    removed = False  # whether rows were left out that the editor wanted to keep

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        if self.is_bound:
            prefix = str(self.prefix)
            there = set(map(str, self.get_queryset().values_list("pk", flat=True)))
            gone = {
                index: fields
                for index, fields in _rows(data, prefix).items()
                if any(pk and pk not in there for pk in fields.get("id", []))
            }
            self.removed = any("DELETE" not in fields for fields in gone.values())
            self.data = _without(data, prefix, set(gone)) if gone else data

    def clean(self) -> None:
        super().clean()
        if self.removed:
            raise ValidationError(
                gettext(
                    "Somebody else has removed a contributor meanwhile. Nothing was saved. The"
                    " form shows who is left: look at them, and save again."
                )
            )

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            # A wrapped widget is the one that is rendered with the attributes.
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs["aria-label"] = str(field.label)


class ContributorInline(Inline):
    """The users who may work on the article as their own; changed with Django's own permissions."""

    model = Contributor
    verbose_name_plural = gettext_lazy("contributors")
    formset = LabelledFormSet
    extra = 0


def _rows(data: Any, prefix: str) -> dict[int, dict[str, list[Any]]]:
    """Return the sent fields by row."""
    rows: dict[int, dict[str, list[Any]]] = {}
    for key in data:
        if match := re.fullmatch(rf"{re.escape(prefix)}-([0-9]{{1,4}})-([A-Za-z_]+)", key):
            rows.setdefault(int(match[1]), {})[match[2]] = data.getlist(key)
    return rows


def _without(data: Any, prefix: str, gone: set[int]) -> Any:
    """Return a formset's data without some rows that were there when the form was served."""
    left, rows = data.copy(), _rows(data, prefix)
    for index, fields in rows.items():
        for name in fields:
            del left[f"{prefix}-{index}-{name}"]
    for number, index in enumerate(sorted(rows.keys() - gone)):
        for name, values in rows[index].items():
            left.setlist(f"{prefix}-{number}-{name}", values)
    for count in (TOTAL_FORM_COUNT, INITIAL_FORM_COUNT):
        key = f"{prefix}-{count}"
        if data.get(key, "").isdecimal():
            left[key] = str(max(int(data[key]) - len(gone), 0))
    return left
