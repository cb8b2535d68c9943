"""A checkbox whose value names the exact thing that the user agrees to."""

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict


class ValueCheckbox(forms.CheckboxInput):
    """A checkbox whose value is the thing that the user agrees to. It starts unticked."""

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> Any:
        return data.get(name)

    def format_value(self, value: object) -> None:
        return None

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, False, attrs)
