"""An article’s versions in the admin, read-only."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from stoppress.newsroom.models import Article, Version

if TYPE_CHECKING:
    Inline = admin.TabularInline[Version, Article]
else:
    Inline = admin.TabularInline


class VersionInline(Inline):
    """The public changes of the article."""

    model = Version
    verbose_name_plural = "history"
    fields = readonly_fields = ("version", "act", "note", "by", "created", "headline")
    can_delete = False
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Version]:
        return super().get_queryset(request).defer("summary", "body")

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return True  # Django has already checked the right to see the article

    def has_add_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False
