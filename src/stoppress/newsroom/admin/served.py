"""Forms that save only the fields that their user has changed."""

from typing import Any

from django.utils.translation import gettext

from .slugs import SlugForm


class ServedForm(SlugForm):
    """A form that carries the values with which it was served.

    A field that the user has not changed keeps its present value. If both have changed a field, the
    form asks once: it shows the other's value, and saves the user's value if it is sent again.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carried: dict[str, Any] = {}
        if self.instance.pk is not None:
            own: Any = self._meta.fields
            self.carried = {name: self.fields[name] for name in own if name in self.fields}
        for name, field in self.carried.items():
            sent = not self.is_bound or self[name].html_initial_name in self.data
            # Django compares with the value that was served.
            field.show_hidden_initial = sent

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        cleaned = self.cleaned_data
        changed = {name: field for name, field in self.carried.items() if name in cleaned}
        for name, field in changed.items():
            present = getattr(self.instance, name)
            if name not in self.changed_data:
                cleaned[name] = present
            elif cleaned[name] != present and self._is_changed_by_others(name, field):
                self._ask(name, present)
        return cleaned

    def _is_changed_by_others(self, name: str, field: Any) -> bool:
        served = self.data.get(self[name].html_initial_name)
        return bool(field.show_hidden_initial and field.has_changed(self.initial[name], served))

    def _ask(self, name: str, present: object) -> None:
        data: Any = self.data
        self.data = data = data.copy()
        data[self[name].html_initial_name] = self.fields[name].prepare_value(self.initial[name])
        told = gettext(
            "Somebody else has changed this meanwhile to “%(present)s”. Nothing was saved. Save"
            " again if you want yours."
        )
        self.add_error(name, told % {"present": present or ""})
