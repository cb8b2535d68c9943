"""The sources and their health in the admin, and the form that adds one."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from stoppress.live.clock import database_time
from stoppress.newsroom.models import Section

from .models import Source

if TYPE_CHECKING:
    SourceModelAdmin = admin.ModelAdmin[Source]
else:
    SourceModelAdmin = admin.ModelAdmin


class NewSourceForm(forms.Form):
    """Asks for a feed's address, and the section of its stories."""

    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=AdminURLFieldWidget(attrs={"autofocus": True}),
        help_text=_(
            "The address of an RSS or Atom feed. It is fetched at once, and its current entries"
            " are published. This can take half a minute."
        ),
    )
    section = forms.ModelChoiceField(
        Section.objects.all(),
        label=_("Section"),
        required=False,
        help_text=_("Articles from this source are published in this section."),
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        known = Source.objects.filter(url=url).first()
        if known is not None:
            address = reverse("admin:ingest_source_change", args=[known.pk])
            link = format_html('<a href="{}" target="_blank">{}</a>', address, known)
            message = format_html(
                gettext("This feed is already followed, as “{title}”."), title=link
            )
            raise forms.ValidationError(message)
        return url


def followed(url: str, section: Section | None) -> tuple[Source, str]:
    """Follow a feed; return its source and the outcome of the first poll.

    Raises:
        ValidationError: there is no feed.
    """
    # The HTTP client takes an eighth of the time in which a process starts, and only this needs it.
    from .follow import CannotFollow, follow

    try:
        source, polled = follow(url, section)
    except CannotFollow as error:
        raise forms.ValidationError(error.outcome.shown()) from error
    return source, polled.outcome.shown()


ICONS = {
    Source.State.FINE: "admin/img/icon-yes.svg",
    Source.State.FAILING: "admin/img/icon-no.svg",
    Source.State.QUIET: "admin/img/icon-alert.svg",
    Source.State.UNREAD: "admin/img/icon-unknown.svg",
}


class StateFilter(admin.SimpleListFilter):
    """Filters sources by their state."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the states that one can choose."""
        return list(Source.State.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the sources in the chosen state."""
        return queryset.filter(state=self.value()) if self.value() else queryset


@admin.register(Source)
class SourceAdmin(SourceModelAdmin):
    """Lists the sources, and follows new ones."""

    OF_ALL = ("kind", "title", "url", "section", "state", "result", "last_polled", "next")

    list_display = ("__str__", "kind", "state", "result", "last_polled", "next", "section")
    list_filter = ("kind", StateFilter, "section")
    list_select_related = ("section",)
    search_fields = ("title", "url")
    readonly_fields = (
        *("kind", "title", "url", "state", "result", "last_polled", "next"),
        *("failing_since", "created"),
    )
    actions = ("poll_now",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """Return the sources with their states."""
        return Source.objects.with_state()

    def get_fields(self, request: HttpRequest, obj: Source | None = None) -> list[Any]:
        """Return the fields of the kind of source."""
        of_paper = ["token_file", "whole"] if obj and obj.kind == Source.Kind.PAPER else []
        since = ["failing_since"] if obj and obj.failing_since else []
        return [*self.OF_ALL, *since, *of_paper, "created"]

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> list[Any]:
        """Return the read-only fields: all but a paper's title, which its articles show."""
        fields = [*self.readonly_fields, "token_file", "whole"]
        if obj and obj.kind == Source.Kind.PAPER:
            fields.remove("title")
        return fields

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        """Save only the fields changed in the form: a poll may have changed others meanwhile."""
        obj.save(update_fields=form.changed_data if change else None)

    @admin.display(description=_("state"), ordering="state")
    def state(self, source: Any) -> str:
        state = Source.State(source.state)
        return format_html(
            '<img src="{0}" alt="{1}" title="{1}">', static(ICONS[state]), state.label
        )

    @admin.display(description=_("last outcome"), ordering="last_outcome")
    def result(self, source: Any) -> str:
        if source.state == Source.State.UNREAD:
            return str(Source.State.UNREAD.label)
        return str(source.outcome_in_words())

    @admin.display(description=_("next poll"), ordering="next_poll")
    def next(self, source: Source) -> str | None:
        if source.kind == Source.Kind.PAPER:
            return None
        if source.is_file:
            return gettext("by the command line only")
        if source.next_poll is None:
            return gettext("only if you ask for it")
        return date_format(localtime(source.next_poll), "DATETIME_FORMAT")

    @admin.action(description=_("Poll the selected feeds now"), permissions=["change"])
    def poll_now(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        """Make feeds due: the background worker polls them."""
        feeds = list(Source.objects.polled().filter(pk__in=sources.values("pk")))
        now = database_time()
        Source.objects.filter(pk__in=[feed.pk for feed in feeds]).update(next_poll=now)
        for feed in feeds:
            self.log_change(request, feed, "Asked for a poll")
        if feeds:
            message = ngettext(
                "The background worker polls %(number)d feed now.",
                "The background worker polls %(number)d feeds now.",
                len(feeds),
            )
            messages.success(request, message % {"number": len(feeds)})
        if len(feeds) < sources.count():
            message = gettext(
                "Papers are not polled: they send their news. Only the command line reads files."
            )
            messages.warning(request, message)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for a feed's address, and follow it. A source is kept only if there is a feed.

        Django's own view holds a transaction meanwhile, and the fetch can take half a minute.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewSourceForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                source, outcome = followed(form.cleaned_data["url"], form.cleaned_data["section"])
            except forms.ValidationError as error:
                form.add_error("url", error)
            else:
                return self._followed(request, source, outcome)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Follow a feed"),
            "form": form,
        }
        return TemplateResponse(request, "admin/ingest/source/follow.html", context)

    def _followed(self, request: HttpRequest, source: Source, outcome: str) -> HttpResponse:
        self.log_addition(request, source, "Followed")
        values = {"title": source, "outcome": outcome}
        messages.success(request, gettext("“%(title)s” is followed: %(outcome)s.") % values)
        return HttpResponseRedirect(reverse("admin:ingest_source_changelist"))
