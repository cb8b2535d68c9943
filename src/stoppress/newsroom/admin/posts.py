"""The posts of one live story in the admin: their list, and the form for the next one."""

from copy import copy
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing import create_article
from stoppress.newsroom.publishing.states import check_taken_up
from stoppress.newsroom.rights import Verb, may
from stoppress.newsroom.times import in_a_list
from stoppress.newsroom.titles import name_of, titled

from .articles import ArticleAdmin
from .decisions import PIN, RETRACT, UNPIN
from .of_posts import posts_address
from .post_form import PostForm
from .refusals import REFUSALS, refusal_of
from .sending import ONCE, Sending, SentBefore
from .standing import StateFilter, standing_with_link
from .usual import usual_byline

# No client can set it: request headers get keys that begin with HTTP_.
STORY = "newsroom.story"
LATEST = 10
NEXT = "next"  # the value of a button after which the form comes back empty


def story_of(request: HttpRequest) -> Article:
    """Return the story whose posts a request is about."""
    story: Article = request.META[STORY]
    return story


class PostList(ChangeList):
    """The list of a story's posts, which calls them posts."""

    def __init__(self, request: HttpRequest, model: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, model, *args, **kwargs)
        self.opts = self.model_admin.opts


class PostAdmin(ArticleAdmin):
    """The posts of the story that a request is about.

    Existing posts have the pages of articles.
    """

    form = PostForm
    new_kind = Article.Kind.POST
    add_form_template = "admin/newsroom/article/write.html"
    change_list_template = "admin/newsroom/article/posts.html"
    list_display = ("happened", "title", "state", "key_event", "pinned", "author")
    list_display_links = ("title",)
    list_filter = (StateFilter, "key_event", "pinned")
    list_select_related = ()
    search_fields = ("headline", "byline", "body", "external_id")
    save_on_top = False

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.opts: Any = copy(self.opts)
        self.opts.verbose_name = gettext_lazy("post")
        self.opts.verbose_name_plural = gettext_lazy("posts")

    # -- the list ----------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        acts = Version.objects.filter(article=OuterRef("pk"), act=Version.Act.CREATE)
        posts = super().get_queryset(request).filter(parent=story_of(request))
        written: QuerySet[Any] = posts.annotate(made_by=Subquery(acts.values("by")[:1]))
        # A post without a headline is named after the beginning of its text.
        return written.defer(None).defer("body").prefetch_related("authors")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PostList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {**(extra_context or {}), "title": gettext("Posts"), "story": story_of(request)}
        return super().changelist_view(request, more)

    @admin.display(description=gettext_lazy("occurred"), ordering="occurred")
    def happened(self, post: Article) -> str:
        return in_a_list(post.occurred) if post.occurred else ""

    @admin.display(description=gettext_lazy("author"))
    def author(self, post: Any) -> str:
        return post.byline or ", ".join(each.name for each in post.authors.all()) or post.made_by

    # -- the form ----------------------------------------------------------------------------

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.story = story_of(request)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        byline = usual_byline(request.user, story_of(request))
        return {"byline": byline} | super().get_changeform_initial_data(request)

    def make(self, request: HttpRequest, fields: Any) -> Article:
        user: Any = request.user
        story = story_of(request)
        return create_article(fields, parent=story, by=user.get_username(), creator=user)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "GET":
            try:
                check_taken_up(story_of(request))
            except REFUSALS as refused:
                messages.error(request, str(refused))
                return HttpResponseRedirect(posts_address(story_of(request).pk))
        answer = super().changeform_view(request, object_id, form_url, extra_context)
        refusal = refusal_of(request)
        if not (isinstance(refusal, SentBefore) and self._is_repeated(request, refusal)):
            return answer
        words = gettext("This form was sent before. Nothing was saved a second time.")
        said = format_html('<span data-sent="{}">{}</span>', request.POST.get(ONCE, ""), words)
        messages.info(request, said)
        return self._after(request, refusal.made)

    def _is_repeated(self, request: HttpRequest, refusal: SentBefore) -> bool:
        """Return whether a form was only sent twice, so that its post already is as asked for."""
        token = Sending.of_new(request)
        public = isinstance(refusal.made, Article) and not refusal.made.is_draft
        return refusal.same and token.is_known and (public or "_publish" not in request.POST)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(request, self._told(request, obj))
        return self._after(request, obj)

    def _told(self, request: HttpRequest, post: Article) -> str:
        link = reverse("admin:newsroom_article_change", args=[post.pk])
        words = gettext("“{post}” was saved. {stands}")
        # With this token, the page's script deletes its copy of the form's typed text.
        name = format_html(
            '<a href="{}" data-sent="{}">{}</a>', link, request.POST.get(ONCE, ""), titled(post)
        )
        return format_html(words, post=name, stands=standing_with_link(post))

    def _after(self, request: HttpRequest, post: Any) -> HttpResponse:
        wanted = {request.POST.get(name) for name in ("_publish", "_submit")}
        page = "write" if NEXT in wanted else "posts"
        return HttpResponseRedirect(posts_address(post.parent_id, page))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        story = story_of(request)
        context |= {
            "title": gettext("Write a post"),
            "story": story,
            "stands": standing_with_link(story),
            "latest": [self._line(request, post) for post in self._latest(request)],
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def _latest(self, request: HttpRequest) -> list[Article]:
        posts: Any = self.get_queryset(request)
        return list(posts.without_discarded().order_by("-pk")[:LATEST])

    def _line(self, request: HttpRequest, post: Article) -> dict[str, Any]:
        """Return a post with the acts that the user may do to it."""
        decisions = [
            decision
            for decision in (RETRACT, PIN, UNPIN)
            if decision.shown(post) and may(request.user, decision.right, post)
        ]
        return {
            "post": post,
            "name": name_of(post),
            "happened": self.happened(post),
            "state": self.state(post),
            "corrects": post.is_public and may(request.user, Verb.CORRECT, post),
            "asked": [each for each in decisions if each is RETRACT],
            "done": [each for each in decisions if each is not RETRACT],
        }
