"""An admin of articles that deletes only drafts."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from stoppress.newsroom.publishing import NewsroomError, delete_draft
from stoppress.newsroom.publishing.draft import check_deletable
from stoppress.newsroom.rights import Verb, may, permitted

from .refusals import REFUSALS, Admin, refuse


class Deleted(NewsroomError):
    """The article of a form has been deleted."""

    def __init__(self, notes: str) -> None:
        told = gettext(
            "The article was deleted meanwhile, or you can no longer see it. Nothing was saved. All"
            " that you have entered is still in this form: if you save it, it makes a new article."
        )
        kept = gettext("Your note for the desk is only in this message: “%(notes)s”")
        super().__init__(f"{told} {kept % {'notes': notes}}" if notes else told)


class DeletingAdmin(Admin):
    """An admin whose users can delete drafts, but no article that was public."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        sent = request.method == "POST" and object_id and self.has_add_permission(request)
        if sent and self.get_object(request, unquote(object_id or "")) is None:
            # Django would redirect, and lose the text that was typed.
            refuse(request, Deleted(notes_in(request)))
            object_id, form_url = None, reverse("admin:newsroom_article_add")
        return super().changeform_view(request, object_id, form_url, extra_context)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.is_draft) and may(request.user, Verb.DELETE, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """List only the drafts: their history is deleted too, although it is protected."""
        return [str(each) for each in objs], {}, set(), []

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        article: Any = self.get_object(request, unquote(object_id))
        try:
            if article is not None and self.has_delete_permission(request, article):
                check_deletable(article)
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


def notes_in(request: HttpRequest) -> str:
    """Return the notes for the desk in a sent form; a new article's form has none."""
    sent = (request.POST[key] for key in request.POST if re.fullmatch("notes-[0-9]+-text", key))
    return " ".join(filter(None, map(str.strip, sent)))
