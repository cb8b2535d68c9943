"""Topics and people in the admin."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from stoppress.newsroom.models import Person, Topic
from stoppress.newsroom.publishing import rename_person, rename_topic
from stoppress.newsroom.publishing.fields import checked_name

from .folded_search import FoldedSearchAdmin
from .in_use import InUseAdmin
from .served import ServedForm


class NameAdmin(FoldedSearchAdmin, InUseAdmin):
    """Rows of a slug and a name. The slug cannot be changed, since it is part of an address."""

    form = ServedForm
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
        if "name" in form.changed_data:
            type(self).rename(obj, form.cleaned_data["name"])
        rest = set(form._meta.fields) - {"slug", "name"}
        obj.save(update_fields=rest.intersection(form.changed_data))


@admin.register(Topic)
class TopicAdmin(NameAdmin):
    """Topics."""

    fields = ("name", "slug")
    rename = rename_topic


@admin.register(Person)
class PersonAdmin(NameAdmin):
    """Authors; some of them are users."""

    fields = ("name", "slug", "user")
    list_display = ("name", "slug", "user")
    list_select_related = ("user",)
    rename = rename_person
