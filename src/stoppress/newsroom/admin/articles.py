"""Articles in the admin."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import DateTimeField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy

from stoppress import live
from stoppress.newsroom.models import Article, Note
from stoppress.newsroom.publishing import (
    add_note,
    create_article,
    prepare,
    publish_article,
    submit_article,
)
from stoppress.newsroom.publishing.fields import FIELDS
from stoppress.newsroom.publishing.typeset import TEXT
from stoppress.newsroom.rights import Verb, check_new, may, permitted, readable
from stoppress.newsroom.times import in_a_list
from stoppress.newsroom.titles import titled

from .contributors import ContributorInline
from .deciding import DecidingAdmin
from .decisions import ASKED
from .deleting import DeletingAdmin
from .fieldsets import FAILED, KEPT, FieldsetsAdmin
from .folded_search import ArticleSearchAdmin
from .forms import CORRECTION, ArticleForm
from .history import HistoryAdmin
from .merging import MergingAdmin
from .moving import MovingAdmin
from .nameless import NamelessAdmin
from .notes import NoteInline
from .of_posts import OfPostsAdmin
from .once import OnceAdmin
from .pasting import PastingAdmin
from .picture_fields import PictureFieldsAdmin
from .saved import SavedAdmin
from .sending import BUTTONS, Sending
from .standing import StateFilter, reason, standing_with_link, state_of
from .text_messages import tell_of_text
from .time_fields import MomentField, MomentWidget
from .usual import usual_source_type
from .versions import VersionInline

# Each with the prefix of its fields.
INLINES = (
    (ContributorInline, "contributors"),
    (NoteInline, "notes"),
    (VersionInline, "versions"),
)


class ArticleAdmin(
    SavedAdmin,
    OfPostsAdmin,
    NamelessAdmin,
    MergingAdmin,
    DecidingAdmin,
    HistoryAdmin,
    MovingAdmin,
    PastingAdmin,
    DeletingAdmin,
    FieldsetsAdmin,
    PictureFieldsAdmin,
    ArticleSearchAdmin,
    OnceAdmin,
):
    """Articles, live stories and posts, saved, published and retracted by the newsroom's verbs."""

    form = ArticleForm
    exclude = ("kind",)  # the form declares this field itself
    formfield_overrides = {DateTimeField: {"form_class": MomentField, "widget": MomentWidget}}
    once_by_words = True
    list_display: Any = ("title", "state", "section", "urgency", "pinned", "published")
    list_filter: ClassVar[Any] = (
        StateFilter,
        *("section", "urgency", "pinned", "source_type", "first_published"),
    )
    list_select_related: ClassVar[Any] = ("section",)
    filter_horizontal = ("topics", "authors")
    search_fields: ClassVar[Any] = (
        "headline",
        "slugline",
        "summary",
        "byline",
        "body",
        "external_id",
    )
    readonly_fields = [*KEPT, *FAILED]
    inlines = [inline for inline, _ in INLINES]
    save_on_top = True

    # -- the form ----------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return readable(request.user, super().get_queryset(request)).defer("body_tree")

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        # A form that was opened before the article was published has no fields for the history.
        def known(prefix: str) -> bool:
            return request.method != "POST" or f"{prefix}-TOTAL_FORMS" in request.POST

        return [] if obj is None else [inline for inline, prefix in INLINES if known(prefix)]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        user: Any = request.user
        by = user.get_username()
        cleaned = form.cleaned_data
        # Of an existing article, only the fields that the editor has changed.
        names = form.changed_data if change else cleaned
        fields = {name: cleaned[name] for name in names if name in FIELDS}
        if change and not self.may_change(user, obj) and not self.says_more(request, form, fields):
            return  # `save_formset` saves the notes for the desk
        prepare(fields, obj if change else None)
        told: list[str] = []
        with live.atomic():
            if change:
                article, told = self.saved(request, obj, form)
            else:
                check_new(user, fields)
                article = self.make(request, fields)
            if "_publish" in request.POST:
                with permitted(user, Verb.PUBLISH, article, subject=gettext("Publishing")) as fresh:
                    article = publish_article(fresh, by=by)
            if "_submit" in request.POST:
                with permitted(user, Verb.SUBMIT, article, subject=gettext("Submitting")) as fresh:
                    article = submit_article(fresh, by=by)
        obj.pk = article.pk
        obj.refresh_from_db()
        for sentence in told:
            messages.info(request, sentence)
        if {*TEXT, "image"} & fields.keys() or "_publish" in request.POST:
            tell_of_text(request, obj)

    def make(self, request: HttpRequest, fields: Mapping[str, object]) -> Article:
        """Create and return the draft from the form of a new article."""
        user: Any = request.user
        return create_article(fields, by=user.get_username(), creator=user)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        made: dict[str, Any] = {"source_type": usual_source_type(request.user)}
        return made | super().get_changeform_initial_data(request)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.asks_kind = "kind" in flatten_fieldsets(self.get_fieldsets(request, obj))
        form.may_update = may(request.user, Verb.UPDATE)
        form.may_correct = may(request.user, Verb.CORRECT)
        form.may_pin = may(request.user, Verb.PIN)
        form.editor = request.user.get_username()
        return form

    def link_to(self, request: HttpRequest, made: Any) -> str:
        if not may(request.user, Verb.READ, made) and made.is_public:
            return str(made.get_absolute_url())
        return super().link_to(request, made)

    def sending(self, request: HttpRequest, object_id: str | None) -> Sending:
        new = object_id is None or "_saveasnew" in request.POST
        return super().sending(request, object_id) if new else Sending.of_change(request)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article = context.get("original")
        context["notes_alone"] = self.notes_alone(request, article)
        context["may"] = {verb.value: may(request.user, verb, article) for verb in Verb}
        draft = article is None or (article.is_draft and not article.is_discarded)
        context["may_publish"] = context["may"]["publish"] and draft
        submitted = article is not None and article.desk_state == Article.DeskState.SUBMITTED
        context["may_submit"] = context["may"]["submit"] and draft and not submitted
        if article is not None:
            context |= self.about_posts(request, article)
            context["reason"] = reason(article)
            context["decisions"] = [
                decision
                for decision in ASKED
                if decision.shown(article) and may(request.user, decision.right, article)
            ]
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the notes and other rows, but not topics and authors: the verb has saved them."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)
        fields = {name: True for name in form.changed_data if name in FIELDS}
        if (
            not change
            or self.says_more(request, form, fields)
            or any(formset.has_changed() for formset in formsets)
        ):
            object_id = str(form.instance.pk) if change else None
            self.sending(request, object_id).remember(form.instance)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not Note:
            super().save_formset(request, form, formset, change)
            return
        by, added = request.user.get_username(), []
        for note in formset.save(commit=False):
            with permitted(request.user, Verb.NOTE, form.instance) as article:
                sending = Sending.of_note(request, note.text)
                if not sending.is_known:
                    sending.remember(add_note(article, note.text, by=by))
                    added.append(note)
        formset.new_objects = added

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.info(request, standing_with_link(obj))
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        messages.info(request, standing_with_link(obj))
        return super().response_change(request, obj)

    def view_on_site(self, obj: Any) -> Any:
        return None if obj.is_draft else obj.get_absolute_url()

    @admin.display(description=gettext_lazy("headline"), ordering="headline")
    def title(self, article: Article) -> str:
        return titled(article)

    @admin.display(description=gettext_lazy("first published"), ordering="first_published")
    def published(self, article: Article) -> str:
        return in_a_list(article.first_published) if article.first_published else ""

    @admin.display(description=gettext_lazy("state"), ordering="pub_status")
    def state(self, article: Article) -> str:
        return state_of(article)

    # -- rights and decisions -------------------------------------------------------------------

    def says_more(self, request: HttpRequest, form: Any, fields: Mapping[str, object]) -> bool:
        """Return whether a form contains more than notes for the desk."""
        cleaned = form.cleaned_data
        public = cleaned.get("note") or cleaned.get("change_is") == CORRECTION
        return bool(fields or public or any(button in request.POST for button in BUTTONS))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Verb.READ, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Verb.CREATE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return may(request.user, Verb.EDIT)
        # A user who may only write notes sends the form too.
        return self.may_change(request.user, obj) or may(request.user, Verb.NOTE, obj)
