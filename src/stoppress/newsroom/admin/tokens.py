"""Creates, renews and revokes API tokens in the admin. A secret is shown once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import LONGEST_DAYS, Scope, check_name
from stoppress.newsroom.rights import scopes_of

from .once import OnceAdmin, OnceForm

SEEN = ("name", "scope", "created", "expires", "last_used", "state")
TEMPLATES = "admin/newsroom/apitoken"


class TermsForm(forms.Form):
    """A token's scope and lifetime."""

    scope = forms.ChoiceField(
        label=pgettext_lazy("token", "Scope"),
        choices=Scope.choices,
        initial=Scope.WRITE,
        help_text=gettext_lazy("Each scope includes the ones before it."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days"),
        min_value=1,
        max_value=LONGEST_DAYS,
        required=False,
        help_text=gettext_lazy(
            "The token expires after this many days. If empty, it does not expire."
        ),
    )

    scopes: Sequence[Scope] = ()  # the scopes that the user may give

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope: Any = self.fields.get("scope")  # there is none in the view of a token
        if scope is not None:
            scope.choices = [(each.value, each.label) for each in self.scopes]

    def terms(self) -> tuple[Scope, timedelta | None]:
        """Return the scope, and the lifetime or None."""
        days = self.cleaned_data["days"]
        return Scope(self.cleaned_data["scope"]), timedelta(days=days) if days else None


class NewTokenForm(TermsForm, OnceForm):
    """A new token's name, scope and lifetime."""

    class Meta:
        model = ApiToken
        fields = ["name", "scope"]
        help_texts = {
            "name": gettext_lazy("Stored with each change that the token makes; never public.")
        }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        try:
            check_name(name)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return name


@admin.register(ApiToken)
class ApiTokenAdmin(OnceAdmin):
    """API tokens. Their secrets are not stored, so they cannot be shown again."""

    form = NewTokenForm
    list_display = SEEN
    list_filter = ("scope",)
    search_fields = ("name",)
    actions = ["revoke_selected"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return SEEN if obj is not None else ("name", "scope", "days")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return SEEN if obj is not None else ()

    @admin.display(description=gettext_lazy("state"))
    def state(self, token: ApiToken) -> str:
        if not token.ended:
            return gettext("Works")
        return gettext("Has expired") if token.revoked is None else gettext("Was revoked")

    # -- making ------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and bool(scopes_of(request.user))

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        form.scopes = scopes_of(request.user)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        issued, obj.shown_once = ApiToken.issue(obj.name, *form.terms())
        obj.pk = issued.pk

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._show(request, obj, obj.shown_once)

    def _show(self, request: HttpRequest, token: ApiToken, secret: str) -> HttpResponse:
        """Show a secret in the response itself; a message would store it in a cookie or session."""
        return self._page(request, "secret", token, secret=secret)

    def _page(self, request: HttpRequest, name: str, token: ApiToken, **more: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "token": token}
        return TemplateResponse(request, f"{TEMPLATES}/{name}.html", context | more)

    # -- existing tokens: view, renew, revoke ------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # the changes that it made name it as their author

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Return whether a user may renew and revoke: this needs the right to change tokens."""
        return bool(request.user.has_perm("newsroom.change_apitoken"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.renew)
        return [path("<int:pk>/renew/", view, name="newsroom_apitoken_renew"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        more = {"may_renew": self.has_revoke_permission(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, more)

    def renew(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for a token's scope and lifetime, and give it a new secret."""
        if not self.has_revoke_permission(request):
            raise PermissionDenied
        token = get_object_or_404(ApiToken, pk=pk)
        known = {"scope": token.scope, "days": token.lasts.days if token.lasts else None}
        form_class = type("RenewForm", (TermsForm,), {"scopes": scopes_of(request.user)})
        form = form_class(request.POST if request.method == "POST" else None, initial=known)
        if not form.is_valid():
            return self._page(request, "renew", token, form=form, title=gettext("Renew?"))
        secret = token.renew(*form.terms())
        self.log_change(request, token, "Renewed")
        return self._show(request, token, secret)

    @admin.action(description=gettext_lazy("Revoke the selected tokens"), permissions=["revoke"])
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for token in queryset.filter(revoked=None):
            token.revoke()
            self.log_change(request, token, "Revoked")
            words = gettext("The token “%(token)s” is revoked.") % {"token": token}
            messages.success(request, words)
