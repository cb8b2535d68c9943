"""Refusals of the verbs, shown as errors of the form that asked for too much."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse

from stoppress.live import LiveError
from stoppress.newsroom.publishing import InvalidField, NewsroomError

REFUSALS = (NewsroomError, LiveError)
# No header of a request gets there: those of HTTP begin with HTTP_.
REFUSED = "newsroom.refused"

if TYPE_CHECKING:
    Form = forms.ModelForm[models.Model]
    Admin = admin.ModelAdmin[models.Model]
else:
    Form, Admin = forms.ModelForm, admin.ModelAdmin


def refusal_of(request: HttpRequest) -> Exception | None:
    """Return what a verb has refused to this request, when it is answered once more."""
    return request.META.get(REFUSED)


def refuse(request: HttpRequest, refusal: Exception) -> None:
    """Let a request be answered with a form that says what was refused."""
    request.META[REFUSED] = refusal


class RefusalForm(Form):
    """A form that says what a verb has refused."""

    refusal: Exception | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if isinstance(self.refusal, InvalidField) and self.refusal.field in self.fields:
            self.add_error(self.refusal.field, f"This field {self.refusal.message}")
        elif self.refusal is not None:
            self.add_error(None, self.words(self.refusal))
        return cleaned

    def words(self, refusal: Exception) -> str:
        """Return what is said above the form about a refusal of no one field."""
        return str(refusal)


class RefusalAdmin(Admin):
    """An admin whose `save_model` calls verbs.

    What a verb refuses is known only when it has run, after the form was found valid. Its refusal
    rolls the request's transaction back; then the same request is answered once more, with a form
    that says it.
    """

    form = RefusalForm

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        answer = super().changeform_view
        try:
            return answer(request, object_id, form_url, extra_context)
        except REFUSALS as refusal:
            refuse(request, refusal)
        except IntegrityError:
            # Another was first with a name that only one can have: now the form sees it.
            pass
        return answer(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        # Django makes a new class for each request, so this is seen by this request alone.
        form.refusal = refusal_of(request)
        return form
