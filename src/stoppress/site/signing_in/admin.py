"""Users and groups in the admin: Django's own pages, whose forms make one object each."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, User
from django.db.models import DateTimeField

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


@admin.register(Group)
class SiteGroupAdmin(OnceAdmin, GroupAdmin):
    """Groups."""
