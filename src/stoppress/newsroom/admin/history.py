"""An admin of articles with pages that compare versions and withdraw older ones."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import withdraw_version
from stoppress.newsroom.rights import Verb, may, permitted

from .refusals import REFUSALS, Admin
from .versions import TwoVersionsForm, WithdrawForm, changed_parts


class HistoryAdmin(Admin):
    """An admin that shows the changes between versions, and withdraws versions."""

    def get_urls(self) -> list[URLPattern]:
        history = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"newsroom_article_{name}",
            )
            for name, view in (("changes", self.changes), ("withdraw", self.withdraw))
        ]
        return history + super().get_urls()

    def changes(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the differences between any two versions."""
        article: Any = get_object_or_404(self.get_queryset(request), pk=pk)
        form = TwoVersionsForm(request.GET, list(article.versions.defer("body", "fields")))
        chosen = form.chosen()
        parts = changed_parts(article, *chosen, request.user) if chosen else []
        return self._page(request, "changes", article, form=form, chosen=chosen, parts=parts)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the older versions to withdraw and for the reason, and withdraw them."""
        article: Any = get_object_or_404(self.get_queryset(request), pk=pk)
        if not may(request.user, Verb.WITHDRAW_VERSION, article):
            raise PermissionDenied
        versions = list(article.versions.defer("body", "fields"))
        form = WithdrawForm(request.POST if request.method == "POST" else None, versions)
        if not form.is_valid():
            return self._page(request, "withdraw", article, form=form)
        chosen = form.cleaned_data
        try:
            with permitted(request.user, Verb.WITHDRAW_VERSION, article) as fresh:
                withdraw_version(
                    fresh,
                    chosen["versions"],
                    note=chosen["note"],
                    by=request.user.get_username(),
                )
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
            return self._page(request, "withdraw", article, form=form)
        numbers = ", ".join(map(str, chosen["versions"]))
        self.log_change(request, article, f"Withdrew versions: {numbers}")
        words = gettext(
            "Withdrawn: %(numbers)s. Text that only these versions had is deleted everywhere."
        )
        messages.success(request, words % {"numbers": numbers})
        return HttpResponseRedirect(reverse("admin:newsroom_article_change", args=[pk]))

    def _page(self, request: HttpRequest, name: str, article: Article, **more: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "article": article}
        template = f"admin/newsroom/article/{name}.html"
        return TemplateResponse(request, template, context | more)
