"""Additions to an article's admin pages for a post, and for a story with posts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from stoppress.newsroom.models import Article
from stoppress.newsroom.rights import Verb, may, readable
from stoppress.newsroom.titles import titled

from .forms import CORRECTION
from .refusals import Admin

# No client can set it: request headers get keys that begin with HTTP_.
LEFT = "newsroom.posts_left"


class OfPostsAdmin(Admin):
    """An admin of articles that leads from a post to the posts of its story."""

    def about_posts(self, request: HttpRequest, article: Article) -> dict[str, Any]:
        """Return the context about posts for an article's page: their number, and links."""
        if not (article.is_live or article.is_post):
            return {}
        told = {
            "posts_of": article.pk if article.is_live else article.parent_id,
            "writes_posts": may(request.user, Verb.CREATE) and not article.is_discarded,
        }
        if article.is_post:
            moved = not (article.is_retracted or article.is_discarded)
            moves = moved and may(request.user, Verb.UPDATE, article)
            return told | {"title": gettext("Change post"), "moves": moves}
        posts = readable(request.user, article.posts.without_discarded())
        return told | {"posts": posts.count()}

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.begins_as_correction = request.GET.get("change_is") == CORRECTION
        return form

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if not obj.is_post or "_continue" in request.POST:
            return super().response_change(request, obj)
        link = reverse("admin:newsroom_article_change", args=[obj.pk])
        name = format_html('<a href="{}">{}</a>', link, titled(obj))
        words = format_html(gettext("The post “{post}” was saved."), post=name)
        self.message_user(request, words, messages.SUCCESS)
        page = "write" if "_addanother" in request.POST else "posts"
        return HttpResponseRedirect(posts_address(obj.parent_id, page))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        request.META[LEFT] = obj.parent_id

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        answer = super().response_delete(request, obj_display, obj_id)
        story = request.META.get(LEFT)
        return HttpResponseRedirect(posts_address(story)) if story else answer


def posts_address(story: int, page: str = "posts") -> str:
    """Return the address of the list of a story's posts, or of the form for the next one."""
    return reverse(f"admin:newsroom_article_{page}", args=[story])
