"""The pages of single sign-on, and those of django-allauth with the site's rules."""

import logging
from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.account.stages import LoginStageController
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from allauth.mfa.base.views import authenticate
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.statekit import STATE_TTL
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from stoppress.site.signing_in.counting import counted_address

from . import refusals
from .provider import Issuer, SingleSignOn, reason
from .stages import SecondFactorStage

logger = logging.getLogger("stoppress.site")

# The errors of a provider that cannot be reached, or whose answer is incomplete.
TROUBLE = (OAuth2Error, OSError, KeyError, TypeError, ValueError)


@never_cache
def admin_login(request: HttpRequest) -> HttpResponse:
    """Redirect to the one sign-in page. The admin's own page would ask for no second factor.

    Raises:
        PermissionDenied: the user is signed in, but not staff.
    """
    if request.user.is_authenticated:
        if not admin.site.has_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:index"))
    after = get_next_redirect_url(request) or reverse("admin:index")
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': after})}")


@never_cache
@require_GET
def oidc_login(request: HttpRequest) -> HttpResponse:
    """Redirect to the provider of single sign-on.

    The page has a link and not a form: `form-action` of the Content-Security-Policy would have to
    name every host to which the provider redirects.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        # Another site's page does not begin a sign-in.
        return HttpResponseRedirect(reverse("account_login"))
    if not _may_begin(request):
        return refusals.too_many(request)
    provider = get_adapter().get_provider(request, SingleSignOn.id)
    try:
        answer: HttpResponse = provider.redirect(
            request, process=AuthProcess.LOGIN, next_url=get_next_redirect_url(request)
        )
    except TROUBLE as error:
        return _trouble(request, error)
    if request.user.is_anonymous:
        request.session.set_expiry(STATE_TTL)
    return answer


def _may_begin(request: HttpRequest) -> bool:
    """Return whether an address may begin another sign-in; each stores a session."""
    return bool(
        ratelimit.consume(
            request,
            app="allauth.account",
            action="oidc",
            limit_get=True,
            key=counted_address(request),
        )
    )


@never_cache
@require_GET
def oidc_callback(request: HttpRequest) -> HttpResponse:
    """Sign in the person whom the provider has sent back."""
    [known] = get_adapter().list_apps(request)
    issuer = Issuer(request, known.provider_id)
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(issuer)(request)
    except TROUBLE as error:
        return _trouble(request, error)
    return answer


def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code; a POST without a code is not from our form."""
    stage = LoginStageController.enter(request, SecondFactorStage.key)
    if stage and ("leave" in request.POST or not stage.is_current()):
        request.session.flush()
        return HttpResponseRedirect(reverse("account_login"))
    if request.method == "POST" and "code" not in request.POST:
        return HttpResponseRedirect(reverse("account_login"))
    answer: HttpResponse = authenticate(request)
    return answer


class SetUp(ActivateTOTPView):  # type: ignore[misc]
    """Sets up a second factor; the session then counts as having proved it."""

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            answer: HttpResponse = super().form_valid(form)
        except IntegrityError:
            # Another tab was faster: the key that it showed is the valid one.
            return HttpResponseRedirect(reverse("mfa_index"))
        record_authentication(self.request, self.request.user, "mfa", type="totp")
        return answer


def _trouble(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("the provider of single sign-on cannot be asked: %s", reason(error))
    return refusals.unavailable(request)
