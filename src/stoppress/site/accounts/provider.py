"""The provider of single sign-on, as an OpenID Connect client (OpenID Connect Core 1.0)."""

import hashlib
import hmac
import re
import threading
import time
from typing import Any

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse

from .configuration import is_safe

# Every holder of a shared secret could sign, so only the provider's own key is accepted.
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]
# By how many seconds two clocks may differ.
LEEWAY = 60
# Seconds for which a provider's addresses are cached, and for which a failure to fetch them is.
KEPT, FAILED = 600.0, 10.0
# Seconds that a sign-in waits while another one fetches them: a provider may be slow at first.
WAITS = 5.0
UID_CHARS = 191
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

# A provider's error code (RFC 6749, section 5.2), in the words of the library.
_NAMED = re.compile(r'"error": ?"([a-z_]{1,40})"')

# By issuer: the time of expiry, and its addresses or the reason why there are none.
_kept: dict[str, tuple[float, dict[str, Any] | str]] = {}
_asking = threading.Lock()


class ProviderError(OAuth2Error):  # type: ignore[misc]
    """An answer of the provider cannot be trusted. The message is our own, and safe to log."""


def provider_id(issuer: str) -> str:
    """Return the name of an issuer in the database; persons of another issuer are distinct."""
    return f"oidc-{hashlib.sha256(issuer.rstrip('/').encode()).hexdigest()[:16]}"


def nonce_of(code_verifier: str) -> str:
    """Return the nonce of a sign-in; the session's secret cannot be computed from it."""
    return hashlib.sha256(f"nonce {code_verifier}".encode()).hexdigest()


class Issuer(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Gets the signed-in person from the provider, and checks each of its answers."""

    _nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return the provider's addresses (OpenID Connect Discovery 1.0, section 4).

        Only one request at a time fetches them, and a failure is cached for some seconds, so that a
        hanging provider does not block a thread for each sign-in.

        Raises:
            ProviderError: they cannot be fetched, belong to another provider, or are not safe.
        """
        url = self.get_provider().server_url
        if (known := _known(url)) is None:
            if not _asking.acquire(timeout=WAITS):
                raise ProviderError("it has not answered another sign-in yet")
            try:
                if (known := _known(url)) is None:
                    known = self._discover(url)
            finally:
                _asking.release()
        if isinstance(known, str):
            raise ProviderError(known)
        return known

    def _discover(self, url: str) -> dict[str, Any] | str:
        found: dict[str, Any] | str
        try:
            found = self._get(url)
            issuer = self.get_provider().app.settings["server_url"]
            if str(found.get("issuer", "")).rstrip("/") != issuer:
                raise ProviderError("it says that it is another issuer")
            if not all(is_safe(str(found.get(name, ""))) for name in ENDPOINTS):
                raise ProviderError("one of its addresses is not safe")
        except (OAuth2Error, OSError, AttributeError, ValueError) as error:
            found = reason(error)
        _kept.clear()
        _kept[url] = time.monotonic() + (FAILED if isinstance(found, str) else KEPT), found
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("oidc_callback"))

    def get_access_token_data(
        self,
        request: HttpRequest,
        app: SocialApp,
        client: Any,
        pkce_code_verifier: str | None = None,
    ) -> dict[str, Any]:
        self._nonce = nonce_of(pkce_code_verifier or "")
        try:
            data: dict[str, Any] = super().get_access_token_data(
                request, app, client, pkce_code_verifier=pkce_code_verifier
            )
        except OAuth2Error as error:
            named = _NAMED.search(str(error))
            raise ProviderError(f"it gave no token{f': {named[1]}' if named else ''}") from error
        return data

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **more: Any
    ) -> SocialLogin:
        """Return the sign-in of a person.

        Raises:
            ProviderError: an answer of the provider cannot be trusted.
        """
        claims = self._claims(app, more["response"].get("id_token"))
        if "email" not in claims and is_safe(self.openid_config.get("userinfo_endpoint", "")):
            user_info = self._fetch_user_info(token.token)
            if user_info.get("sub") != claims["sub"]:  # section 5.3.2
                raise ProviderError("it tells of another person than its ID token")
            claims = user_info | claims
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def _claims(self, app: SocialApp, id_token: Any) -> dict[str, Any]:
        """Return an ID token's claims if it is for us and this sign-in (section 3.1.3.7)."""
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                self._key(id_token),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=LEEWAY,
                options={"require": ["aud", "exp", "iat", "iss", "sub"]},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise ProviderError(f"its ID token is not valid: {type(error).__name__}") from error
        if claims["aud"] not in (app.client_id, [app.client_id]):
            raise ProviderError("its ID token is for other clients too")
        if not hmac.compare_digest(str(claims.get("nonce")).encode(), self._nonce.encode()):
            raise ProviderError("its ID token is of another sign-in")
        return claims

    def _key(self, id_token: str) -> Any:
        """Return the provider's key that a token names as its signing key."""
        named = jwt.get_unverified_header(id_token).get("kid")
        keys = jwt.PyJWKSet.from_dict(self._get(self.openid_config["jwks_uri"])).keys
        [key] = [key for key in keys if named is None or key.key_id == named]
        return key.key

    def _get(self, url: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(url)
            answer.raise_for_status()
            content: dict[str, Any] = answer.json()
            return content


def _known(url: str) -> dict[str, Any] | str | None:
    until, known = _kept.get(url, (0.0, None))
    return known if time.monotonic() < until else None


def reason(error: Exception) -> str:
    """Return why single sign-on failed, without any text of the provider."""
    if isinstance(error, ProviderError):
        return str(error)
    status = getattr(getattr(error, "response", None), "status_code", None)
    return f"{type(error).__name__}{f' {status}' if isinstance(status, int) else ''}"


class SingleSignOn(OpenIDConnectProvider):  # type: ignore[misc]
    """The one provider of the settings."""

    oauth2_adapter_class = Issuer

    def get_pkce_params(self) -> dict[str, str]:
        """Return the parameters that bind an answer to this sign-in (RFC 7636), and a nonce."""
        params: dict[str, str] = generate_code_challenge()
        return params | {"nonce": nonce_of(params["code_verifier"])}

    def get_login_url(self, request: HttpRequest, **query: Any) -> str:
        return reverse("oidc_login")

    def get_callback_url(self) -> str:
        return reverse("oidc_callback")

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Return the person's e-mail addresses in ASCII.

        Others are dropped: some letters have the same capital as an ASCII letter, and
        django-allauth would treat such an address as equal.
        """
        addresses: list[EmailAddress] = super().extract_email_addresses(data)
        return [address for address in addresses if str(address.email).isascii()]

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return nothing: an account has its own name and address."""
        return {}

    def extract_uid(self, data: dict[str, Any]) -> str:
        uid: str = super().extract_uid(data)
        return uid if len(uid) <= UID_CHARS else hashlib.sha256(uid.encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Store no data from the provider."""
        return {}


provider_classes = [SingleSignOn]
