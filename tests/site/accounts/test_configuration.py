import pytest
from django.core.exceptions import ImproperlyConfigured

from stoppress.site.accounts.configuration import is_safe, oidc

ISSUER = "https://id.example/realms/paper"


def test_single_sign_on_needs_no_setting_or_three():
    assert oidc("", "", "", "") is None
    known = oidc(ISSUER, "newsroom", "s3cret", "")
    assert known and (known["issuer"], known["name"]) == (ISSUER, "single sign-on")
    with pytest.raises(ImproperlyConfigured, match="needs STOPPRESS_OIDC_CLIENT_SECRET"):
        oidc(ISSUER, "newsroom", "", "")
    with pytest.raises(ImproperlyConfigured, match="_ISSUER and STOPPRESS_OIDC_CLIENT_ID and"):
        oidc("", "", "", "Paper ID")


@pytest.mark.parametrize(
    "issuer", ["http://id.example", "id.example", "https://", f"{ISSUER}?a=1", "https://[::1"]
)
def test_an_issuer_needs_https(issuer):
    with pytest.raises(ImproperlyConfigured, match="STOPPRESS_OIDC_ISSUER must be"):
        oidc(issuer, "newsroom", "s3cret", "")


def test_an_issuer_is_not_the_address_of_its_document():
    with pytest.raises(ImproperlyConfigured, match="before /.well-known/openid-configuration"):
        oidc(f"{ISSUER}/.well-known/openid-configuration", "newsroom", "s3cret", "")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:80/a", "http://[::1]/", "http://localhost:1"]
)
def test_an_issuer_on_this_machine_may_use_http(address):
    assert is_safe(address)
