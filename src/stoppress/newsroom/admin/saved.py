"""The changes of a save, in words for the admin's log and for the message after it."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext, override

from stoppress.newsroom.models import Note
from stoppress.newsroom.publishing.fields import FIELDS

from .forms import CORRECTION
from .refusals import Admin

# No client can set it: request headers get keys that begin with HTTP_.
UNCHANGED = "newsroom.unchanged"


class SavedAdmin(Admin):
    """An admin of articles that distinguishes saves with changes from saves without."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        with override("en"):  # as the log is
            done = " ".join([*_article(request, form, add), *_related(formsets)])
        request.META[UNCHANGED] = not done
        return done or "Nothing was changed."

    def message_user(
        self,
        request: HttpRequest,
        message: Any,
        level: int | str = messages.INFO,
        *a: Any,
        **k: Any,
    ) -> None:
        # Django's message says after every save that the article was changed.
        if level == messages.SUCCESS and request.META.get(UNCHANGED):
            message, level = gettext("Nothing was changed."), messages.INFO
        super().message_user(request, message, level, *a, **k)


def _article(request: HttpRequest, form: Any, add: bool) -> Iterator[str]:
    if add:
        yield "Added."
    elif form.instance.version != form.initial["read_version"]:
        labels = [form.fields[name].label for name in FIELDS if name in form.saved_fields]
        if form.cleaned_data.get("change_is") == CORRECTION:
            yield f"Corrected{_list(labels)}."
        elif labels:
            yield f"Changed{_list(labels)}."
    if "_publish" in request.POST:
        yield "Published."
    elif "_submit" in request.POST:
        yield "Submitted."


def _list(labels: list[Any]) -> str:
    return " " + ", ".join(str(label).lower() for label in labels) if labels else ""


def _related(formsets: Any) -> Iterator[str]:
    for formset in formsets:
        for added in formset.new_objects:
            yield "Added a note." if isinstance(added, Note) else f"Added {_named(added)}."
        for changed, _ in formset.changed_objects:
            yield f"Changed {_named(changed)}."
        for deleted in formset.deleted_objects:
            yield f"Deleted {_named(deleted)}."


def _named(row: Any) -> str:
    return f"{row._meta.verbose_name} “{row}”"
