"""Articles in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    PublishersOnly,
    VersionConflict,
    correct_article,
    create_article,
    delete_draft,
    publish_article,
    update_article,
)
from stoppress.newsroom.publishing.fields import FIELDS
from stoppress.newsroom.publishing.typeset import TEXT, left_out

from .decisions import PUBLISH, RESTORE, RETRACT, Decision, ask, take
from .forms import CORRECTION, ArticleForm
from .refusals import REFUSALS, RefusalAdmin, refusal_of, refuse
from .sending import ANOTHER, ONCE, Sending, SentBefore
from .versions import VersionInline

WORDS = ["headline", "summary", "body", "body_format", "byline", "located", "language"]
PLACE = ["section", "topics", "authors", "urgency", "pinned", "top_until"]
TIMES = ["publish_at", "embargoed_until", "expires"]
DESK = ["slugline", "ed_note"]
ORIGIN = ["source", "external_id", "original_url"]
RIGHTS = ["copyright_holder", "copyright_notice", "usage_terms"]
KEPT = ["state", "uri", "version", "version_created", "first_created", "first_published"]
FAILED = ["publish_failed", "publish_retry"]


@admin.register(Article)
class ArticleAdmin(RefusalAdmin):
    """Articles, saved, published, retracted and restored by the newsroom's verbs."""

    form = ArticleForm
    list_display = ("headline", "state", "section", "urgency", "pinned", "first_published")
    list_filter = ("pub_status", "section", "urgency", "pinned", "first_published")
    list_select_related = ("section",)
    filter_horizontal = ("topics", "authors")
    search_fields = ("headline", "slugline", "summary", "byline", "body", "external_id")
    readonly_fields = [*KEPT, *FAILED]
    inlines = [VersionInline]
    actions = ["publish_selected", "retract_selected", "restore_selected"]
    save_on_top = True

    # -- the form ----------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        public = obj is not None and obj.is_public
        kind = [("What you are doing", {"fields": ["change_is", "note"]})] if public else []
        conflict = isinstance(refusal_of(request), VersionConflict)
        failed = FAILED if obj is not None and obj.publish_failed else []
        sent = isinstance(refusal_of(request), SentBefore)
        times = [n for n in TIMES if n != "publish_at" or self.has_publish_permission(request)]
        return [
            *([("Somebody else’s changes", {"fields": ["save_over"]})] if conflict else []),
            *([("Sent before", {"fields": [ANOTHER]})] if sent else []),
            (None, {"fields": [*WORDS, *PLACE, "read_version" if obj else ONCE]}),
            *kind,
            ("Times", {"fields": [*failed, *times]}),
            ("For the desk only", {"fields": DESK}),
            ("Origin and rights", {"fields": [*ORIGIN, *RIGHTS], "classes": ["collapse"]}),
            *([("Record", {"fields": KEPT})] if obj else []),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("body_tree")

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        # A form that was opened before the article was published has no fields for the history.
        unknown = request.method == "POST" and "versions-TOTAL_FORMS" not in request.POST
        return [] if obj is None or obj.is_draft or unknown else self.inlines

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by = request.user.get_username()
        cleaned = form.cleaned_data
        # Of an existing article, only the fields that the editor has changed.
        names = form.changed_data if change else cleaned
        fields = {name: cleaned[name] for name in names if name in FIELDS}
        version = cleaned.get("save_over") or cleaned.get("read_version")
        note = cleaned.get("note", "")
        if not change:
            self.check_publisher(request)
            article = create_article(fields, by=by)
            Sending.of(request).remember(article)
        elif cleaned.get("change_is") == CORRECTION:
            article = correct_article(obj, note, fields, by=by, if_version=version)
        else:
            article = update_article(obj, fields, by=by, note=note, if_version=version)
        if "_publish" in request.POST:
            article = publish_article(article, by=by)
        obj.pk = article.pk
        obj.refresh_from_db()
        if TEXT & fields.keys():
            for sentence in left_out(obj):
                messages.warning(request, sentence)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        # Before validation, which would find the unique fields of an article sent twice already
        # in use.
        if request.method == "POST" and (object_id is None or "_saveasnew" in request.POST):
            try:
                Sending.of(request).check()
            except SentBefore as refusal:
                refuse(request, refusal)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        if isinstance(form.refusal, SentBefore):
            made = form.refusal.article
            if self.has_view_or_change_permission(request):
                form.link = reverse("admin:newsroom_article_change", args=[made.pk])
            elif made.is_public:
                form.link = made.get_absolute_url()
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article = context.get("original")
        may = self.has_publish_permission(request, article)
        context["may_publish"] = may and (article is None or article.is_draft)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save no topics and authors: the verb has saved them."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def view_on_site(self, obj: Any) -> Any:
        return None if obj.is_draft else obj.get_absolute_url()

    @admin.display(description="state", ordering="pub_status")
    def state(self, article: Article) -> str:
        if article.publish_failed:
            return "Could not be published"
        if article.is_draft and article.publish_at:
            return "Scheduled"
        return Article.PubStatus(article.pub_status).label

    # -- what readers see --------------------------------------------------------------------

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether a user may change what readers see, now or later.

        This needs Django's right to change articles. A user who may only add articles writes
        drafts.
        """
        return self.has_change_permission(request, obj)

    def check_publisher(self, request: HttpRequest) -> None:
        """Refuse a new article that would become public if the user may only write drafts.

        Raises:
            PublishersOnly.
        """
        if self.has_publish_permission(request):
            return
        if "_publish" in request.POST:
            raise PublishersOnly("Publishing")
        # The user's own form does not have these fields.
        if any(request.POST.get(name) for name in ("publish_at_0", "publish_at_1")):
            raise PublishersOnly("A time of publication")

    @admin.action(description="Publish the selected drafts", permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        take(self, request, queryset, PUBLISH)

    @admin.action(description="Retract the selected articles …", permissions=["publish"])
    def retract_selected(
        self, request: HttpRequest, queryset: QuerySet[Article]
    ) -> HttpResponse | None:
        return ask(self, request, queryset, RETRACT)

    @admin.action(description="Restore the selected articles …", permissions=["publish"])
    def restore_selected(
        self, request: HttpRequest, queryset: QuerySet[Article]
    ) -> HttpResponse | None:
        return ask(self, request, queryset, RESTORE)

    def get_urls(self) -> list[URLPattern]:
        one = [
            path(
                f"<int:pk>/{decision.name}/",
                self.admin_site.admin_view(self.decide),
                {"decision": decision},
                name=f"newsroom_article_{decision.name}",
            )
            for decision in (RETRACT, RESTORE)
        ]
        return one + super().get_urls()

    def decide(self, request: HttpRequest, pk: int, decision: Decision) -> HttpResponse:
        """Ask for a note, and take a decision on one article."""
        article = get_object_or_404(Article, pk=pk)
        if not self.has_publish_permission(request, article):
            raise PermissionDenied
        back = reverse("admin:newsroom_article_change", args=[pk])
        return ask(self, request, [article], decision, back) or HttpResponseRedirect(back)

    # -- deleting: drafts only ---------------------------------------------------------------

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.is_draft) and super().has_delete_permission(request, obj)

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
        delete_draft(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for article in queryset:
            try:
                delete_draft(article)
            except REFUSALS as refusal:
                messages.error(request, f"“{article}” was not deleted: {refusal}")
