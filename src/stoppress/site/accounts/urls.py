"""The URLs of the sign-in pages. django-allauth's other URLs do not exist on the site."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.urls import path
from django.views.decorators.cache import never_cache

from . import views

BEFORE = "accounts/"
FACTOR = f"{BEFORE}second-factor/"
CODES = f"{FACTOR}recovery-codes/"

SIGN_IN = [
    path("admin/login/", views.admin_login, name="admin_login"),
    path(f"{BEFORE}login/", account.login, name="account_login"),
    path(f"{BEFORE}reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
]

SECOND_FACTOR = [
    path(FACTOR, never_cache(mfa.index), name="mfa_index"),
    path(f"{FACTOR}code/", views.second_factor, name="mfa_authenticate"),
    path(f"{FACTOR}again/", never_cache(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(f"{FACTOR}app/", never_cache(views.SetUp.as_view()), name="mfa_activate_totp"),
    path(f"{FACTOR}app/remove/", never_cache(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(CODES, recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        f"{CODES}renew/",
        never_cache(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        f"{CODES}file/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]

SINGLE_SIGN_ON = [
    path(f"{BEFORE}oidc/login/", views.oidc_login, name="oidc_login"),
    path(f"{BEFORE}oidc/callback/", views.oidc_callback, name="oidc_callback"),
]

urlpatterns = [
    *SIGN_IN,
    *(SECOND_FACTOR if settings.STOPPRESS_SECOND_FACTOR != "off" else []),
    *(SINGLE_SIGN_ON if settings.STOPPRESS_OIDC else []),
]
