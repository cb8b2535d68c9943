"""The notes between editors on an article’s page: they are added, and never changed."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from stoppress.newsroom.models import Article, Note
from stoppress.newsroom.rights import Verb, may
from stoppress.newsroom.times import in_words

from .lines import LinesField

if TYPE_CHECKING:
    Inline = admin.TabularInline[Note, Article]
else:
    Inline = admin.TabularInline


class NoteInline(Inline):
    """The notes about an article, and a form for one more."""

    model = Note
    verbose_name_plural = gettext_lazy("notes for the desk, never public")
    fields = ("text", "by", "written")
    readonly_fields = ("by", "written")
    can_delete = False
    extra = 1

    @admin.display(description=gettext_lazy("created"))
    def written(self, note: Note) -> str:
        return in_words(note.created) if note.pk else ""

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        widget = AdminTextareaWidget(attrs={"rows": 2, "aria-label": gettext("Note")})
        return LinesField(strip=True, max_length=2000, widget=widget, label=gettext("Text"))

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return True  # Django has already checked the right to see the article

    def has_add_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return may(request.user, Verb.NOTE, obj)

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False
