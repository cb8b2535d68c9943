"""Shows the refusal of a verb as an error of the form."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from stoppress.live import LiveError
from stoppress.newsroom.publishing import InvalidField, NewsroomError

REFUSALS = (NewsroomError, LiveError)
# No client can set it: request headers get keys that begin with HTTP_.
REFUSED = "newsroom.refused"

if TYPE_CHECKING:
    Form = forms.ModelForm[models.Model]
    Admin = admin.ModelAdmin[models.Model]
else:
    Form, Admin = forms.ModelForm, admin.ModelAdmin


def refusal_of(request: HttpRequest) -> Exception | None:
    """Return the refusal of a verb, when the same request is handled a second time."""
    return request.META.get(REFUSED)


def refuse(request: HttpRequest, refusal: Exception) -> None:
    """Store a refusal, so that the form of the response shows it."""
    request.META[REFUSED] = refusal


class RefusalForm(Form):
    """A form that shows a verb's refusal as its error."""

    refusal: Exception | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if isinstance(self.refusal, InvalidField) and self.refusal.field in self.fields:
            # The message is a predicate.
            words = gettext("This field %(message)s") % {"message": self.refusal.message}
            self.add_error(self.refusal.field, words)
        elif self.refusal is not None:
            self.add_error(None, self.words(self.refusal))
        return cleaned

    def words(self, refusal: Exception) -> str:
        """Return the message for a refusal that concerns no single field."""
        return str(refusal)


class RefusalAdmin(Admin):
    """An admin whose `save_model` calls verbs.

    A verb runs after the form was found valid, and may still refuse. A refusal rolls the
    transaction back. Then the request is handled a second time, with a form that shows the refusal.
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
            # Another request has just taken a unique name. The second validation finds it.
            self.check_again(request, object_id)
        return answer(request, object_id, form_url, extra_context)

    def check_again(self, request: HttpRequest, object_id: str | None) -> None:
        """Check for another refusal, after a simultaneous request has taken a unique value."""

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        # Django makes a new class for each request, so no other request sees this.
        form.refusal = refusal_of(request)
        return form
