"""The list of users with a second factor, and the action that removes it.

The tables of django-allauth are not in the admin: they hold secrets, and could name other providers
of single sign-on.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .reset import reset_second_factor

HIDDEN = ("account", "mfa", "socialaccount")


@admin.action(
    description=_("Remove the second factor of the selected users"), permissions=["change"]
)
def remove_second_factor(model_admin: Any, request: HttpRequest, users: QuerySet[User]) -> None:
    """Remove the second factors; only a superuser removes that of a superuser."""
    removed = 0
    for user in users:
        if user == request.user:
            # Its page asks for the password or a code again, which a list does not.
            message = gettext("Remove your own second factor by the link “Second factor”.")
            messages.error(request, message)
        elif user.is_superuser and not _is_superuser(request):
            message = gettext("Only a superuser removes the second factor of %(user)s.")
            messages.error(request, message % {"user": user})
        elif reset_second_factor(user):
            model_admin.log_change(request, user, "Removed the second factor.")
            removed += 1
    message = ngettext(
        "%(number)d second factor removed.", "%(number)d second factors removed.", removed
    )
    messages.success(request, message % {"number": removed})


class HasSecondFactor(admin.SimpleListFilter):
    """Selects users with a second factor, or those without."""

    title = _("second factor")
    parameter_name = "second_factor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", gettext("Has one")), ("no", gettext("Has none"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() not in ("yes", "no"):
            return queryset
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        return queryset.filter(Exists(factors) if self.value() == "yes" else ~Exists(factors))


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


# Django loads this module after the admin modules of earlier apps, which register these models.
users: Any = admin.site.get_model_admin(User)
users.list_filter = [*users.list_filter, HasSecondFactor]
users.actions = [*(users.actions or ()), remove_second_factor]
for model in (each for label in HIDDEN for each in apps.get_app_config(label).get_models()):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
