"""The form of a decision: it asks for a note."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from .lines import LinesField


class NoteForm(forms.Form):
    """Asks for the note of a decision."""

    PUBLIC = gettext_lazy(
        "Public: readers see it in the history, and in place of the retracted text."
    )

    note = LinesField(
        label=gettext_lazy("Note"),
        strip=True,
        max_length=2000,
        widget=AdminTextareaWidget(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, needed: bool, says: str | Promise = PUBLIC, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["note"].required = needed
        self.fields["note"].help_text = str(says)
