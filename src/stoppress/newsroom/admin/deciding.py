"""An admin of articles with an action and a page for each decision."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from stoppress.newsroom.models import Article
from stoppress.newsroom.rights import Verb, may

from .decisions import ASKED, DISCARD, PUBLISH, RESTORE, RETRACT, SUBMIT, Decision, ask, take
from .of_posts import posts_address
from .refusals import Admin

# `?back=write` leads from a decision on a post back to the form for the next one.
BACK, WRITE = "back", "write"


class DecidingAdmin(Admin):
    """An admin that takes decisions on one article or on many."""

    actions = [
        "submit_selected",
        "publish_selected",
        "retract_selected",
        "restore_selected",
        "discard_selected",
    ]

    @admin.action(description=_("Publish the selected drafts"), permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        take(self, request, queryset, PUBLISH)

    @admin.action(
        description=_("Retract the selected %(verbose_name_plural)s …"), permissions=["retract"]
    )
    def retract_selected(
        self, request: HttpRequest, queryset: QuerySet[Article]
    ) -> HttpResponse | None:
        return ask(self, request, queryset, RETRACT)

    @admin.action(
        description=_("Restore the selected %(verbose_name_plural)s …"), permissions=["restore"]
    )
    def restore_selected(
        self, request: HttpRequest, queryset: QuerySet[Article]
    ) -> HttpResponse | None:
        return ask(self, request, queryset, RESTORE)

    @admin.action(description=_("Submit the selected drafts"), permissions=["submit"])
    def submit_selected(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        take(self, request, queryset, SUBMIT)

    @admin.action(description=_("Discard the selected drafts …"), permissions=["discard"])
    def discard_selected(
        self, request: HttpRequest, queryset: QuerySet[Article]
    ) -> HttpResponse | None:
        return ask(self, request, queryset, DISCARD)

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Verb.SUBMIT)

    def has_discard_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Verb.DISCARD)

    def get_urls(self) -> list[URLPattern]:
        decisions = [
            path(
                f"<int:pk>/{decision.name}/",
                self.admin_site.admin_view(self.decide),
                {"decision": decision},
                name=f"newsroom_article_{decision.name}",
            )
            for decision in ASKED
        ]
        return decisions + super().get_urls()

    def decide(self, request: HttpRequest, pk: int, decision: Decision) -> HttpResponse:
        """Ask for a note, and take a decision on one article."""
        article: Any = get_object_or_404(self.get_queryset(request), pk=pk)
        if not may(request.user, decision.right, article):
            raise PermissionDenied
        writes = article.is_post and request.GET.get(BACK) == WRITE
        back = (
            posts_address(article.parent_id, "write")
            if writes
            else reverse("admin:newsroom_article_change", args=[pk])
        )
        return ask(self, request, [article], decision, back) or HttpResponseRedirect(back)

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Verb.PUBLISH, obj)

    def has_retract_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Verb.RETRACT, obj)

    def has_restore_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Verb.RESTORE, obj)
