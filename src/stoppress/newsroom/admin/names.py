"""Topics and people in the admin."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from stoppress.newsroom.models import Person, Topic
from stoppress.newsroom.publishing import rename_person, rename_topic
from stoppress.newsroom.publishing.fields import checked_name

from .in_use import InUseAdmin
from .slugs import SlugForm


class NameAdmin(InUseAdmin):
    """Rows of a slug and a name. The slug cannot be changed, since it is part of an address."""

    form = SlugForm
    search_fields = ("name", "slug")
    list_display: Any = ("name", "slug")
    rename: ClassVar[Callable[[Any, str], object]]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.name = checked_name(obj.name)
            obj.save()
            return
        type(self).rename(obj, form.cleaned_data["name"])
        rest = [name for name in form._meta.fields if name not in {"slug", "name"}]
        if rest:
            obj.save(update_fields=rest)


@admin.register(Topic)
class TopicAdmin(NameAdmin):
    """Topics."""

    fields = ("name", "slug")
    rename = rename_topic


@admin.register(Person)
class PersonAdmin(NameAdmin):
    """People who write, some of whom are users."""

    fields = ("name", "slug", "user")
    list_display = ("name", "slug", "user")
    list_select_related = ("user",)
    rename = rename_person
