"""The sources and their health in the admin."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from .models import Source

if TYPE_CHECKING:
    SourceModelAdmin = admin.ModelAdmin[Source]
else:
    SourceModelAdmin = admin.ModelAdmin


@admin.register(Source)
class SourceAdmin(SourceModelAdmin):
    """Lists the sources. Only `follow` adds one, since it polls the feed before it saves it."""

    list_display = ("title", "healthy", "last_outcome", "last_polled", "section", "url")
    list_display_links = ("title", "url")
    list_filter = ("healthy", "section")
    list_select_related = ("section",)
    search_fields = ("title", "url")
    fields = ("title", "url", "section", "healthy", "last_outcome", "last_polled", "created")
    readonly_fields = ("title", "url", "healthy", "last_outcome", "last_polled", "created")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
