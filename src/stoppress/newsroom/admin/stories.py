"""Articles and live stories in the admin, with links to the posts of a live story."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy

from stoppress.newsroom.models import Article

from .articles import ArticleAdmin
from .deleting import Deleted, notes_in
from .of_posts import posts_address
from .posts import STORY, PostAdmin
from .refusals import refuse


class KindFilter(SimpleListFilter):
    """Lists the articles of one kind. Posts are in the list of their story."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(each.value, str(each.label)) for each in (Article.Kind.ARTICLE, Article.Kind.LIVE)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class StoryList(ChangeList):
    """The list of articles and live stories."""

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        self.root_queryset = self.root_queryset.filter(parent=None)
        return super().get_queryset(*args, **kwargs)


@admin.register(Article)
class StoryAdmin(ArticleAdmin):
    """Articles and live stories. The pages of an article are also those of a post."""

    list_filter = (KindFilter, *ArticleAdmin.list_filter)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.posts = PostAdmin(*args)

    def get_urls(self) -> list[URLPattern]:
        views = {
            "posts/": ("posts", self.posts.changelist_view),
            "posts/write/": ("write", self.posts.add_view),
        }
        own = [
            path(
                f"<int:pk>/{address}",
                self.admin_site.admin_view(self.posts_of),
                {"view": view},
                name=f"newsroom_article_{name}",
            )
            for address, (name, view) in views.items()
        ]
        return own + super().get_urls()

    def posts_of(
        self, request: HttpRequest, pk: int, view: Callable[[HttpRequest], HttpResponse]
    ) -> HttpResponse:
        """Show a page about the posts of a live story."""
        story: Any = self.get_object(request, str(pk))
        if story is None or not story.is_live:
            raise Http404
        request.META[STORY] = story
        return view(request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        story = self._story_of_deleted(request, object_id)
        if story is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        request.META[STORY] = story
        refuse(request, Deleted(notes_in(request)))
        return self.posts.changeform_view(request, None, posts_address(story.pk, "write"))

    def _story_of_deleted(self, request: HttpRequest, object_id: str | None) -> Article | None:
        """Return the story of a post that was deleted before its form was sent."""
        sent = (
            request.POST.get("story", "") if object_id and self.has_add_permission(request) else ""
        )
        if not sent or self.get_object(request, unquote(object_id or "")) is not None:
            return None
        story: Any = self.get_object(request, sent)
        return story if story is not None and story.is_live else None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return StoryList
