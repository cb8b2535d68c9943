"""Webhooks in the admin: endpoints, the actions on them, and their deliveries."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stoppress.live.clock import database_time
from stoppress.newsroom.admin.once import OnceAdmin, OnceForm
from stoppress.newsroom.phrase import Phrase
from stoppress.outside.no_answer import NotAllowed
from stoppress.outside.rules import site_rules

from .address import check_address
from .models import DISABLED_BY_HAND, TRYING, Delivery, Endpoint
from .skipping import find_stuck, skip
from .stream import EVENTS

if TYPE_CHECKING:
    DeliveryModelAdmin = admin.ModelAdmin[Delivery]
else:
    DeliveryModelAdmin = admin.ModelAdmin

TEMPLATES = "admin/webhooks/endpoint"
SEEN = ("state", "failing_since", "retry_at", "last_delivered", "behind", "attempts", "created")


class EndpointForm(OnceForm):
    """The form of an endpoint: its name, its address, and its events."""

    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=[(name, name) for name in EVENTS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "If none is ticked, all events are sent. A webhook with any event of articles also gets"
            " every withdrawal of an article; the same holds for posts."
        ),
    )

    class Meta:
        model = Endpoint
        fields = ["name", "url", "events"]
        widgets = {"url": forms.TextInput(attrs={"class": "vLargeTextField"})}

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            check_address(url, site_rules())
        except NotAllowed as error:
            raise forms.ValidationError(Phrase(error.text, **error.values).shown()) from error
        return url


@admin.register(Endpoint)
class EndpointAdmin(OnceAdmin):
    """Endpoints. A secret is shown once, when it is made."""

    form = EndpointForm
    list_display = ("name", "state", "failing_since", "last_delivered", "behind")
    list_filter = ("enabled",)
    search_fields = ("name",)
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = ("name", "url", "events")
        return asked if obj is None else ("state", *asked, *SEEN[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return SEEN

    @admin.display(description=_("state"), ordering="enabled")
    def state(self, endpoint: Endpoint) -> str:
        if not endpoint.enabled:
            told = {"why": endpoint.note_in_words()}
            return gettext("Disabled. %(why)s") % told if told["why"] else gettext("Disabled")
        if endpoint.failures:
            failure = endpoint.last_failure()
            words = {"why": failure.why_in_words()} if failure else None
            return gettext("Fails. %(why)s") % words if words else gettext("Fails")
        if endpoint.last_delivered is None:
            return gettext("Nothing delivered yet")
        if endpoint.untried:
            return gettext("Nothing delivered since the last change")
        return gettext("Works")

    @admin.display(description=_("events not delivered yet"))
    def behind(self, endpoint: Endpoint) -> int:
        return endpoint.events_behind()

    @admin.display(description=_("deliveries"))
    def attempts(self, endpoint: Endpoint) -> str:
        address = reverse("admin:webhooks_delivery_changelist")
        words = gettext("Show the latest")
        return format_html(
            '<a href="{}?endpoint__id__exact={}">{}</a>', address, endpoint.pk, words
        )

    # -- add and change ----------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.begin()
            obj.save()
            return
        # The dispatcher may write the other fields at the same time.
        fields = [name for name in form.changed_data if name in form.Meta.fields]
        if "url" in fields:
            obj.try_again()
            fields += TRYING
        obj.save(update_fields=fields)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._show_secret(request, obj, obj.secret)

    def _show_secret(self, request: HttpRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
        """Show a secret in the response: a message would store it in a cookie or a session."""
        return self._page(request, "secret", endpoint, secret=secret, title=gettext("Secret"))

    def _page(
        self, request: HttpRequest, name: str, endpoint: Endpoint, **more: Any
    ) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "endpoint": endpoint}
        return TemplateResponse(request, f"{TEMPLATES}/{name}.html", context | more)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return endpoints to delete and their deliveries, which need no separate permission."""
        count = Delivery.objects.filter(endpoint__in=[each.pk for each in objs]).count()
        counts = {self.opts.verbose_name_plural: len(objs)}
        if count:
            counts[Delivery._meta.verbose_name_plural] = count
        return [str(each) for each in objs], counts, set(), []

    # -- actions -----------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        acts = {
            "rotate": self.rotate,
            "enable": self.enable,
            "disable": self.disable,
            "test": self.test,
            "skip": self.skip,
        }
        return [
            *(
                path(
                    f"<int:pk>/{name}/",
                    self.admin_site.admin_view(view),
                    name=f"webhooks_endpoint_{name}",
                )
                for name, view in acts.items()
            ),
            *super().get_urls(),
        ]

    def rotate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask first, then give the endpoint a new secret and show it."""
        return self._act(
            *(request, pk, gettext("Make a new secret")),
            gettext(
                "“%(name)s” gets a new secret. For a day each message is signed with both, so that"
                " the receiver can change to it."
            ),
            lambda endpoint: self._show_secret(request, endpoint, endpoint.rotate()),
        )

    def enable(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask first, then continue to send."""
        return self._act(
            *(request, pk, gettext("Enable")),
            gettext(
                "“%(name)s” now gets all events since the last delivery that are still in the log."
            ),
            lambda endpoint: endpoint.enable(),
        )

    def disable(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask first, then stop sending."""
        return self._act(
            *(request, pk, gettext("Disable")),
            gettext("“%(name)s” gets no more messages until it is enabled again."),
            lambda endpoint: endpoint.disable(DISABLED_BY_HAND),
        )

    def test(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask first, then have a test message sent."""
        return self._act(
            *(request, pk, gettext("Send a test message")),
            gettext(
                "“%(name)s” gets a message of the type webhook.test. The result is listed under"
                " the deliveries a few seconds later."
            ),
            lambda endpoint: self._test_asked(request, endpoint),
        )

    def _test_asked(self, request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
        endpoint.ask_for_test()
        said = gettext(
            "“%(name)s”: the background worker sends a test message now. The result is listed under"
            " “Deliveries” in a few seconds."
        )
        return self._done(request, endpoint, said)

    def skip(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the message that blocks the others, ask, and skip it."""
        endpoint = self._changeable(request, pk)
        title, now = gettext("Skip this message"), database_time()
        stuck = find_stuck(endpoint, now)
        if stuck is None:
            said = gettext("“%(name)s”: there is no failed message to skip.")
        elif request.method != "POST":
            return self._page(request, "skip", endpoint, title=title, stuck=stuck)
        elif request.POST.get("message") != stuck.step.message.id:
            said = gettext(
                "“%(name)s”: nothing was skipped, because another message is next now. Look again."
            )
        elif skip(stuck, now):
            self.log_change(request, endpoint, title)
            return self._done(request, endpoint)
        else:
            said = gettext("“%(name)s”: nothing was skipped. It has changed meanwhile.")
        messages.error(request, said % {"name": endpoint.name})
        return self._back(endpoint)

    def _act(
        self,
        request: HttpRequest,
        pk: int,
        title: str,
        question: str,
        act: Callable[[Endpoint], HttpResponse | None],
    ) -> HttpResponse:
        """Show a question; after a POST, do the action.

        Args:
            act: does the action, and returns the page to show, or None for the endpoint's page.
        """
        endpoint = self._changeable(request, pk)
        if request.method != "POST":
            asked = question % {"name": endpoint.name}
            return self._page(request, "decide", endpoint, title=title, question=asked)
        page = act(endpoint)
        self.log_change(request, endpoint, title)
        return self._done(request, endpoint) if page is None else page

    def _changeable(self, request: HttpRequest, pk: int) -> Endpoint:
        endpoint = get_object_or_404(Endpoint, pk=pk)
        if not self.has_change_permission(request, endpoint):
            raise PermissionDenied
        return endpoint

    def _done(self, request: HttpRequest, endpoint: Endpoint, said: str = "") -> HttpResponse:
        messages.success(request, (said or gettext("“%(name)s”: done.")) % {"name": endpoint.name})
        return self._back(endpoint)

    def _back(self, endpoint: Endpoint) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:webhooks_endpoint_change", args=[endpoint.pk]))


@admin.register(Delivery)
class DeliveryAdmin(DeliveryModelAdmin):
    """The latest attempts to deliver, and skipped messages. The messages are not stored."""

    # The result is early: on a narrow screen the last columns are out of sight.
    list_display = ("time", "outcome", "type", "endpoint", "message", "attempt")
    fields = readonly_fields = (*list_display, "milliseconds")
    list_filter = ("result", "endpoint")
    list_select_related = ("endpoint",)
    list_display_links = None
    show_full_result_count = False

    @admin.display(description=_("result"), ordering="result")
    def outcome(self, delivery: Delivery) -> str:
        said = str(delivery.get_result_display())
        if why := delivery.why_in_words():
            return f"{said}: {why}"
        return said if delivery.status is None else f"{said}, {delivery.status}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
