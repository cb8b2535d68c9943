"""Sections in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from stoppress.newsroom.models import Section
from stoppress.newsroom.publishing import rename_section
from stoppress.newsroom.publishing.fields import checked_name

from .folded_search import FoldedSearchAdmin
from .in_use import InUseAdmin
from .served import ServedForm


@admin.register(Section)
class SectionAdmin(FoldedSearchAdmin, InUseAdmin):
    """Sections. The slug cannot be changed: it is a part of the address and the stream's name."""

    form = ServedForm
    fields = ("name", "slug", "position")
    list_display = ("name", "slug", "position")
    search_fields = ("name", "slug")

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
            rename_section(obj, form.cleaned_data["name"])
        obj.save(update_fields={"position"}.intersection(form.changed_data))
