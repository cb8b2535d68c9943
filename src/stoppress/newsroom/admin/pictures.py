"""Pictures in the admin: uploaded, found, described and deleted."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

from stoppress.newsroom.models import Picture
from stoppress.newsroom.picture_rights import check_change, may_change, may_delete, may_upload
from stoppress.newsroom.pictures.item import largest, smallest
from stoppress.newsroom.pictures.questions import of_picture
from stoppress.newsroom.publishing import change_picture, delete_picture
from stoppress.newsroom.rights import Verb, known_uses, may, readable, visible_pictures
from stoppress.newsroom.times import in_a_list
from stoppress.newsroom.titles import titled

from .folded_search import FoldedSearchAdmin
from .in_use import InUseAdmin
from .nameless import NamelessAdmin
from .picture_forms import PictureForm
from .picture_names import named
from .picture_uploads import UploadAdmin, change_address, said, told
from .refusals import REFUSALS

MOST_NAMED = 20  # articles that use a picture


class UsedFilter(admin.SimpleListFilter):
    """Pictures by whether an article that the user knows uses them."""

    title = gettext_lazy("use")
    parameter_name = "used"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        return [("yes", gettext("used")), ("no", gettext("not used"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        used = Exists(known_uses(request.user).filter(picture=OuterRef("pk")))
        return {"yes": queryset.filter(used), "no": queryset.filter(~used)}.get(
            self.value() or "", queryset
        )


class AltFilter(admin.SimpleListFilter):
    """Pictures by whether they have an alternative text."""

    title = gettext_lazy("alternative text")
    parameter_name = "described"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        return [("no", gettext("missing"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(alt="") if self.value() == "no" else queryset


@admin.register(Picture)
class PictureAdmin(NamelessAdmin, FoldedSearchAdmin, UploadAdmin, InUseAdmin):
    """Pictures. `picture_rights` decides whether a user may see, change or delete one."""

    form = PictureForm
    change_form_template = "admin/newsroom/picture/change_form.html"
    list_display = ("thumb", "title", "credit", "uses", "uploaded_at")
    list_display_links = ("thumb", "title")
    list_filter = (UsedFilter, AltFilter)
    list_per_page = 50
    search_fields = ("alt", "caption", "credit", "=id")
    search_help_text = gettext_lazy("Alternative text, caption, credit or number")
    fields: ClassVar[Any] = (
        *("alt", "caption", "credit", ("focus_x", "focus_y")),
        *("reference", "used_by", "size", "uploaded_at", "by"),
    )
    readonly_fields = ("reference", "used_by", "size", "uploaded_at", "by")

    class Media:
        js = (forms.Script("newsroom/focus.js", type="module"),)

    # -- the list ----------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        pictures: Any = super().get_queryset(request)
        known = Q(uses__in=known_uses(request.user))
        used = Count("uses", filter=known, distinct=True)
        return visible_pictures(request.user, pictures).annotate(used=used)

    @admin.display(description=gettext_lazy("picture"))
    def thumb(self, picture: Picture) -> SafeString:
        return thumb_of(picture)

    @admin.display(description=gettext_lazy("alternative text"), ordering="alt")
    def title(self, picture: Picture) -> str:
        return picture.alt or gettext("%(number)d: no alternative text") % {"number": picture.pk}

    @admin.display(description=gettext_lazy("uses"), ordering="used")
    def uses(self, picture: Any) -> int:
        return int(picture.used)

    @admin.display(description=gettext_lazy("uploaded"), ordering="uploaded")
    def uploaded_at(self, picture: Picture) -> str:
        return in_a_list(picture.uploaded)

    # -- the form ----------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("In a text"))
    def reference(self, picture: Picture) -> SafeString:
        return format_html("<code>![]({})</code>", picture.reference)

    @admin.display(description=gettext_lazy("Size"))
    def size(self, picture: Picture) -> str:
        return gettext("%(width)d × %(height)d pixels") % {
            "width": picture.width,
            "height": picture.height,
        }

    @admin.display(description=gettext_lazy("Used by"))
    def used_by(self, picture: Any) -> Any:
        return picture.used_by_user  # set by `get_object`, which knows the user

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        picture: Any = super().get_object(request, object_id, from_field)
        if picture is not None:
            picture.used_by_user = users_of(picture, request.user)
        return picture

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        picture = context.get("original")
        if picture is not None:
            context["shown"] = picture.address(largest(picture))
            context["title"] = gettext("Picture %(number)d") % {"number": picture.pk}
        context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in form.changed_data if name in CHANGED}
        if fields:
            change_picture(obj, fields, check=partial(check_change, request.user))
            obj.refresh_from_db()
        for question in of_picture(obj):
            messages.warning(request, question.shown())

    # -- rights ------------------------------------------------------------------------------

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return may(request.user, Verb.READ) or may_upload(request.user)
        return visible_pictures(request.user, Picture.objects.filter(pk=obj.pk)).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return may(request.user, Verb.EDIT)
        return self.has_view_permission(request, obj) and may_change(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return may_upload(request.user) or may(request.user, Verb.DELETE)
        return self.has_view_permission(request, obj) and may_delete(request.user, obj)

    # -- actions -----------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        describe = self.admin_site.admin_view(self.describe)
        return [path("<int:pk>/alt/", describe, name="newsroom_picture_alt"), *super().get_urls()]

    def describe(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set the alternative text, for the script of another form; answer in JSON."""
        picture = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method != "POST":
            return HttpResponseRedirect(change_address(picture))
        if not self.has_change_permission(request, picture):
            raise PermissionDenied
        try:
            alt = request.POST.get("alt", "").strip()
            check = partial(check_change, request.user)
            changed = change_picture(picture, {"alt": alt}, check=check)
        except REFUSALS as refusal:
            return JsonResponse({"error": said(refusal)}, status=422)
        self.log_change(request, changed, [{"changed": {"fields": [gettext("alternative text")]}}])
        return JsonResponse(told(changed))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_picture(obj)
        gone: Any = [obj]
        super().log_deletions(request, gone)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for picture in queryset:
            self.delete_model(request, picture)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[LogEntry]:
        """Log nothing yet: Django calls this before the deletions, which may still be refused."""
        return []

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except REFUSALS as refusal:  # an article began to use it meanwhile
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())


CHANGED = PictureForm.Meta.fields


def thumb_of(picture: Picture) -> SafeString:
    """Return a small view of a picture, with the picture's name as alternative text."""
    small = smallest(picture)
    return format_html(
        '<img class="picture-thumb" src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
        picture.address(small),
        small["width"],
        small["height"],
        named(picture),
    )


def users_of(picture: Picture, user: Any) -> SafeString | str:
    """Return links to the articles that use a picture and that a user may read at the desk, and the
    number of other public ones. Other users' drafts are not counted."""
    articles = readable(user, picture.articles.all()).select_related("parent").order_by("-pk")
    shown = list(articles[:MOST_NAMED])
    rest = known_uses(user).filter(picture=picture).count() - len(shown)
    lines = [
        (
            format_html(
                '<a href="{}">{}</a>',
                reverse("admin:newsroom_article_change", args=[article.pk]),
                titled(article),
            ),
        )
        for article in shown
    ]
    if rest:
        more = ngettext("%(count)d other article", "%(count)d other articles", rest)
        lines.append((format_html("{}", more % {"count": rest}),))
    return format_html_join(", ", "{}", lines) if lines else gettext("No article")
