"""The admin's forms for pictures."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.utils.translation import gettext_lazy as _

from stoppress.newsroom.models import Picture

from .served import ServedForm

KINDS = "image/jpeg,image/png,image/webp,image/avif,image/gif"


class FilesInput(forms.ClearableFileInput):
    """An input for one or several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several uploaded files; its value is a list."""

    widget = FilesInput(attrs={"accept": KINDS})

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = (data or [None]) if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in files]


class UploadForm(forms.Form):
    """Asks only for files. Their descriptions are asked for after the upload."""

    file = FilesField(
        label=_("Pictures"),
        allow_empty_file=True,  # the upload refuses an empty file with its own message
        help_text=_(
            "JPEG, PNG, WebP, AVIF or a still GIF; one or several. The author and the description"
            " that a file contains are filled in for you afterwards."
        ),
    )


class PictureForm(ServedForm):
    """The description of a picture."""

    class Meta:
        model = Picture
        fields = ("alt", "caption", "credit", "focus_x", "focus_y")
        widgets = {
            name: AdminTextInputWidget(attrs={"class": "vLargeTextField", "dir": "auto"})
            for name in ("alt", "caption", "credit")
        } | {
            name: forms.NumberInput(attrs={"min": 0, "max": 100, "data-focus": name[-1]})
            for name in ("focus_x", "focus_y")
        }
