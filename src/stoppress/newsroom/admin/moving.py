"""The page that moves a post to another live story."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import move_post
from stoppress.newsroom.publishing.move import check_movable
from stoppress.newsroom.rights import Verb, may, permitted
from stoppress.newsroom.titles import titled

from .refusals import REFUSALS, Admin

MOST_OFFERED = 50


class MoveForm(forms.Form):
    """Asks for the story: one whose coverage goes on, or any other by its number."""

    story = forms.ChoiceField(
        label=gettext_lazy("To the live story"),
        required=False,
        help_text=gettext_lazy("The live stories whose coverage has not ended."),
    )
    number = forms.IntegerField(
        label=gettext_lazy("Or to number"),
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        help_text=gettext_lazy("The number in the address of any other live story."),
    )

    def __init__(self, data: Any, post: Article, found: Callable[[int], Article | None]) -> None:
        """Ask for the story to which a post is moved.

        Args:
            found: returns the live story with a number, if the user may see it.
        """
        super().__init__(data)
        self._post, self._found = post, found
        going_on = Article.objects.going_on().exclude(posts=post)
        rows = going_on.only("headline").order_by("-coverage_changed")[:MOST_OFFERED]
        field: Any = self.fields["story"]
        field.choices = [("", "–"), *((row.pk, f"{row.headline} ({row.pk})") for row in rows)]

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if self.errors:
            return cleaned
        said = [each for each in (cleaned["story"], cleaned["number"]) if each]
        if len(said) != 1:
            raise forms.ValidationError(gettext("Choose one story, or write its number."))
        story = self._found(int(said[0]))
        if story is None:
            self.add_error("number", gettext("There is no live story with this number."))
        elif story.pk == self._post.parent_id:
            self.add_error("number", gettext("The post is in this story already."))
        else:
            cleaned["to"] = story
        return cleaned


class MovingAdmin(Admin):
    """An admin of articles that moves posts to other stories."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.move)
        return [path("<int:pk>/move/", view, name="newsroom_article_move"), *super().get_urls()]

    def move(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the story to which a post is moved, and move the post."""
        post: Any = get_object_or_404(self.get_queryset(request), pk=pk)
        if not post.is_post:
            raise Http404
        if not may(request.user, Verb.UPDATE, post):
            raise PermissionDenied
        try:
            check_movable(post)
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:newsroom_article_change", args=[pk]))

        def found(number: int) -> Article | None:
            stories: Any = self.get_queryset(request)
            story: Article | None = stories.filter(pk=number, kind=Article.Kind.LIVE).first()
            return story

        form = MoveForm(request.POST if request.method == "POST" else None, post, found)
        if form.is_valid() and self._moved(request, post, form):
            return HttpResponseRedirect(reverse("admin:newsroom_article_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Move to another story?"),
            "opts": self.opts,
            "post": post,
            "form": form,
        }
        return TemplateResponse(request, "admin/newsroom/article/move.html", context)

    def _moved(self, request: HttpRequest, post: Article, form: MoveForm) -> bool:
        """Move a post to the story in a form; return whether the move was accepted."""
        story, user = form.cleaned_data["to"], request.user
        try:
            with permitted(user, Verb.UPDATE, post, goes_to=story) as fresh:
                move_post(fresh, story, by=user.get_username())
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
            return False
        self.log_change(request, post, f"Moved from {post.parent_id} to {story.pk}")
        words = gettext("“{post}” was moved to “{story}”.")
        messages.success(request, format_html(words, post=titled(post), story=titled(story)))
        return True
