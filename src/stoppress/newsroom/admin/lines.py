"""A form field for text of several lines, which an unchanged form does not change."""

from typing import Any

from django import forms


class LinesField(forms.CharField):
    """Text of several lines, with all its spaces.

    A browser sends each line end as CRLF (HTML, 4.10.21.4). The field turns it into a newline
    before anything counts or compares characters.
    """

    def __init__(self, *, strip: bool = False, **kwargs: Any) -> None:
        super().__init__(strip=strip, **kwargs)

    def to_python(self, value: object) -> str | None:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        return super().to_python(value)
