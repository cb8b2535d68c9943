"""Forms of the admin that make one object, even if they are sent several times."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from .refusals import RefusalAdmin, RefusalForm, refusal_of, refuse
from .sending import ANOTHER, ONCE, TOKEN_CHARS, Sending, SentBefore, new_token
from .value_checkbox import ValueCheckbox


class TokenField(forms.CharField):
    """A token that never counts as a change by the user."""

    def has_changed(self, initial: object, data: object) -> bool:
        return False


class OnceForm(RefusalForm):
    """A form with a token. Sent again, it makes no second object, unless the user wants one."""

    once = TokenField(widget=forms.HiddenInput, required=False, max_length=TOKEN_CHARS)
    another = TokenField(widget=ValueCheckbox, required=False)

    link = ""  # the address of the object that the form has already made, if the user may see it

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault(ONCE, new_token())
        box, told = self.fields[ANOTHER], {"name": self.noun()}
        box.label = gettext("This is another %(name)s") % told
        box.help_text = gettext("A second %(name)s is then made from this form.") % told
        box.widget.attrs["value"] = new_token()

    def noun(self) -> str:
        """Return the name of the form's object, such as `article`."""
        return str(self._meta.model._meta.verbose_name)

    def words(self, refusal: Exception) -> str:
        if not isinstance(refusal, SentBefore):
            return super().words(refusal)
        return str(refusal) if refusal.changes else self.sent_before(refusal)

    def sent_before(self, refusal: SentBefore) -> SafeString:
        """Return a message: the form has already made its object, and the user's next steps."""
        name = self.noun()
        second = gettext(
            "If you want a second one, tick “This is another {name}” and save again. What you have"
            " entered is still in this form."
        )
        if self.link:
            then = self.then(refusal)
            before = (
                gettext(
                    "This form was sent before, and has made “{made}” ({state}). No second {name}"
                    " was made."
                )
                if self.described(refusal)
                else gettext(
                    "This form was sent before, and has made “{made}”. No second {name} was made."
                )
            )
        else:
            then = ""
            before = gettext(
                "This form was sent before. You can no longer see the {name} that it has made. No"
                " second {name} was made."
            )
        made = format_html('<a href="{}" target="_blank">{}</a>', self.link, refusal.made)
        told = {"made": made, "state": self.described(refusal), "name": name}
        sentences = [[format_html(each, **told)] for each in (before, then, second) if each]
        return format_html_join(" ", "{}", sentences)

    def described(self, refusal: SentBefore) -> str:
        """Return the object's state in a word; empty if it has none."""
        return ""

    def then(self, refusal: SentBefore) -> str:
        """Return a sentence with the user's next step; empty if there is none."""
        return ""

    def validate_unique(self) -> None:
        # The unique values are taken by the object that this form has made.
        if not isinstance(self.refusal, SentBefore):
            super().validate_unique()


class OnceAdmin(RefusalAdmin):
    """An admin whose form for a new object makes only one object, even if sent several times."""

    form = OnceForm
    # Whether a new form with the same content is the same form. It must have no password.
    once_by_words = False

    class Media:
        js = (forms.Script("newsroom/once.js", type="module"),)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_fieldsets(request, obj)
        sent = obj is None and isinstance(refusal_of(request), SentBefore)
        return with_token(given, token=obj is None, another=sent)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        # Before validation, which would find the unique fields of an object made before in use.
        self.check_again(request, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def check_again(self, request: HttpRequest, object_id: str | None) -> None:
        if request.method != "POST":
            return
        try:
            self.sending(request, object_id).check()
        except SentBefore as refusal:
            refuse(request, refusal)

    def sending(self, request: HttpRequest, object_id: str | None) -> Sending:
        """Return the submission. Only the form of a new object is recognised."""
        if object_id is None or "_saveasnew" in request.POST:
            return Sending.of_new(request, by_words=self.once_by_words)
        return Sending("", (), "")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        object_id = str(form.instance.pk) if change else None
        self.sending(request, object_id).remember(form.instance)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        if isinstance(form.refusal, SentBefore):
            form.link = self.link_to(request, form.refusal.made)
        return form

    def link_to(self, request: HttpRequest, made: Any) -> str:
        """Return the address of an object for a user; empty if they may not see it."""
        if not self.has_view_or_change_permission(request, made):
            return ""
        try:
            return reverse(
                f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[made.pk]
            )
        except NoReverseMatch:
            return ""


def with_token(fieldsets: Any, *, token: bool, another: bool) -> list[Any]:
    """Return fieldsets with the token's hidden field, and with the box for a second object.

    Django puts every field of the form into them if an admin names none.
    """
    own = {ONCE, ANOTHER}
    given = [
        (name, {**options, "fields": [each for each in options["fields"] if each not in own]})
        for name, options in fieldsets
    ]
    if token:
        given[-1][1]["fields"].append(ONCE)
    return [*([(gettext("Sent before"), {"fields": [ANOTHER]})] if another else []), *given]
