"""A text of several lines in a form: what is sent back untouched is what stood there."""

from typing import Any

from django import forms


class LinesField(forms.CharField):
    """A text of several lines, kept to the last space.

    A browser sends each line end as CRLF (HTML, 4.10.21.4). They are made newlines again before
    anything counts or compares.
    """

    def __init__(self, *, strip: bool = False, **kwargs: Any) -> None:
        super().__init__(strip=strip, **kwargs)

    def to_python(self, value: object) -> str | None:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        return super().to_python(value)
