"""An admin of articles that deletes drafts alone."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from stoppress.newsroom.publishing import delete_draft
from stoppress.newsroom.rights import Verb, may, permitted

from .refusals import REFUSALS, Admin


class DeletingAdmin(Admin):
    """An admin whose users can delete drafts, and nothing that was public."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.is_draft) and may(request.user, Verb.DELETE, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the drafts alone: their history goes with them, though it is protected."""
        return [str(each) for each in objs], {}, set(), []

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:newsroom_article_changelist"))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with permitted(request.user, Verb.DELETE, obj) as fresh:
            delete_draft(fresh)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for article in queryset:
            try:
                self.delete_model(request, article)
            except REFUSALS as refusal:
                words = gettext("“%(article)s” was not deleted: %(why)s")
                messages.error(request, words % {"article": article, "why": refusal})
