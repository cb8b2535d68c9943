"""Users and groups in the admin: Django's own pages, whose forms make one object each."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, User
from django.db import IntegrityError
from django.db.models import DateTimeField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from stoppress.newsroom.admin.once import OnceAdmin, OnceForm
from stoppress.newsroom.admin.time_fields import MomentField, MomentWidget

from .password_change import password_change

if TYPE_CHECKING:
    Form = AdminUserCreationForm[User]
    Users = UserAdmin[User]
else:
    Form, Users = AdminUserCreationForm, UserAdmin

admin.site.unregister([User, Group])
site: Any = admin.site
site.password_change = password_change


class NewUserForm(OnceForm, Form):
    """Asks for a name and a password."""


@admin.register(User)
class SiteUserAdmin(OnceAdmin, Users):
    """Users."""

    form: Any = UserChangeForm
    formfield_overrides = {DateTimeField: {"form_class": MomentField, "widget": MomentWidget}}
    add_form = NewUserForm

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except IntegrityError:
            return _kept(request, reverse("admin:auth_user_change", args=[object_id]))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except IntegrityError:  # the action that deletes
            return _kept(request, request.get_full_path())


@admin.register(Group)
class SiteGroupAdmin(OnceAdmin, GroupAdmin):
    """Groups."""


def _kept(request: HttpRequest, back: str) -> HttpResponse:
    """Show why users are not deleted: a table that the site no longer knows refers to them."""
    messages.error(
        request,
        gettext(
            "Nothing was deleted: tables that are not in use, such as those of a second factor that"
            " is switched off, still refer to the user. Make the account inactive instead, or see"
            " “Turning it off” in docs/operations.md."
        ),
    )
    return HttpResponseRedirect(back)
