"""Settings of Django and django-allauth for a second factor and for single sign-on."""

from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext

from stoppress.newsroom.phrase import marked

SECOND_FACTORS = ("off", "optional", "required")
EXTRA = "stop-press[site,accounts]"
# The modules that the extra `accounts` installs.
MODULES = ("allauth", "cryptography", "fido2", "jwt", "oauthlib", "qrcode", "requests")

APPS = [
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "stoppress.site.accounts",
]
MIDDLEWARE = [
    "allauth.account.middleware.AccountMiddleware",
    "stoppress.site.accounts.guard.SecondFactorGuard",
]
CONTEXT = "stoppress.site.accounts.context.sign_in"
TEMPLATES = Path(__file__).parent / "templates"
# How many wrong codes an account may have within 15 minutes, wherever they come from.
WRONG_CODES = "5/15m/key"
# The name on the pages of a provider without a name in the settings.
SINGLE_SIGN_ON = marked("single sign-on")
# How many sign-ins with the provider an address may begin in a minute: each stores a session.
BEGUN = "60/m/key"


def oidc(issuer: str, client_id: str, client_secret: str, name: str) -> dict[str, str] | None:
    """Return the configuration of the provider of single sign-on; None if there is none.

    Raises:
        ImproperlyConfigured: only a part of it is set, or the issuer is not safe.
    """
    given = {
        "STOPPRESS_OIDC_ISSUER": issuer,
        "STOPPRESS_OIDC_CLIENT_ID": client_id,
        "STOPPRESS_OIDC_CLIENT_SECRET": client_secret,
    }
    missing = [variable for variable, value in given.items() if not value]
    if len(missing) == len(given) and not name:
        return None
    if missing:
        raise ImproperlyConfigured(f"Single sign-on also needs {' and '.join(missing)}.")
    if not is_safe(issuer) or urlsplit(issuer).query or urlsplit(issuer).fragment:
        raise ImproperlyConfigured(
            "STOPPRESS_OIDC_ISSUER must be the provider's address, such as "
            f"https://id.example/realms/paper (http for this machine alone); it is {issuer!r}."
        )
    if "/.well-known/" in issuer:
        raise ImproperlyConfigured(
            "STOPPRESS_OIDC_ISSUER is the address before /.well-known/openid-configuration; "
            f"it is {issuer!r}."
        )
    return {
        "issuer": issuer,
        "client_id": client_id,
        "client_secret": client_secret,
        "name": name or SINGLE_SIGN_ON,
    }


def provider_name(provider: dict[str, str] | None) -> str:
    """Return the provider's name on the pages; empty if there is no single sign-on."""
    return gettext(provider["name"]) if provider else ""


def is_safe(address: str) -> bool:
    """Return whether an address is https or loopback, so that nobody can read the traffic."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    return parts.scheme == "http" and _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_extra(because: str) -> None:
    """Check that the extra is installed.

    Raises:
        ImproperlyConfigured: it is not; the message says what to install.
    """
    if missing := [name for name in MODULES if find_spec(name) is None]:
        raise ImproperlyConfigured(
            f"{because} needs the extra `accounts`. Install it: pip install '{EXTRA}' "
            f"(not installed: {', '.join(missing)})"
        )


def switch_on(settings: dict[str, Any]) -> None:
    """Add to Django's settings what django-allauth needs."""
    [templates] = settings["TEMPLATES"]
    options = templates["OPTIONS"]
    processors = [*options["context_processors"], CONTEXT]
    settings |= {
        "INSTALLED_APPS": [*settings["INSTALLED_APPS"], *APPS],
        "MIDDLEWARE": [*settings["MIDDLEWARE"], *MIDDLEWARE],
        "TEMPLATES": [
            # Found before the templates of the apps, so these replace django-allauth's.
            {**templates, "DIRS": [TEMPLATES], "OPTIONS": {"context_processors": processors}}
        ],
        **_allauth(settings["SESSION_COOKIE_AGE"], settings["STOPPRESS_SITE_NAME"]),
    }


def _allauth(session_seconds: int, site_name: str) -> dict[str, Any]:
    return {
        "LOGIN_URL": "account_login",
        # django-allauth's limits and its list of used codes must hold in all processes. The default
        # of 300 entries is too few: a limit whose entry is dropped does not hold.
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "stoppress_sign_in",
                "OPTIONS": {"MAX_ENTRIES": 100_000},
            }
        },
        "ACCOUNT_ADAPTER": "stoppress.site.accounts.account_adapter.AccountAdapter",
        "ACCOUNT_FORMS": {"login": "stoppress.site.accounts.forms.SignInForm"},
        "ACCOUNT_LOGIN_METHODS": {"username"},
        # Nobody signs up, but django-allauth requires some fields.
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_SESSION_COOKIE_AGE": session_seconds,
        "ACCOUNT_REAUTHENTICATION_METHODS": ["password", "mfa", "socialaccount"],
        # Wrong passwords are counted by django-axes.
        "ACCOUNT_RATE_LIMITS": {
            **{"login": "", "reauthenticate": ""},
            **{"login_failed": WRONG_CODES, "again": WRONG_CODES},
            "oidc": BEGUN,
        },
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "MFA_FORMS": {
            "authenticate": "stoppress.site.accounts.forms.SecondFactorForm",
            "reauthenticate": "stoppress.site.accounts.forms.AgainForm",
            "activate_totp": "stoppress.site.accounts.forms.SetUpForm",
        },
        # A code also counts half a minute too early or too late: telephones' clocks differ.
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_TOTP_ISSUER": site_name,
        "SOCIALACCOUNT_ADAPTER": "stoppress.site.accounts.social_adapter.SocialAccountAdapter",
        "SOCIALACCOUNT_REQUESTS_TIMEOUT": 5,
    }
